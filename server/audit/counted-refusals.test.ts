import assert from "node:assert/strict";
import { test } from "node:test";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import { countRefusals } from "./counted-refusals.ts";
import type { AuditEvent } from "./event.ts";

test("the first refusal is written at once and the flood after it as one counted entry per 10 seconds", () => {
  let now = new Date("2026-11-23T10:00:00Z");
  const refusals = countRefusals(() => now);
  const event: AuditEvent = {
    occurredAt: now,
    kind: "webhook.refused",
    actor: "anonymous",
    subject: "app:1",
    outcome: "refusal",
  };

  assert.equal(refusals.note("a", event), event);
  for (let n = 0; n < 999; n += 1) assert.equal(refusals.note("a", event), undefined);
  assert.equal(refusals.note("b", event), event, "another address is another key");

  now = new Date(now.getTime() + 9_999);
  assert.deepEqual(refusals.due(), []);
  now = new Date(now.getTime() + 1);
  assert.deepEqual(refusals.due(), [
    { workspaceId: INSTALLATION, event: { ...event, detail: { count: 999 } } },
  ]);
  assert.equal(refusals.note("a", event), event, "the next window starts with an entry again");
});

test("what was counted is not lost when the next window begins before anybody asked", () => {
  let now = new Date("2026-11-23T10:00:00Z");
  const refusals = countRefusals(() => now);
  const workspaceId = newId<WorkspaceId>();
  const event: AuditEvent = {
    occurredAt: now,
    kind: "access.refused",
    actor: "member:1",
    subject: "operation:x",
    outcome: "refusal",
  };
  refusals.note("a", event, workspaceId);
  refusals.note("a", event, workspaceId);
  now = new Date(now.getTime() + 20_000);
  assert.equal(refusals.note("a", event, workspaceId), event);
  assert.deepEqual(refusals.due(), [{ workspaceId, event: { ...event, detail: { count: 1 } } }]);
});

test("a flood of different addresses holds a bounded number, and what falls out is written", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  const refusals = countRefusals(() => now);
  const event: AuditEvent = {
    occurredAt: now,
    kind: "webhook.refused",
    actor: "anonymous",
    subject: "app:1",
    outcome: "refusal",
  };
  refusals.note("first", event);
  refusals.note("first", event);
  for (let n = 0; n < 10_000; n += 1) refusals.note(`address ${n}`, event);
  assert.deepEqual(
    refusals.due().map(({ event: due }) => due.detail),
    [{ count: 1 }],
  );
});
