import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Template } from "../../../contract/numbers.ts";
import { textsOf } from "../../support/desk.ts";
import { startSession, type TestSession } from "../../support/test-session.ts";
import { until } from "../../support/until.ts";
import type { ActsHouse } from "./acts-house.ts";

const HOUR_MS = 60 * 60 * 1000;
/** How long a status may still settle what is in doubt, before a person does (architecture.md). */
const DOUBT_MS = 15 * 60 * 1000;

/** What ends with time. The clock goes on from here: sessions end after a shift of twelve hours. */
export function testAsTimePasses(at: ActsHouse): void {
  const {
    wardroom,
    owner,
    simulator,
    number,
    amal,
    basma,
    lina,
    desk,
    newChatOfAmal,
    send,
    messageOf,
    eventsAbout,
    refused,
    clock,
    pass,
  } = at;

  test("an opening with a reason holds for an hour and not longer", async () => {
    // The clock goes on by an hour here and by a day below, and nobody is to be locked out meanwhile.
    assert.equal((await owner.api("PATCH", "/policies", { idleLock: { minutes: 60 } })).status, 200);
    await sleep(1_100);
    const chat = await newChatOfAmal("a complaint");
    const look = (who: TestSession) => who.api("GET", `/conversations/${chat.id}/messages`);
    assert.equal(await refused(look(owner)), "403 inbox.reason_needed");
    await owner.post(`/conversations/${chat.id}/open`, { reason: "complaint" });
    for (const minutes of [30, 29]) {
      pass(minutes * 60_000);
      for (const session of [owner, amal.session, basma.session, lina.session]) await session.get("/session");
    }
    assert.equal((await look(owner)).status, 200);
    pass(60_000);
    assert.equal(await refused(look(owner)), "403 inbox.reason_needed");
  });

  test("a message in doubt waits for a person, who sends it again or drops it; one that Meta has settles itself", async () => {
    const chat = await newChatOfAmal("are you there?");
    const lost = { kind: "server_error", httpStatus: 500, accepted: false } as const;
    for (const decision of ["send_again", "drop"] as const) {
      simulator.behaviour(chat.customerId, { answer: lost, times: 1 });
      const { id } = await send(amal.session, chat.id, `yes (${decision})`);
      await until(async () => (await messageOf(chat.id, id)).sendState === "in_doubt");
      const decide = () => amal.session.api("POST", `/messages/${id}/decide`, { decision });
      assert.equal(await refused(decide()), "409 whatsapp.send_still_in_doubt", "a status may still tell");
      pass(DOUBT_MS);
      const before = chat.phoneShows().length;
      assert.equal((await decide()).status, 200);
      const state = decision === "drop" ? "dropped" : "accepted";
      await until(async () => (await messageOf(chat.id, id)).sendState === state);
      assert.equal(chat.phoneShows().length, before + (decision === "drop" ? 0 : 1));
      assert.equal(
        (await eventsAbout(`message:${id}`)).filter((event) => event === "message.decided Amal").length,
        1,
      );
      assert.match(await refused(decide()), /^409 /, "decided is decided");
    }
    simulator.behaviour(chat.customerId, { answer: { ...lost, accepted: true }, times: 1 });
    const { id } = await send(amal.session, chat.id, "the answer was lost, not the message");
    await until(async () => (await messageOf(chat.id, id)).delivery === "delivered");
    assert.equal((await messageOf(chat.id, id)).sendState, "accepted");
    assert.equal(
      textsOf(await desk.messages(chat.id)).filter((text) => text.startsWith("the answer")).length,
      1,
    );
  });

  test("a day after the customer's last word only a template may go", async () => {
    const chat = await newChatOfAmal("see you tomorrow");
    const closes = new Date((await desk.open(chat.id)).windowClosesAt ?? 0).getTime();
    const margin = 24 * HOUR_MS - (closes - clock().getTime());
    assert.ok(margin >= 0 && margin < 10 * 60_000, "about a day");
    pass(closes - clock().getTime() + 1_000);
    const session = await startSession(wardroom, {
      ...{
        email: "lina@marsahome.example",
        password: "another long password",
        totpSecret: lina.totpSecret,
        now: clock(),
      },
    });
    assert.equal((await session.get(`/conversations/${chat.id}`)).windowClosesAt, null);
    const text = { kind: "text", clientId: randomUUID(), text: "too late" };
    assert.equal(
      await refused(session.api("POST", `/conversations/${chat.id}/messages`, text)),
      "409 inbox.window_closed",
    );
    assert.equal(chat.phoneShows().length, 1);

    const { templates } = await session.get(`/numbers/${number.id}/templates`);
    const template = templates.find(
      (each: Template) => each.name === "order_ready" && each.language === "ar",
    );
    const sent = await session.post(`/conversations/${chat.id}/messages`, {
      ...{ kind: "template", clientId: randomUUID() },
      template: { templateId: template.id, variables: { "1": "ليلى", "2": "1042" } },
    });
    assert.equal(sent.body.text, "مرحباً ليلى، طلبك رقم 1042 جاهز. نستقبلكم حتى الساعة 22:00.");
    await until(async () => chat.phoneShows().length === 2);
    await chat.write("I am here again");
    await until(async () => (await session.get(`/conversations/${chat.id}`)).windowClosesAt !== null);
    await session.post(`/conversations/${chat.id}/messages`, {
      ...text,
      clientId: randomUUID(),
      text: "in time",
    });
    await session.close();
  });
}
