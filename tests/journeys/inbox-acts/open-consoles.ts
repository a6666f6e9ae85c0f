import assert from "node:assert/strict";
import { test } from "node:test";
import { textsOf } from "../../support/desk.ts";
import { LiveClient } from "../../support/live-client.ts";
import { newPerson } from "../../support/meta-door.ts";
import { until } from "../../support/until.ts";
import type { ActsHouse } from "./acts-house.ts";

/** What open consoles hear at once. */
export function testOpenConsoles(at: ActsHouse): void {
  const { wardroom, owner, simulator, number, door, amal, basma, lina, newChat, send } = at;

  test("open consoles hear at once: the row, the message where it is watched, the counts, and what left their sight", async () => {
    const chat = await newChat("first");
    const [a, b] = await Promise.all(
      [amal, basma].map(({ session }) => new LiveClient(wardroom, session).greeted()),
    );
    assert.ok(a && b);
    await amal.session.post(`/conversations/${chat.id}/take`);
    await b.next("conversation_gone", ({ conversationId }) => conversationId === chat.id);
    const row = await a.next(
      "conversation",
      (event) => event.row.id === chat.id && event.row.sight === "open",
    );
    assert.deepEqual([row.row.contact?.name, row.row.assigneeId], [chat.name, amal.memberId]);
    a.send({ watch: chat.id });
    b.send({ watch: chat.id });
    // The server says nothing about a watch: a change that only a watcher hears of tells that it has begun.
    await until(async () => {
      await send(amal.session, chat.id, "ping");
      return a.events.some(({ event }) => event === "message");
    });
    await chat.write("second");
    const heard = await a.next("message", ({ message }) => message.direction === "in");
    assert.deepEqual([heard.conversationId, heard.message.body], [chat.id, { kind: "text", text: "second" }]);
    const patched = await a.next("conversation", (event) => event.row.last?.preview === "second");
    assert.equal(patched.row.unread, 2);
    await a.next("counts", ({ unread }) => unread > 0);

    const ours = await send(amal.session, chat.id, "third");
    await a.next("message", ({ message }) => message.id === ours.id && message.delivery === "delivered");
    const wamid = chat.phoneShows().find(({ text }) => text === "third")?.wamid ?? "";
    await simulator.sendAsCustomer(chat.customerId, { type: "reaction", messageId: wamid, emoji: "🙏" });
    const reacted = await a.next(
      "message",
      ({ message }) => message.id === ours.id && message.reactions.length === 1,
    );
    assert.deepEqual(reacted.message.reactions, [{ emoji: "🙏", from: "contact" }]);
    assert.ok(
      a.events.every((event) => event.event !== "message" || event.message.body.kind !== "reaction"),
      "a reaction comes as its message",
    );

    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await simulator.sendAsCustomer(chat.customerId, { type: "image", bytes: png, mimeType: "image/png" });
    await a.next(
      "message",
      ({ message }) => message.body.kind === "image" && message.body.media.state === "ready",
    );

    const from = a.events.length;
    await lina.session.post(`/conversations/${chat.id}/assign`, { memberId: basma.memberId });
    await a.next("conversation_gone", ({ conversationId }) => conversationId === chat.id, from);
    await b.next("conversation", (event) => event.row.id === chat.id && event.row.sight === "open");
    // What it asked for while the chat was hidden was not remembered: a console asks when it opens the chat.
    b.send({ watch: chat.id });
    await until(async () => {
      await chat.write("fourth");
      return b.events.some((event) => event.event === "message" && textsOf([event.message])[0] === "fourth");
    });
    assert.ok(
      a.events.slice(from).every((event) => event.event !== "message"),
      "who lost the chat hears nothing more of it, watching or not",
    );
    assert.ok(
      b.events.every((event) => event.event !== "message" || textsOf([event.message])[0] !== "second"),
      "who did not have it heard nothing of it",
    );
    const things = b.events.length;
    await door.post(door.change({ messages: [door.text(newPerson(), "x")] }, { phoneNumberId: "12" }));
    await b.next("changed", ({ what }) => what === "quarantine", things);
    await Promise.all([a.close(), b.close()]);
  });

  test("the number shows when a webhook last came in for it", async () => {
    const { numbers } = await owner.get("/numbers");
    const own = numbers.find(({ id }: { id: string }) => id === number.id);
    assert.ok(Date.now() - new Date(own.lastWebhookAt).getTime() < 120_000);
  });
}
