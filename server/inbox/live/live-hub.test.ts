import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { inboxRig } from "../../../tests/support/inbox-rig.ts";
import { until } from "../../../tests/support/until.ts";
import type { Actor } from "../../identity/actor.ts";
import { newId } from "../../platform/ids.ts";
import { openLog } from "../../platform/log.ts";
import { takeConversation } from "../assign-conversation.ts";
import { markRead } from "../mark-read.ts";
import { type LiveEvent, LiveHub, type LiveSocket } from "./live-hub.ts";

function socketOf(actor: Actor): LiveSocket & { readonly told: LiveEvent[] } {
  const told: LiveEvent[] = [];
  return { actor, watching: null, told, send: (event) => void told.push(event) };
}

test("each member is told the counts of their own chats, and all of them only to those who see all", async () => {
  await using rig = await inboxRig();
  await rig.take(["1", "2", "3", "4"].map((n) => rig.text(`97150000000${n}`, "hello")));
  const { rows } = await rig.inTx((tx) =>
    sql<{ id: string }>`select id from inbox_conversation order by id`.execute(tx),
  );
  const [first = "", second = "", third = ""] = rows.map(({ id }) => id);
  const [agent, lead] = [rig.actor("agent"), rig.actor("team_lead")];
  await rig.act(agent, (act) => takeConversation(act, first));
  await rig.act(agent, (act) => takeConversation(act, second));
  await rig.act(agent, (act) => markRead(act, first, 99));
  await rig.act(lead, (act) => takeConversation(act, third));
  const hub = new LiveHub(rig.room, openLog("silent"));
  const sockets = [socketOf(agent), socketOf(lead), socketOf(rig.actor("agent"))];
  for (const socket of sockets) hub.add(socket);

  hub.handle({ workspaceId: rig.workspaceId, conversations: [first] });
  const counts = ({ told }: { told: LiveEvent[] }) => told.find(({ event }) => event === "counts");
  await until(async () => sockets.every((socket) => counts(socket) !== undefined));

  assert.deepEqual(sockets.map(counts), [
    { event: "counts", mine: 2, unassigned: 1, all: null, unread: 1, teams: {} },
    { event: "counts", mine: 1, unassigned: 1, all: 4, unread: 1, teams: {} },
    { event: "counts", mine: 0, unassigned: 1, all: null, unread: 0, teams: {} },
  ]);
});

test("a flood makes consoles ask again once in a while and not once a transaction, and its last part is not lost", async () => {
  await using rig = await inboxRig();
  const hub = new LiveHub(rig.room, openLog("silent"));
  const socket = socketOf(rig.actor("team_lead"));
  hub.add(socket);
  const flood = () => ({
    workspaceId: rig.workspaceId,
    conversations: Array.from({ length: 60 }, () => newId<string>()),
  });

  for (let transactions = 0; transactions < 10; transactions += 1) {
    hub.handle(flood());
    await sleep(10);
  }
  const early = socket.told.length;
  await until(async () => socket.told.length > early);
  await sleep(50);

  assert.equal(early, 1);
  assert.deepEqual(socket.told, [{ event: "gap" }, { event: "gap" }]);
});
