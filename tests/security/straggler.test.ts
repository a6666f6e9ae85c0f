import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { listPurgedTables } from "../../server/access/deletion/purge-rows.ts";
import { completeSetup } from "../../server/identity/complete-setup.ts";
import { createWorkspaceWithOwner } from "../../server/identity/create-workspace.ts";
import {
  enrolOwner,
  isSetupNeeded,
  isSetupSession,
  issueSetupCode,
  openSetup,
} from "../../server/identity/setup.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import { testDatabase } from "../support/database.ts";
import { openDeletionHouse } from "../support/deletion-house.ts";
import { askLongAgo } from "../support/deletion-rig.ts";
import { VISITOR } from "../support/identity-house.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/**
 * The attacker: who is still in the house when a workspace is deleted (a process that did not hear of it, a transaction
 * that hangs) and leaves rows in it that nobody would ever remove; and who comes when the last one is gone, and would
 * have the installation for themselves.
 */
const database = await testDatabase();
const folder = await temporaryFolder();
const house = await openDeletionHouse({
  ...{ url: database.appUrl.reveal(), folder: folder.path, mediaDir: join(folder.path, "media") },
});
after(async () => {
  await house[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
const { handles, deletions } = house;
const GOING_ON = new AbortController().signal;
const OWNER = { name: "Ana", password: new Secret("correct horse battery"), language: "en" } as const;

const SHOP = { name: "Shop", timeZone: "Asia/Dubai" };

/** A workspace whose deletion is due. */
async function doomed(): Promise<WorkspaceId> {
  const { workspaceId } = await createWorkspaceWithOwner(handles, {
    workspace: SHOP,
    owner: { ...OWNER, email: `ana.${randomUUID()}@shop.example` },
    actor: "operator",
  });
  await askLongAgo(handles, workspaceId);
  return workspaceId;
}

/** A process of its own, as the application: a connection in a transaction of the workspace's. */
async function writer(workspaceId: WorkspaceId) {
  const client = new pg.Client(database.appUrl.reveal());
  await client.connect();
  await client.query("begin");
  await client.query("select set_config('app.workspace', $1, true)", [workspaceId]);
  return {
    write: () =>
      client.query(
        "insert into inbox_contact (workspace_id, id, profile_sealed, profile_hash, created_at) values ($1, $2, '', '', now())",
        [workspaceId, randomUUID()],
      ),
    query: (text: string, values: unknown[] = []) => client.query(text, values),
    commit: () => client.query("commit"),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function count(table: string, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await asSuperuser({ database }, (client) =>
    client.query(`select count(*)::int as count from ${table} where workspace_id = $1`, [workspaceId]),
  );
  return rows[0].count;
}

const CLOSED = { code: "23000", message: "this workspace is closed" };

test("a row that was being written when the deletion began is waited for, and goes with the others", async () => {
  const workspaceId = await doomed();
  await using hanging = await writer(workspaceId);
  await hanging.write();
  await deletions.run(GOING_ON);
  assert.equal(await count("access_deletion_route", workspaceId), 1, "it has begun");
  await deletions.run(GOING_ON);
  assert.equal(
    await count("identity_member", workspaceId),
    1,
    "and nothing is removed while somebody writes",
  );
  await hanging.commit();
  assert.equal(await count("inbox_contact", workspaceId), 1);
  await deletions.run(GOING_ON);
  for (const table of ["inbox_contact", "identity_member", "access_deletion_route"])
    assert.equal(await count(table, workspaceId), 0, table);
  assert.deepEqual(await written(workspaceId), [
    ...["access.deletion_begun", "access.deletion_keys_destroyed", "access.workspace_deleted"],
  ]);
});

test("from its beginning on no row of it is taken, by any table and for ever; others go on", async () => {
  const [workspaceId, other] = [await doomed(), await doomed()];
  await using early = await writer(workspaceId);
  await early.query("select 1");
  await asSuperuser({ database }, (client) =>
    client.query("delete from access_deletion where workspace_id = $1", [other]),
  );
  await deletions.run(GOING_ON);
  await assert.rejects(early.write(), CLOSED, "a transaction that began before, and writes after");
  await deletions.run(GOING_ON);
  assert.equal(await count("identity_member", workspaceId), 0);
  await using late = await writer(workspaceId);
  await assert.rejects(late.write(), CLOSED, "when it is gone");
  // The ways in are not walled off by workspace: each of their rows is looked at.
  await using wayIn = await writer(other);
  const route = "insert into identity_membership_route values ($1, $2, $3)";
  await assert.rejects(wayIn.query(route, [randomUUID(), workspaceId, randomUUID()]), CLOSED);
  await using beside = await writer(other);
  await beside.write();
  await beside.commit();
  assert.equal(await count("inbox_contact", other), 1);
  // No event of a row that is not taken: what its writer meant to record fails with it.
});

test("a workspace that lives and is closed by hand is told of as critical, once, and goes on when the row is removed", async () => {
  const { workspaceId } = await createWorkspaceWithOwner(handles, {
    workspace: SHOP,
    owner: { ...OWNER, email: `ana.${randomUUID()}@shop.example` },
    actor: "operator",
  });
  const told = async () =>
    (await readLog({ database })).filter(
      ({ subject }) => subject === `platform_closed_workspace:${workspaceId}`,
    );
  await deletions.run(GOING_ON);
  assert.deepEqual(await told(), []);
  const write = (statement: string) =>
    asSuperuser({ database }, (client) => client.query(statement, [workspaceId]));
  await write("insert into platform_closed_workspace values ($1)");
  await deletions.run(GOING_ON);
  await deletions.run(GOING_ON);
  assert.deepEqual(
    (await told()).map(({ kind, outcome, detail }) => [kind, outcome, detail["severity"]]),
    [["identity.forged_row", "refusal", "critical"]],
  );
  assert.equal(await count("identity_member", workspaceId), 1, "nothing is deleted");
  // As docs/operating.md has it.
  await write("delete from platform_closed_workspace where id = $1");
  await using freed = await writer(workspaceId);
  await freed.write();
  await deletions.run(GOING_ON);
});

test("no table that a deletion empties is without that wall, and nobody takes it down", async () => {
  const { rows } = await asSuperuser({ database }, (client) =>
    client.query(
      "select tgrelid::regclass::text as name from pg_trigger where tgname = 'refuse_closed_workspace' and tgenabled = 'O'",
    ),
  );
  const walled = new Set(rows.map(({ name }) => name));
  const purged = await listPurgedTables(handles.db);
  assert.ok(purged.length > 30);
  assert.deepEqual(
    purged.filter((name) => !walled.has(name)),
    [],
    "a migration calls platform_isolate, or platform_close_with_workspace, for each of its tables",
  );
  const app = new pg.Client(database.appUrl.reveal());
  await app.connect();
  for (const statement of [
    "delete from platform_closed_workspace",
    "update platform_closed_workspace set id = id",
  ])
    await assert.rejects(app.query(statement), { code: "42501" });
  await app.end();
});

test("where the last workspace is deleted nobody sets the installation up but by a code of a new start", async () => {
  await asSuperuser({ database }, (client) => client.query("delete from identity_workspace_route"));
  // As it was in the beginning: a code, a browser that set it up, and what both still hold.
  const first = (await issueSetupCode(handles)).reveal();
  const { token } = await openSetup(handles, VISITOR, first);
  const setupToken = token.reveal();
  const given = async () => {
    const { enrolment, secret } = await enrolOwner(handles, { setupToken, email: "eve@shop.example" });
    const proof = { totp: totpCodeAt(secret, handles.clock()) };
    return { setupToken, workspace: SHOP, owner: { ...OWNER, email: "eve@shop.example" }, enrolment, proof };
  };
  const kept = await given();
  const { actor } = await completeSetup(handles, VISITOR, await given());
  await askLongAgo(handles, actor.workspaceId);
  await deletions.run(GOING_ON);
  await deletions.run(GOING_ON);

  assert.equal(await isSetupNeeded(handles.db), true, "it is empty, and says so");
  assert.equal(await isSetupSession(handles, handles.db, setupToken), false);
  assert.equal(await refusalOf(completeSetup(handles, VISITOR, kept)), "identity.setup_session_required");
  for (const code of [first, "0000-0000-0000"])
    assert.equal(await refusalOf(openSetup(handles, VISITOR, code)), "identity.setup_code_refused");
  const { rows } = await asSuperuser({ database }, (client) =>
    client.query("select kind, outcome from audit_event where kind = 'identity.setup_refused'"),
  );
  assert.ok(rows.length >= 1 && rows.every(({ outcome }) => outcome === "refusal"));

  const next = (await issueSetupCode(handles)).reveal();
  assert.equal(await refusalOf(openSetup(handles, VISITOR, next)), "no refusal", "who sees the terminal may");
});

/** What the installation's log has of the end of a workspace. */
async function written(workspaceId: WorkspaceId): Promise<string[]> {
  const { rows } = await asSuperuser({ database }, (client) =>
    client.query(
      "select kind from audit_event where subject = $1 and kind ~ '^access' order by occurred_at, id",
      [`workspace:${workspaceId}`],
    ),
  );
  return rows.map(({ kind }) => kind);
}
