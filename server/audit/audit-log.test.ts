import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { inWorkspace } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import { openAuditLog, pendingMac } from "./audit-log.ts";
import { type AuditEvent, leafHash } from "./event.ts";
import type { AuditTables } from "./tables.ts";

const workspace = newId<WorkspaceId>();
const key = new Secret(Buffer.alloc(32, 7));
const writer = newId<string>();
const event: AuditEvent = {
  occurredAt: new Date("2026-11-23T10:00:00.123Z"),
  kind: "conversation.taken",
  actor: "member:ana",
  subject: "conversation:1",
  outcome: "success",
  detail: { from: null },
};

test("an act and its entry commit together or not at all", async () => {
  await using database = await testDatabase<AuditTables>();
  const log = openAuditLog({ writer, keyOf: async () => key });

  await assert.rejects(
    inWorkspace(database.db, workspace, async (tx) => {
      await log.append(tx, workspace, [event]);
      throw new Error("the act failed");
    }),
    /the act failed/,
  );
  await inWorkspace(database.db, workspace, (tx) => log.append(tx, workspace, [event, event]));

  const [events, pending] = await inWorkspace(database.db, workspace, async (tx) => [
    await tx.selectFrom("audit_event").selectAll().execute(),
    await tx.selectFrom("audit_pending").selectAll().orderBy("counter").execute(),
  ]);
  assert.equal(events.length, 2);
  assert.equal(pending.length, 2);

  for (const row of pending) {
    const stored = events.find((candidate) => candidate.id === row.event_id)!;
    assert.deepEqual(row.leaf_hash, leafHash(stored.salt, stored.bytes), "the leaf is over the stored bytes");
    const expected = pendingMac(key, {
      workspaceId: workspace,
      writer,
      counter: BigInt(row.counter),
      leaf: row.leaf_hash,
    });
    assert.deepEqual(row.mac, expected);
  }
  assert.equal(BigInt(pending[1]!.counter) - BigInt(pending[0]!.counter), 1n, "counters rise by one");
});

test("the application can neither rewrite nor remove an entry", async (t) => {
  await using database = await testDatabase<AuditTables>();
  const log = openAuditLog({ writer, keyOf: async () => key });
  await inWorkspace(database.db, workspace, (tx) => log.append(tx, workspace, [event]));

  for (const attack of [
    "update audit_event set actor = 'member:eve'",
    "delete from audit_event",
    "truncate audit_event",
    "update audit_pending set counter = 9",
    "delete from audit_event_rest",
  ]) {
    await t.test(attack, async () => {
      await assert.rejects(
        inWorkspace(database.db, workspace, (tx) => sql.raw(attack).execute(tx)),
        /permission denied|append-only/,
      );
    });
  }
  const left = await inWorkspace(database.db, workspace, (tx) =>
    tx.selectFrom("audit_event").select(["actor", "kind"]).execute(),
  );
  assert.deepEqual(left, [{ actor: event.actor, kind: event.kind }]);
});

test("an entry that would carry content by its size is refused", async () => {
  await using database = await testDatabase<AuditTables>();
  const log = openAuditLog({ writer, keyOf: async () => key });
  await assert.rejects(
    inWorkspace(database.db, workspace, (tx) =>
      log.append(tx, workspace, [{ ...event, detail: { note: "x".repeat(8192) } }]),
    ),
    /larger than/,
  );
});
