import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { packFrame, unpackFrame } from "./frame.ts";
import { IntakeGauges } from "./gauges.ts";

const bodies = fc.array(
  fc.record(
    {
      appId: fc.stringMatching(/^\d{1,32}$/),
      raw: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      signers: fc
        .array(fc.constantFrom(newId<WorkspaceId>(), newId<WorkspaceId>(), newId<WorkspaceId>()), {
          maxLength: 3,
        })
        .map((ids) => new Set(ids)),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 8 },
);

test("bodies come out of a frame as they went in, on the other side of a thread", () => {
  fc.assert(
    fc.property(bodies, (sent) => {
      const frame = packFrame(1, 1, sent);
      const arrived = structuredClone(frame, { transfer: [frame.bytes] });
      assert.deepEqual(unpackFrame(arrived), sent);
      assert.equal(frame.bytes.byteLength, 0, "without a copy");
    }),
  );
});

test("a frame counts as begun from when its number or a later one was begun, also where numbers go round", () => {
  for (const first of [1, 2 ** 31 - 2, 2 ** 32 - 2]) {
    const gauges = new IntakeGauges();
    const seen = new IntakeGauges(gauges.shared);
    gauges.noteBegun(first - 1);
    assert.equal(seen.hasBegun(first), false);
    gauges.noteBegun(first + 3);
    const begun = [first, first + 3, first + 4].map((number) => seen.hasBegun(number));
    assert.deepEqual(begun, [true, true, false], `from ${first} on`);
  }
});
