import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { partyOf } from "../../../tests/support/inbox-rig.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";
import type { IngestPart } from "./part.ts";
import { STRANDS, splitByPerson } from "./split-by-person.ts";

const metaAt = new Date("2026-11-23T10:00:00Z");

function partOf(updates: readonly Update[]): IngestPart {
  const ids = { appId: "1", wabaId: "2", phoneNumberId: "3", numberId: "4" };
  return { workspaceId: "w" as WorkspaceId, ...ids, updates };
}

function revoke(waId: string, n: number): Update {
  const wamid = `wamid.${n}`;
  return {
    kind: "revoke",
    wamid,
    metaAt,
    from: partyOf(waId),
    targetWamid: "wamid.x",
    body: null,
    raw: "{}",
  };
}

function status(waId: string, n: number): Update {
  const nothing = { callbackData: null, failure: null, pricing: null };
  const head = { kind: "status", wamid: `wamid.${n}`, status: "read", metaAt, raw: "{}" } as const;
  return { ...head, ...nothing, recipient: partyOf(waId) };
}

test("nothing gets lost or doubled, and all about one person is in one strand, in its order", () => {
  const number = fc.integer({ min: 0, max: 20 }).map((n) => `97150000${String(n).padStart(4, "0")}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.boolean()), { maxLength: 60 }), (sent) => {
      const updates = sent.map(([waId, isStatus], n) => (isStatus ? status(waId, n) : revoke(waId, n)));
      const parts = splitByPerson(partOf(updates));
      assert.equal(parts.flatMap((part) => part.updates).length, updates.length);
      for (const waId of new Set(sent.map(([each]) => each))) {
        const theirs = updates.filter((_, n) => sent[n]?.[0] === waId);
        const holding = parts.filter((part) => part.updates.some((update) => theirs.includes(update)));
        assert.equal(holding.length, 1, "one strand");
        assert.deepEqual(
          holding[0]?.updates.filter((update) => theirs.includes(update)),
          theirs,
        );
      }
    }),
  );
});

test("people are spread over all strands, and what is about nobody is in the first", () => {
  const many = Array.from({ length: 100 }, (_, n) => revoke(`9715000${String(n).padStart(5, "0")}`, n));
  assert.equal(splitByPerson(partOf(many)).length, STRANDS);
  const notice: Update = { kind: "notice", field: "security", raw: "{}" };
  assert.deepEqual(
    splitByPerson(partOf([notice])).map(({ strand }) => strand),
    [0],
  );
});
