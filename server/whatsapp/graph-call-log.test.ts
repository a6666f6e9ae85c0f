import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../tests/support/database.ts";
import { openAuditLog } from "../audit/audit-log.ts";
import type { AuditTables } from "../audit/tables.ts";
import { inWorkspace } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { openLog } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { openGraphCallLog } from "./graph-call-log.ts";
import type { GraphCall } from "./graph-client.ts";

function callOf(workspaceId: WorkspaceId): GraphCall {
  return {
    occurredAt: new Date("2026-11-23T10:00:00Z"),
    workspaceId,
    actor: "system:sender",
    appId: "4711",
    method: "POST",
    path: "/{phone}/messages",
    outcome: "refusal",
    httpStatus: 400,
    errorCode: 131047,
    failure: null,
    durationMs: 12,
  };
}

test("each call becomes one entry in its own workspace, at the latest when the log closes", async () => {
  await using database = await testDatabase<AuditTables>();
  const audit = openAuditLog({ writer: newId<string>(), keyOf: async () => new Secret(Buffer.alloc(32, 7)) });
  const [first, second] = [newId<WorkspaceId>(), newId<WorkspaceId>()];
  {
    await using calls = openGraphCallLog({ db: database.db, audit, log: openLog("silent") });
    for (let n = 0; n < 450; n++) calls.record(callOf(first));
    calls.record(callOf(second));
  }
  const entriesOf = (workspaceId: WorkspaceId) =>
    inWorkspace(database.db, workspaceId, (tx) =>
      tx.selectFrom("audit_event").select(["kind", "outcome", "bytes"]).execute(),
    );
  assert.equal((await entriesOf(first)).length, 450);
  const [entry, ...others] = await entriesOf(second);
  assert.equal(others.length, 0);
  assert.deepEqual([entry!.kind, entry!.outcome], ["graph.called", "refusal"]);
  assert.deepEqual(JSON.parse(entry!.bytes.toString()).detail, {
    method: "POST",
    path: "/{phone}/messages",
    httpStatus: 400,
    errorCode: 131047,
    failure: null,
    durationMs: 12,
  });
});

test("calls that cannot be written wait, and are written once", async () => {
  await using database = await testDatabase<AuditTables>();
  const working = openAuditLog({
    writer: newId<string>(),
    keyOf: async () => new Secret(Buffer.alloc(32, 7)),
  });
  let broken = true;
  const audit: typeof working = {
    async append(...args) {
      if (broken) throw new Error("the database is away");
      return working.append(...args);
    },
  };
  const workspaceId = newId<WorkspaceId>();
  {
    await using calls = openGraphCallLog({ db: database.db, audit, log: openLog("silent") });
    calls.record(callOf(workspaceId));
    await new Promise((done) => setTimeout(done, 1_100));
    broken = false;
  }
  const rows = await inWorkspace(database.db, workspaceId, (tx) =>
    tx.selectFrom("audit_event").select("id").execute(),
  );
  assert.equal(rows.length, 1);
});
