import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { WorkspaceDeletions } from "../../server/compose/delete-workspaces.ts";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { openLog } from "../../server/platform/log.ts";
import { workspaceFolder } from "../../server/whatsapp/media/media-place.ts";
import { asSuperuser, invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { makeDue } from "../support/deletion-rig.ts";
import { LiveClient } from "../support/live-client.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, startSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/**
 * The attacker: an Admin who would delete the workspace; whoever writes the database, or sets a clock; and who would
 * read what a deletion has left.
 */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner, made } = running;
const workspaceId = made.workspaceId as WorkspaceId;
const { identity } = wardroom.rooms;
const admin = await invited(running, "admin");
after(() => admin.session.close());

const GOING_ON = new AbortController().signal;
const NAME = "Marsa Home";

function deletions(handles: IdentityHandles = identity, graceMs = 0): WorkspaceDeletions {
  return new WorkspaceDeletions({
    ...{ handles, mediaDir: wardroom.foundation.mediaDir, log: openLog("silent"), graceMs, settleMs: 0 },
    writeKeyBundle: async () => undefined,
  });
}

const said = ({ status, body }: Answer) => `${status} ${body.code ?? ""}`.trim();
const ask = (name = NAME) => owner.api("POST", "/workspace/deletion", { name });
const cancel = () => owner.api("DELETE", "/workspace/deletion");
const state = async () => (await owner.get("/workspace/deletion")).deletion?.state ?? null;
const kinds = async (prefix: string) =>
  (await readLog(running)).map(({ kind }) => kind).filter((kind) => kind.startsWith(prefix));

test("nobody but an Owner, by the typed name, begins the seven days; any Owner ends them", async () => {
  assert.equal(
    said(await admin.session.api("POST", "/workspace/deletion", { name: NAME })),
    "403 access.permission_missing",
  );
  for (const name of ["", "Marsa", "marsa home"])
    assert.equal(said(await ask(name)), "422 access.workspace_name_wrong");
  assert.equal(said(await cancel()), "409 access.deletion_not_waiting");
  assert.equal(await state(), null);

  const asked = await ask();
  const wait = Date.parse(asked.body.deletion.dueAt) - Date.parse(asked.body.deletion.requestedAt);
  assert.deepEqual([said(asked), wait], ["200", 7 * 24 * 60 * 60 * 1000]);
  assert.equal(asked.body.deletion.requestedBy, "Huda Salem");
  assert.equal(said(await ask()), "409 access.deletion_waiting");
  assert.equal(
    said(await admin.session.api("DELETE", "/workspace/deletion")),
    "403 access.permission_missing",
  );
  assert.equal(said(await cancel()), "200");
  assert.equal(await state(), null);
  assert.deepEqual(await kinds("access.deletion"), [
    "access.deletion_requested",
    "access.deletion_cancelled",
  ]);
});

test("no clock alone deletes early, and where both have jumped an hour is left", async () => {
  await ask();
  const later = new Date(Date.now() + 8 * 24 * 60 * 60 * 1000);
  await deletions({ ...identity, clock: () => later }).run(GOING_ON);
  assert.equal(await state(), "waiting", "ours says that it is due, the database's does not");

  await makeDue(identity, workspaceId);
  const earlier = new Date(Date.now() - 24 * 60 * 60 * 1000);
  await deletions({ ...identity, clock: () => earlier }).run(GOING_ON);
  assert.equal(await state(), "waiting", "the database's says that it is due, ours does not");

  const patient = deletions(identity, 60_000);
  await patient.run(GOING_ON);
  await patient.run(GOING_ON);
  assert.equal(await state(), "waiting", "both say so, and it is not an hour yet");
  assert.equal(said(await cancel()), "200");
});

test("a deletion that somebody writes into the database, or puts back, deletes nothing and is on record", async () => {
  const before = (await kinds("identity.forged_row")).length;
  await ask();
  const genuine = await asSuperuser(running, (client) => client.query("select * from access_deletion"));
  await makeDue(identity, workspaceId);
  await cancel();
  const [old] = genuine.rows;
  const writes: Array<[string, unknown[]]> = [
    ["update access_deletion set state = 'waiting', due_at = now() - interval '1 day'", []],
    ["update access_deletion set state = 'running', decided_at = now() - interval '1 day'", []],
    [
      "update access_deletion set state = $1, due_at = $2, decided_at = null, version = $3, mac = $4",
      ["waiting", old.due_at, old.version, old.mac],
    ],
  ];
  const { rows: saved } = await asSuperuser(running, (client) =>
    client.query("select * from access_deletion"),
  );
  const everLater = { ...identity, clock: () => new Date(Date.now() + 8 * 24 * 60 * 60 * 1000) };
  for (const [statement, values] of writes) {
    await asSuperuser(running, (client) => client.query(statement, values));
    await deletions(everLater).run(GOING_ON);
    assert.equal((await owner.api("GET", "/session")).status, 200, statement);
  }
  await asSuperuser(running, async (client) => {
    await client.query("insert into access_deletion_route values ($1)", [workspaceId]);
  });
  await deletions().run(GOING_ON);
  const { conversations } = await owner.get("/conversations?view=unassigned");
  assert.ok(Array.isArray(conversations), "the workspace's keys and rows are there");
  assert.deepEqual(await kinds("access.deletion_begun"), []);
  assert.ok((await kinds("identity.forged_row")).length > before);
  await asSuperuser(running, async (client) => {
    await client.query("delete from access_deletion_route");
    const [row] = saved;
    await client.query(
      "update access_deletion set state = $1, due_at = $2, decided_at = $3, version = $4, mac = $5",
      [row.state, row.due_at, row.decided_at, row.version, row.mac],
    );
  });
});

test("of a cancellation and the moment it is due one wins, and the other is told", async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    await ask();
    await makeDue(identity, workspaceId);
    // Held back by the lock that each takes first, they start together.
    const [cancelled] = await Promise.all([
      cancel(),
      round % 2 === 0 ? undefined : deletions().run(GOING_ON),
    ]);
    const begun = (await kinds("access.deletion_begun")).length;
    outcomes.add(`${said(cancelled)} ${begun}`);
    if (begun > 0) break;
    assert.equal(said(cancelled), "200");
    assert.equal(await state(), null, "cancelled is cancelled");
  }
  for (const outcome of outcomes)
    assert.match(outcome, /^(200 0|40[19] (access\.deletion_begun|session\.none) 1)$/);
});

test("a deleted workspace leaves no row, no file and no key, and its neighbour as it was", async () => {
  await using other = await runWardroom();
  const one = { identity: other.wardroom.rooms.identity, id: other.made.workspaceId as WorkspaceId };
  const neighbour = await setUp(other.wardroom, other.config, {
    workspace: { name: "Palm", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@palm.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "none" },
  });
  const omar = await startSession(other.wardroom, {
    ...{ email: neighbour.owner.email, password: OWNER_PASSWORD },
    ...{ totpSecret: neighbour.owner.totpSecret, now: new Date() },
  });
  const agent = await invited(other, "agent");
  await strangerWrites(other, "What was written here must not be read again");
  const { rows: people } = await asSuperuser(other, (client) =>
    client.query("select person_id, id from identity_member where workspace_id = $1", [one.id]),
  );
  const kept = people.find(({ id }) => id === agent.memberId).person_id;
  await asSuperuser(other, (client) =>
    client.query(
      "insert into identity_membership_route (person_id, workspace_id, member_id) values ($1, $2, gen_random_uuid())",
      [kept, neighbour.workspaceId],
    ),
  );
  const palmBefore = await countRows(other, neighbour.workspaceId);
  const socket = await new LiveClient(other.wardroom, other.owner).greeted();

  assert.equal(said(await other.owner.api("POST", "/workspace/deletion", { name: NAME })), "200");
  await makeDue(one.identity, one.id);
  const job = new WorkspaceDeletions({
    ...{ handles: one.identity, mediaDir: other.wardroom.foundation.mediaDir, log: openLog("silent") },
    ...{ graceMs: 0, settleMs: 0, writeKeyBundle: async () => undefined },
  });
  await job.run(GOING_ON);
  await until(async () => socket.closed !== undefined);
  assert.equal((await other.owner.api("GET", "/session")).status, 401);
  await job.run(GOING_ON);

  const left = await countRows(other, one.id);
  assert.deepEqual(
    Object.keys(left).filter((table) => !table.startsWith("audit_")),
    [],
  );
  assert.equal(existsSync(workspaceFolder(other.wardroom.foundation.mediaDir, one.id)), false);
  await assert.rejects(one.identity.vault.openWorkspace(one.id), /vault\.keys_missing/);
  const again = openSession(other.wardroom);
  const signIn = await again.api("POST", "/session", {
    email: other.made.owner.email,
    password: OWNER_PASSWORD,
  });
  assert.equal(said(signIn), "401 identity.sign_in_refused");
  await again.close();
  const { rows: persons } = await asSuperuser(other, (client) =>
    client.query("select id from identity_person where id = any($1)", [
      people.map(({ person_id }) => person_id),
    ]),
  );
  assert.deepEqual(persons, [{ id: kept }], "who is a member elsewhere keeps their login");

  const palmAfter = await countRows(other, neighbour.workspaceId);
  const content = (counts: Record<string, number>) =>
    Object.entries(counts).filter(([table]) => !/^(audit_|identity_session)/.test(table));
  assert.deepEqual(content(palmAfter), content(palmBefore));
  assert.equal((await omar.get("/session")).workspace.name, "Palm");
  await omar.close();
  const installation = (await readLog(other)).filter(({ kind }) =>
    /^access\.(deletion_|workspace_)/.test(kind),
  );
  assert.deepEqual(
    installation.map(({ kind }) => kind),
    [
      "access.deletion_requested",
      "access.deletion_begun",
      "access.deletion_keys_destroyed",
      "access.workspace_deleted",
    ],
  );
});

/** How many rows of a workspace each table holds; those without any are left out. */
async function countRows(
  { database }: Parameters<typeof asSuperuser>[0],
  id: string,
): Promise<Record<string, number>> {
  return asSuperuser({ database }, async (client) => {
    const { rows: tables } = await client.query(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
       where n.nspname in ('public', 'vault') and c.relkind = 'r' order by 1`,
    );
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await client.query(
        `select count(*)::int as count from ${name} where workspace_id = $1`,
        [id],
      );
      if (rows[0].count > 0) counts[name] = rows[0].count;
    }
    return counts;
  });
}
