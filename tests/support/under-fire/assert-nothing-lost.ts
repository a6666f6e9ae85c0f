import assert from "node:assert/strict";
import type { HouseUnderFire, Settled } from "./house-under-fire.ts";

/** What a test prints at its end. */
export interface Seen {
  readonly webhooks: Readonly<Record<string, number>>;
  readonly longestMs: number;
  readonly sends: number;
  readonly inDoubt: number;
  readonly clicksRefused: Readonly<Record<string, number>>;
  readonly peakMb: number;
}

/** Holds what was counted against what was done: nothing lost, nothing twice, nothing left lying. */
export function assertNothingLost(house: HouseUnderFire, settled: Settled): Seen {
  assertSends(settled);
  const { contacts = 0 } = house.stretch;
  const { groups } = settled;
  const inbound = groups + contacts + settled.callers;
  const { lost, statuses, gaps, miscounted, logged, unsequenced, quarantined, waitingStatuses, heldLeases } =
    settled;
  assert.deepEqual(
    {
      ...{ lost, statuses, inbound: settled.inbound, logged, gaps, miscounted, unsequenced },
      ...{ quarantined, waitingStatuses, heldLeases },
    },
    {
      ...{ lost: 0, statuses: groups * 3, inbound, logged: inbound, gaps: 0, miscounted: 0, unsequenced: 0 },
      ...{ quarantined: 0, waitingStatuses: 0, heldLeases: 0 },
    },
  );
  const { answers, longestMs } = house.load.report;
  const unexpected = Object.keys(answers).filter((status) => !["200", "503", "broken"].includes(status));
  assert.deepEqual(unexpected, [], "a webhook is taken, refused with 503, or its connection breaks");
  return {
    ...{ webhooks: answers, longestMs: Math.round(longestMs), clicksRefused: house.clicks.refused },
    sends: settled.sends.length,
    inDoubt: settled.sends.filter(({ outbox }) => outbox === "in_doubt").length,
    peakMb: Math.round(Math.max(...house.nodes.map(({ peakMb }) => peakMb))),
  };
}

/** Each click is one message; each is at Meta once, or shown in doubt, or waits for such a one; nothing else is there. */
export function assertSends({ sends, clicked, accepted, loggedSends }: Settled): void {
  assert.equal(sends.length, clicked.size, "one message for each click");
  assert.equal(loggedSends, sends.length, "one entry of the log for each");
  const wrong = sends.filter(({ id, clientId, message, outbox, held }) => {
    const times = accepted.get(id) ?? 0;
    const isRight = outbox === "accepted" ? times === 1 : (outbox === "in_doubt" || held) && times === 0;
    return !isRight || message !== outbox || clicked.get(clientId) !== id;
  });
  assert.deepEqual(
    wrong.map((send) => ({ ...send, accepted: accepted.get(send.id) ?? 0 })),
    [],
  );
  const known = new Set(sends.map(({ id }) => id));
  assert.deepEqual(
    [...accepted].filter(([id, times]) => times !== 1 || !known.has(id)),
    [],
    "Meta got nothing twice, and nothing that nobody sent",
  );
}
