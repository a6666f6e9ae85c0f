import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import { INSTALLATION, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { asSuperuser } from "../support/attack-rig.ts";
import { testDatabase } from "../support/database.ts";
import { type DeletionHouseSettings, openDeletionHouse } from "../support/deletion-house.ts";
import { askLongAgo } from "../support/deletion-rig.ts";
import { rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const CHILD = new URL("../support/deletion-child.ts", import.meta.url).pathname;
const GOING_ON = new AbortController().signal;
const CONTACTS = 5_000;
const random = new SeededRandom();

test("a deletion that is killed at any point is gone on from, with its keys gone before any row", async (t) => {
  await using database = await testDatabase();
  await using folder = await temporaryFolder();
  const settings: DeletionHouseSettings = {
    ...{ url: database.appUrl.reveal(), folder: folder.path, mediaDir: join(folder.path, "media") },
  };
  await using house = await openDeletionHouse(settings);
  const count = rounds({ short: 2, whole: 150 });
  const seen = { untouched: 0, begun: 0, keysGone: 0, rowsGoing: 0, done: 0 };
  for (let round = 0; round < count; round += 1) {
    const workspaceId = await fill(house.handles, settings, (work) => asSuperuser({ database }, work));
    await askLongAgo(house.handles, workspaceId);
    const child = await start(settings);
    // From the first look to the last row it takes one or two seconds.
    await sleep(random.next() * 2_500);
    child.kill("SIGKILL");
    await once(child, "exit");

    const found = await look((work) => asSuperuser({ database }, work), workspaceId);
    if (found.contacts < CONTACTS) assert.equal(found.livingKeys, 0, `round ${round}: keys go before rows`);
    if (found.livingKeys === 0) assert.equal(found.signIns, 0, `round ${round}: nobody is in by then`);
    seen[stageOf(found)] += 1;

    await asSuperuser({ database }, (client) => client.query("delete from platform_lease"));
    for (let turn = 0; turn < 3; turn += 1) await house.deletions.run(GOING_ON);
    const end = await look((work) => asSuperuser({ database }, work), workspaceId);
    assert.deepEqual([end.contacts, end.members, end.livingKeys, end.deletions], [0, 0, 0, 0]);
    assert.equal(existsSync(join(settings.mediaDir, workspaceId)), false);
    assert.deepEqual(
      end.events,
      ["access.deletion_begun", "access.deletion_keys_destroyed", "access.workspace_deleted"],
      `round ${round}: each is said once`,
    );
  }
  t.diagnostic(`${count} kills, seed ${random.seed}: ${JSON.stringify(seen)}`);
});

type Ask = <Result>(work: (client: pg.Client) => Promise<Result>) => Promise<Result>;
type Handles = Awaited<ReturnType<typeof openDeletionHouse>>["handles"];

/** A workspace with an Owner, some thousand rows and a file. */
async function fill(handles: Handles, { mediaDir }: DeletionHouseSettings, ask: Ask): Promise<WorkspaceId> {
  const { workspaceId } = await createWorkspaceWithOwner(handles, {
    workspace: { name: "Shop", timeZone: "Asia/Dubai" },
    owner: {
      ...{ name: "Ana", email: `ana.${randomBytes(6).toString("hex")}@shop.example`, language: "en" },
      password: new Secret("correct horse battery"),
    },
    actor: "operator",
  });
  await ask((client) =>
    client.query(
      `with made as (
        insert into inbox_contact (workspace_id, id, profile_sealed, profile_hash, created_at)
        select $1, gen_random_uuid(), '\\x00', '\\x00', now() from generate_series(1, $2) returning id
      )
      insert into inbox_contact_identifier (workspace_id, kind, hash, contact_id, value_sealed, created_at, mac)
      select $1, 'wa_id', sha256(id::text::bytea), id, '\\x00', now(), sha256('') from made`,
      [workspaceId, CONTACTS],
    ),
  );
  mkdirSync(join(mediaDir, workspaceId, "aa"), { recursive: true });
  writeFileSync(join(mediaDir, workspaceId, "aa", "file"), "sealed");
  return workspaceId;
}

async function start(settings: DeletionHouseSettings) {
  const child = spawn(process.execPath, [CHILD], {
    env: { ...process.env, DELETION_CHILD: JSON.stringify(settings) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(createInterface(child.stdout), "line");
  return child;
}

interface Found {
  readonly contacts: number;
  readonly members: number;
  readonly livingKeys: number;
  readonly signIns: number;
  readonly deletions: number;
  readonly running: number;
  readonly events: string[];
}

async function look(ask: Ask, workspaceId: WorkspaceId): Promise<Found> {
  return ask(async (client) => {
    const count = async (from: string) =>
      (
        await client.query(`select count(*)::int as count from ${from} where workspace_id = $1`, [
          workspaceId,
        ])
      ).rows[0].count;
    const { rows } = await client.query(
      "select kind from audit_event where workspace_id = $1 and subject = $2 and kind ~ '^access' order by occurred_at, id",
      [INSTALLATION, `workspace:${workspaceId}`],
    );
    return {
      contacts: await count("inbox_contact"),
      members: await count("identity_member"),
      livingKeys: await count("(select * from vault.workspace_key where wrapped is not null) living"),
      signIns: await count("identity_membership_route"),
      deletions: (await count("access_deletion")) + (await count("access_deletion_route")),
      running: await count("access_deletion_route"),
      events: rows.map(({ kind }) => kind),
    };
  });
}

function stageOf({ contacts, livingKeys, running, deletions }: Found) {
  if (deletions === 0) return "done" as const;
  if (running === 0) return "untouched" as const;
  if (livingKeys > 0) return "begun" as const;
  return contacts < CONTACTS ? ("rowsGoing" as const) : ("keysGone" as const);
}
