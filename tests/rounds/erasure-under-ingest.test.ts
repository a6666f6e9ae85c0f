import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertNothingSealedLater, type Erasure, eraseSomebody } from "../support/erasure.ts";
import { keyRounds } from "../support/key-rounds.ts";
import { rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";

const CONTACTS = Array.from({ length: 12 }, (_, n) => `9665000002${String(n).padStart(2, "0")}`);

function hashOf(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

test("contacts erased while processes take their messages in: nothing is sealed with a destroyed key, and nothing is lost", async (t) => {
  const count = rounds({ short: 2, whole: 60 });
  const random = new SeededRandom();
  const sum = { erasures: 0, sealedBefore: 0, messages: 0, held: 0 };
  for (let round = 0; round < count; round++) {
    await using it = await keyRounds();
    const options = { contacts: CONTACTS, startsAt: "2026-11-30T23:59:58Z", writers: 3 };
    const processes = [await it.ingest(options), await it.ingest(options)];
    await sleep(800);
    const erasures: Erasure[] = [];
    for (let n = 0; n < 8; n++) {
      await using eraser = await it.open();
      const erasure = await eraseSomebody({ ...it, room: eraser });
      if (erasure !== undefined) erasures.push(erasure);
      await sleep(random.next() * 150);
    }
    const reports = [];
    for (const each of processes) reports.push(await each.end());
    assert.deepEqual(
      reports.flatMap(({ faults }) => faults),
      [],
    );

    await using room = await it.open();
    await assertNothingSealedLater({ ...it, room }, erasures);
    for (const { sealedBefore } of erasures) sum.sealedBefore += sealedBefore.size;
    // Every other value opens; of the erased ones that are still there none does. A name may have been written anew
    // under the key of the month that came.
    const { messages, absent } = await it.openEverything();
    const present = new Set((await it.sealedValues()).keys());
    const erased = new Set(
      erasures.flatMap(({ sealedBefore }) => [...sealedBefore].map((value) => hashOf(value))),
    );
    assert.deepEqual(absent, erased.intersection(present));
    const [rows] = await it.query<{ stored: number; held: number }>(
      "select (select count(*)::int from inbox_message) as stored, (select count(*)::int from whatsapp_quarantine) as held",
    );
    // What came for an erased contact waits in quarantine, sealed under the workspace's own key: acknowledged, and there.
    const taken = reports.reduce((all, report) => all + report.taken, 0);
    assert.equal((rows?.stored ?? 0) + (rows?.held ?? 0), taken);
    assert.ok(erasures.length >= 4 && (rows?.held ?? 0) > 0);
    sum.erasures += erasures.length;
    sum.messages += messages;
    sum.held += rows?.held ?? 0;
  }
  t.diagnostic(
    `${count} rounds, seed ${random.seed}: ${sum.erasures} contacts erased with ${sum.sealedBefore} sealed values, ` +
      `${sum.messages} messages open, ${sum.held} held in quarantine`,
  );
});
