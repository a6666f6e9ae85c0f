import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Desk } from "../../support/desk.ts";
import type { TestSession } from "../../support/test-session.ts";
import { until } from "../../support/until.ts";
import type { ActsHouse } from "./acts-house.ts";

/** Who has a chat: taking, giving, closing, and what each member has read. */
export function testTakingAndClosing(at: ActsHouse): void {
  const { owner, amal, basma, lina, desk, newChat, newChatOfAmal, query, eventsAbout } = at;

  test("of two who take a chat at once one gets it and the other is told", async () => {
    const chat = await newChat("who has time?");
    const answers = await Promise.all(
      [amal, basma].map(({ session }) => session.api("POST", `/conversations/${chat.id}/take`)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404]);
    assert.equal(answers.find(({ status }) => status === 404)?.body.code, "inbox.no_conversation");
    const winner = answers[0]?.status === 200 ? "Amal" : "Basma";
    assert.deepEqual(await eventsAbout(`conversation:${chat.id}`), [`conversation.taken ${winner}`]);
  });

  test("each act on a chat is one event of the log, and doing it again is none", async () => {
    const chat = await newChat("hello");
    const act = (path: string, body?: unknown, who = amal) =>
      who.session.post(`/conversations/${chat.id}${path}`, body);
    await act("/take");
    await act("/take");
    await amal.session.get(`/conversations/${chat.id}`);
    await act("/close");
    await act("/close");
    await act("/reopen");
    await act("/reopen");
    await act("/assign", { memberId: basma.memberId }, lina);
    await act("/assign", { memberId: basma.memberId }, lina);
    await act("/assign", { memberId: null }, basma);
    await owner.post(`/conversations/${chat.id}/open`, { reason: "quality_review" });
    const sent = await (async () => {
      await act("/take");
      const clientId = randomUUID();
      const message = { kind: "text", clientId, text: "once" };
      await act("/messages", message);
      return act("/messages", message);
    })();
    assert.deepEqual(await eventsAbout(`conversation:${chat.id}`), [
      "conversation.taken Amal",
      "conversation.opened Amal",
      "conversation.closed Amal",
      "conversation.reopened Amal",
      "conversation.assigned Lina",
      "conversation.assigned Basma",
      "conversation.opened_with_reason Huda",
      "conversation.opened Huda",
      "conversation.taken Amal",
    ]);
    const acts = (await eventsAbout(`message:${sent.id}`)).filter((event) => event.endsWith(" Amal"));
    assert.deepEqual(acts, ["message.sent Amal"]);
    const pending = await query(
      "select count(*)::int as events, (select count(*)::int from audit_pending) as pending from audit_event",
    );
    assert.equal(
      pending.rows[0].pending,
      pending.rows[0].events,
      "every event waits for its place in the tree",
    );
  });

  test("a closed chat opens again with the customer's next message, still its Agent's, in a new episode", async () => {
    const chat = await newChatOfAmal("it is broken");
    const closed = await amal.session.post(`/conversations/${chat.id}/close`);
    assert.deepEqual([closed.state, closed.waitingSince], ["closed", null]);
    await chat.write("it broke again");
    await until(async () => (await desk.open(chat.id)).state === "open");
    const opened = await desk.open(chat.id);
    assert.equal(opened.assigneeId, amal.memberId);
    assert.notEqual(opened.waitingSince, null);
    assert.deepEqual(
      opened.episodes.map(({ closedAt }) => closedAt !== null),
      [false, true],
    );
  });

  test("unread is each member's own, and blue ticks come from the assignee alone", async () => {
    const chat = await newChatOfAmal("one", "two", "three");
    const unread = async (who: { session: TestSession }) =>
      (await new Desk(who.session).open(chat.id)).unread;
    const blue = () => chat.phoneShows().map(({ tick }) => tick === "read");
    assert.deepEqual([await unread(amal), await unread(lina)], [3, 3]);
    const last = (await desk.messages(chat.id)).at(-1)?.position;
    const second = (await desk.messages(chat.id)).at(1)?.position;

    await lina.session.post(`/conversations/${chat.id}/read`, { position: last });
    assert.deepEqual([await unread(amal), await unread(lina)], [3, 0]);
    await amal.session.post(`/conversations/${chat.id}/read`, { position: second });
    assert.deepEqual([await unread(amal), await unread(lina)], [1, 0]);
    await until(async () => blue()[1] === true);
    assert.deepEqual(blue(), [true, true, false], "what the lead saw told the customer nothing");
    await amal.session.post(`/conversations/${chat.id}/read`, { position: 1 });
    assert.equal(await unread(amal), 1, "reading further up takes nothing back");
  });
}
