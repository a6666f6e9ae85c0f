import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import { newId } from "../../server/platform/ids.ts";
import { decideInDoubt } from "../../server/whatsapp/outbound/decide-in-doubt.ts";
import { settleByStatus } from "../../server/whatsapp/outbound/settle-by-status.ts";
import { rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { accept, refuse, type SeenRequest, senderRig, text } from "../support/sender-rig.ts";

/**
 * Two processes send from one database, and one of them is killed at a random moment, while the peer tells the truth,
 * lies, or says nothing. A round holds:
 *
 * - nothing reaches the peer twice;
 * - what reached it and was not refused is accepted or in doubt, and what was never there is not accepted;
 * - a contact's messages come in their order;
 * - a status settles each doubt whose message the peer has; a click sends one that it has not, once.
 */
const ROUNDS = rounds({ short: 2, whole: 200 });
const CONTACTS = 12;
const MESSAGES_EACH = 4;
const CHILD = new URL("../support/sender-child.ts", import.meta.url).pathname;

/** Short, so that a round does not wait for the dead; in production 15 s. */
const LEASE_SECONDS = 1;

const random = new SeededRandom();

type Rig = Awaited<ReturnType<typeof senderRig>>;

test(`${ROUNDS} kills of one of two senders: nothing twice, nothing forgotten, order kept`, async (t) => {
  let doubts = 0;
  let settled = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    await t.test(`round ${round}`, async () => {
      const seen = await playRound();
      doubts += seen.doubts;
      settled += seen.settled;
    });
  }
  t.diagnostic(
    `${ROUNDS} rounds, seed ${random.seed}: ${doubts} doubts, ${settled} of them settled by a status`,
  );
});

async function playRound(): Promise<{ doubts: number; settled: number }> {
  await using rig = await senderRig(200);
  const peer = lyingPeer();
  rig.answer = peer.answer;
  const contacts = Array.from({ length: CONTACTS }, () => newId<string>());
  const order = new Map<string, { contact: number; nth: number }>();
  for (let nth = 0; nth < MESSAGES_EACH; nth++) {
    for (const [contact, contactId] of contacts.entries()) {
      order.set(await rig.queue(contactId, text(`${contact} ${nth}`)), { contact, nth });
    }
  }

  const [victim, survivor] = [startChild(rig), startChild(rig)];
  await rig.until("something left", () => rig.seen.length > 0);
  await sleep(random.next() * 400);
  await end(victim);
  const third = startChild(rig);
  await untilStill(rig, order.size);
  // A doubt holds its contact for a minute: the rest of that chat goes once nobody waits for it any more.
  await ageDoubts(rig);
  await untilAllEnded(rig);
  await end(survivor);
  await end(third);
  return await judge(rig, peer.taken, order);
}

/** Remembers what it took, whatever it says about it. */
function lyingPeer() {
  const taken = new Set<string>();
  const answer = (request: SeenRequest, nth: number): void => {
    const id = String(request.body["biz_opaque_callback_data"]);
    const taking = (answerIt: () => unknown) => () => {
      taken.add(id);
      answerIt();
    };
    const cut = () => request.reply.socket?.destroy();
    const ways = [
      cut,
      taking(cut),
      taking(() => request.reply.writeHead(502).end()),
      taking(() => request.reply.end('{"messages":[')),
      () => refuse(131026)(request, nth),
    ];
    const lie = random.next() < 0.2 ? ways[Math.floor(random.next() * ways.length)] : undefined;
    setTimeout(lie ?? taking(() => accept(request)), random.next() * 40);
  };
  return { taken, answer };
}

async function judge(
  rig: Rig,
  taken: ReadonlySet<string>,
  order: ReadonlyMap<string, { contact: number; nth: number }>,
): Promise<{ doubts: number; settled: number }> {
  const sent = rig.seen.map(({ body }) => String(body["biz_opaque_callback_data"]));
  assert.equal(new Set(sent).size, sent.length, "nothing goes twice by itself");
  const lastNth = new Map<number, number>();
  for (const id of sent) {
    const { contact, nth } = order.get(id) ?? assert.fail("a message that nobody queued");
    assert.ok(nth > (lastNth.get(contact) ?? -1), "in the order of its contact");
    lastNth.set(contact, nth);
  }
  const rows = await rig.rows();
  assert.equal(rows.length, order.size, "nothing is forgotten");
  for (const { id, state } of rows) {
    if (state === "accepted") assert.ok(taken.has(id), "accepted is what Meta has");
    else if (taken.has(id)) assert.equal(state, "in_doubt", "what Meta has is accepted or in doubt");
  }
  return await settleDoubts(rig, taken);
}

async function settleDoubts(rig: Rig, taken: ReadonlySet<string>) {
  const doubts = (await rig.rows()).filter(({ state }) => state === "in_doubt").map(({ id }) => id);
  const known = doubts.filter((id) => taken.has(id)).toSorted();
  const settled = await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    settleByStatus(narrow(tx), rig.workspaceId, known),
  );
  assert.deepEqual(settled.toSorted(), known, "a status settles what Meta has");

  await ageDoubts(rig);
  const [clicked] = doubts.filter((id) => !taken.has(id));
  if (clicked === undefined) return { doubts: doubts.length, settled: settled.length };
  rig.answer = accept;
  const before = rig.seen.length;
  await using sender = rig.openSender();
  await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    decideInDoubt(narrow(tx), {
      ...{ workspaceId: rig.workspaceId, id: clicked, decision: "send_again", now: rig.clock() },
      wake: () => undefined,
    }),
  );
  sender.start();
  await rig.until("the click sent it", async () => (await rig.stateOf(clicked)) === "accepted");
  assert.deepEqual(
    rig.seen.slice(before).map(({ body }) => body["biz_opaque_callback_data"]),
    [clicked],
    "a click sends one message, once",
  );
  return { doubts: doubts.length, settled: settled.length };
}

/** Nothing is on its way, and what is still queued waits behind a doubt. */
async function untilStill(rig: Rig, count: number): Promise<void> {
  let before = -1;
  for (let tries = 0; tries < 60; tries++) {
    await sleep(400);
    const rows = await rig.rows();
    assert.equal(rows.length, count);
    const isBusy = rows.some(({ state }) => state === "sending");
    if (!isBusy && rig.seen.length === before) return;
    before = rig.seen.length;
  }
  throw new Error("sending did not come to rest");
}

/** More doubts may come up meanwhile; each is taken for an old one, so that the next in its chat goes. */
async function untilAllEnded(rig: Rig): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = (await rig.rows()).filter(({ state }) => state === "queued" || state === "sending");
    if (open.length === 0) return;
    await ageDoubts(rig);
    await sleep(150);
  }
  throw new Error("some messages never left");
}

/** A quarter of an hour passes for what is in doubt: nobody waits for it any more, and a person may decide. */
async function ageDoubts(rig: Rig): Promise<void> {
  await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    tx
      .updateTable("whatsapp_outbox")
      .set({ attempted_at: new Date(Date.now() - 16 * 60_000) })
      .where("state", "=", "in_doubt")
      .execute(),
  );
}

function startChild(rig: Rig): ChildProcess {
  const settings = {
    ...{ url: rig.database.appUrl.reveal(), origin: rig.origin },
    ...{ rootKey: rig.rootKey.toString("base64"), leaseSeconds: LEASE_SECONDS },
  };
  return spawn(process.execPath, [CHILD], {
    stdio: "ignore",
    env: { SENDER_CHILD: JSON.stringify(settings) },
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
