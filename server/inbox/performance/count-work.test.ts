import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig } from "../../../tests/support/inbox-rig.ts";
import type { Actor } from "../../identity/actor.ts";
import { closeConversation, takeConversation } from "../assign-conversation.ts";
import { sendMessage } from "../send/send-message.ts";
import { countWork } from "./count-work.ts";
import { sumUp } from "./figures.ts";

const START = new Date("2026-11-23T10:00:00Z");

test("open and waiting chats, work done and the time to the first answer are counted by member and in all", async () => {
  await using rig = await inboxRig(START);
  const [ana, ben] = [rig.actor("agent"), rig.actor("agent")];
  // Ana's customers wait 60, 120, 180 and 240 s, Ben's one 600 s; a second answer changes none of it.
  const chats: string[] = [];
  for (const _ of Array.from({ length: 5 })) chats.push(await newChat(rig));
  for (const [n, id] of chats.entries()) {
    const agent = n < 4 ? ana : ben;
    await rig.act(agent, (act) => takeConversation(act, id));
    pass(rig, n < 4 ? 60 : 360);
    await say(rig, agent, id);
    await say(rig, agent, id);
  }
  const waits = await newChat(rig);
  const since = rig.time.now;
  await newChat(rig);
  await rig.act(ana, (act) => takeConversation(act, waits));
  await rig.act(ana, (act) => closeConversation(act, chats[0] ?? ""));

  const { total, of, ofOthers } = await count(rig, START);
  assert.deepEqual(of(ana.memberId), {
    ...{ open: 4, waiting: 1, waitingSince: since, taken: 5, closed: 1, sent: 8, answered: 4 },
    firstAnswer: { medianSeconds: 150, p90Seconds: 222 },
  });
  assert.deepEqual(of(ben.memberId), {
    ...{ open: 1, waiting: 0, waitingSince: null, taken: 1, closed: 0, sent: 2, answered: 1 },
    firstAnswer: { medianSeconds: 600, p90Seconds: 600 },
  });
  assert.deepEqual([of(null).open, of(null).waiting], [1, 1]);
  assert.deepEqual(
    [total.open, total.waiting, total.taken, total.sent, total.answered, total.firstAnswer],
    [6, 2, 6, 10, 5, { medianSeconds: 180, p90Seconds: 456 }],
  );
  const others = ofOthers(new Set<string>([ana.memberId]));
  assert.deepEqual([others.open, others.sent, others.firstAnswer], [1, 2, null]);
});

test("what was done before the period is not counted, and what is open now always is", async () => {
  await using rig = await inboxRig(START);
  const ana = rig.actor("agent");
  const id = await newChat(rig);
  await rig.act(ana, (act) => takeConversation(act, id));
  await say(rig, ana, id);
  const other = await newChat(rig);
  await rig.act(ana, (act) => takeConversation(act, other));
  await rig.act(ana, (act) => closeConversation(act, other));
  const at = new Date(rig.time.now.getTime() + 1);
  const { total } = await count(rig, at);
  const none = { taken: 0, closed: 0, sent: 0, answered: 0, firstAnswer: null };
  assert.deepEqual(total, { open: 1, waiting: 0, waitingSince: null, ...none });
  const { taken, closed, sent, answered } = (await count(rig, rig.time.now)).total;
  assert.deepEqual([taken, closed, sent, answered], [2, 1, 1, 1], "the first moment is in it");
});

test("a chat that is opened again is answered again, one that we began is not, and a reaction is no answer", async () => {
  await using rig = await inboxRig(START);
  const ana = rig.actor("agent");
  const id = await newChat(rig);
  await rig.act(ana, (act) => takeConversation(act, id));
  const target = await newestMessage(rig);
  const reaction = { kind: "reaction", clientId: randomUUID(), messageId: target, emoji: "👍" } as const;
  await rig.act(ana, (act) => sendMessage(act, id, reaction));
  assert.deepEqual((await count(rig, START)).total.answered, 0);
  pass(rig, 30);
  await say(rig, ana, id);
  await rig.act(ana, (act) => closeConversation(act, id));
  // Nobody waits in the episode that our own message opens.
  await say(rig, ana, id);
  assert.equal((await count(rig, START)).total.answered, 1);
  await rig.take([rig.text(waIdOf(customers), "And the lamp?")]);
  pass(rig, 90);
  await say(rig, ana, id);
  const { answered, sent, firstAnswer } = (await count(rig, START)).total;
  assert.deepEqual(
    [answered, sent, firstAnswer],
    [2, 3, { medianSeconds: 60, p90Seconds: 84 }],
    "from the message that waited, not from when the episode began",
  );
  await rig.take([rig.text(waIdOf(customers), "And the table?")]);
  pass(rig, 600);
  await say(rig, ana, id);
  const later = (await count(rig, START)).total;
  assert.deepEqual([later.answered, later.firstAnswer], [2, firstAnswer], "a later answer is not the first");
});

async function newChat(rig: InboxRig): Promise<string> {
  customers += 1;
  const before = await ids(rig);
  await rig.take([rig.text(waIdOf(customers), "Hello")]);
  const [id] = [...(await ids(rig)).difference(before)];
  if (id === undefined) throw new Error("no chat came of it");
  return id;
}

let customers = 0;
const waIdOf = (customer: number) => `1555000${String(customer).padStart(4, "0")}`;

async function ids(rig: InboxRig): Promise<Set<string>> {
  const { rows } = await rig.inTx((tx) => sql<{ id: string }>`select id from inbox_conversation`.execute(tx));
  return new Set(rows.map(({ id }) => id));
}

async function newestMessage(rig: InboxRig): Promise<string> {
  const { rows } = await rig.inTx((tx) =>
    sql<{ id: string }>`select id from inbox_message order by position desc limit 1`.execute(tx),
  );
  return rows[0]?.id ?? "";
}

function pass(rig: InboxRig, seconds: number): void {
  rig.time.now = new Date(rig.time.now.getTime() + seconds * 1000);
}

const say = (rig: InboxRig, by: Actor, id: string) =>
  rig.act(by, (act) => sendMessage(act, id, { kind: "text", clientId: randomUUID(), text: "We have it." }));

async function count(rig: InboxRig, from: Date) {
  const work = await rig.act(rig.actor("owner"), (act) => countWork(act, { which: sql`true`, from }));
  return sumUp(work, null);
}
