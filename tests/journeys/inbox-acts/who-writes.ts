import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { Desk, textsOf } from "../../support/desk.ts";
import { newPerson, newWamid, secondsOf } from "../../support/meta-door.ts";
import { until } from "../../support/until.ts";
import type { ActsHouse } from "./acts-house.ts";

/** Who the other side is: strangers, numbers that change hands, and what comes for a number that is not ours yet. */
export function testWhoWrites(at: ActsHouse): void {
  const {
    owner,
    simulator,
    number,
    door,
    amal,
    basma,
    lina,
    desk,
    newChatOfAmal,
    send,
    eventsAbout,
    templateNamed,
    refused,
    connect,
  } = at;

  test("a chat is begun by template with a number that never wrote, and is the beginner's own", async () => {
    const { waId } = newPerson();
    const { customerId } = await simulator.addCustomer({
      phoneNumberId: number.phoneNumberId,
      name: "New",
      phone: `+${waId}`,
    });
    const template = await templateNamed("order_ready");
    const start = (clientId: string, who = amal) =>
      who.session.api("POST", "/conversations", {
        ...{ numberId: number.id, to: { phone: `+${waId}`, name: "Ms New" }, clientId },
        template: { templateId: template.id, variables: { "1": "Ms New", "2": "77" } },
      });
    const { status, body } = await start(randomUUID());
    assert.equal(status, 200);
    const opened = await desk.open(body.conversationId);
    assert.deepEqual(
      [opened.assigneeId, opened.windowClosesAt, opened.contact.phone],
      [amal.memberId, null, `+${waId}`],
    );
    await until(async () => simulator.messagesOf(customerId).length === 1);
    assert.equal(
      simulator.messagesOf(customerId)[0]?.text,
      "Hello Ms New, your order 77 is ready. We are open until 22:00.",
    );
    assert.equal(await refused(start(randomUUID(), basma)), "403 inbox.not_your_chat");
    assert.equal(simulator.messagesOf(customerId).length, 1);
    const missing = amal.session.api("POST", `/conversations/${body.conversationId}/messages`, {
      ...{
        kind: "template",
        clientId: randomUUID(),
        template: { templateId: template.id, variables: { "1": "x" } },
      },
    });
    assert.match(await refused(missing), /^(409|422) /, "every variable has to be filled");
  });

  test("strangers who are begun with at once by two members are one contact and one chat", async () => {
    const { waId } = newPerson();
    await simulator.addCustomer({ phoneNumberId: number.phoneNumberId, name: "Both", phone: `+${waId}` });
    const template = await templateNamed("order_ready");
    const answers = await Promise.all(
      [amal, basma, lina].map(({ session }) =>
        session.api("POST", "/conversations", {
          ...{ numberId: number.id, to: { phone: `+${waId}` }, clientId: randomUUID() },
          template: { templateId: template.id, variables: { "1": "you", "2": "1" } },
        }),
      ),
    );
    assert.ok(
      answers.every(({ status }) => status === 200 || status === 403),
      JSON.stringify(answers.map(({ body }) => body)),
    );
    assert.equal((await owner.get(`/contacts?phone=${encodeURIComponent(`+${waId}`)}`)).contacts.length, 1);
  });

  test("somebody known by a business-scoped id alone can be answered", async () => {
    const name = `Shy ${randomBytes(4).toString("hex")}`;
    const { customerId } = await simulator.addCustomer({
      ...{ phoneNumberId: number.phoneNumberId, name, businessScopedOnly: true, username: "shy.one" },
    });
    await simulator.sendAsCustomer(customerId, { type: "text", body: "you cannot see my number" });
    await until(async () => (await desk.chatOf(name)) !== undefined);
    const { id } = await desk.getChat(name);
    const { contact } = await desk.open(id);
    assert.deepEqual([contact.phone, contact.username, contact.identity], [null, "shy.one", "known"]);
    await send(amal.session, id, "nor do I need to");
    await until(async () => simulator.messagesOf(customerId).length === 2);
  });

  test("a known number with another business-scoped id and no notice is somebody else, and marked uncertain", async () => {
    const person = newPerson();
    const say = (userId: string, name: string, text: string) => {
      const contact = { profile: { name }, wa_id: person.waId, user_id: userId };
      const message = door.text(person, text, { from_user_id: userId });
      return door.post(door.change({ contacts: [contact], messages: [message] }));
    };
    const [first, second] = [`AE.${person.waId}1`, `AE.${person.waId}2`];
    const [before, afterwards] = [`Before ${person.waId}`, `After ${person.waId}`];
    await say(first, before, "I am the first");
    await say(second, afterwards, "I have this number now");
    const [old, recent] = [await desk.getChat(before), await desk.getChat(afterwards)];
    assert.notEqual(old.id, recent.id);
    assert.deepEqual(textsOf(await desk.messages(old.id)), ["I am the first"]);
    assert.deepEqual(textsOf(await desk.messages(recent.id)), ["I have this number now"]);
    assert.equal((await desk.open(recent.id)).contact.identity, "uncertain");
    assert.notEqual((await desk.open(recent.id)).contact.identitySince, null);
  });

  test("who changes the number and says so stays the same contact, with a line in the thread", async () => {
    const chat = await newChatOfAmal("my old number");
    const contactId = (await desk.open(chat.id)).contact.id;
    const next = `+${newPerson().waId}`;
    simulator.changeNumber(chat.customerId, next);
    await chat.write("my new number");
    await until(async () => (await desk.messages(chat.id)).length === 3);
    const messages = await desk.messages(chat.id);
    assert.deepEqual(textsOf(messages), ["my old number", "my new number"]);
    assert.partialDeepStrictEqual(messages[1], {
      direction: "event",
      body: { kind: "system", event: "number_changed" },
    });
    const { contact } = await desk.open(chat.id);
    assert.deepEqual([contact.id, contact.phone, contact.identity], [contactId, next, "uncertain"]);
    await send(amal.session, chat.id, "noted");
    await until(async () => chat.phoneShows().at(-1)?.text === "noted");
  });

  test("what a customer edits or takes back changes where it stands, even when that arrives first", async () => {
    const person = newPerson();
    const [typo, regret, late] = [
      door.text(person, "five chars"),
      door.text(person, "forget this"),
      door.text(person, "late"),
    ];
    const revision = (type: "edit" | "revoke", target: string, body?: string) => ({
      ...{ from: person.waId, id: newWamid(), timestamp: secondsOf(new Date()), type },
      [type]: {
        original_message_id: target,
        ...(body === undefined ? {} : { message: { type: "text", text: { body } } }),
      },
    });
    const contacts = [door.contact(person)];
    const post = (...messages: object[]) => door.post(door.change({ contacts, messages }));
    await post(typo, regret, revision("edit", late.id, "late, and corrected"));
    await post(revision("edit", typo.id, "five chairs"), revision("revoke", regret.id));
    await post(late);
    const messages = await desk.messagesOf(person.name);
    assert.deepEqual(textsOf(messages), ["five chairs", "forget this", "late, and corrected"]);
    assert.deepEqual(
      messages.map(({ editedAt, revokedAt }) => [editedAt !== null, revokedAt !== null]),
      [
        [true, false],
        [false, true],
        [true, false],
      ],
    );
    assert.equal((await desk.getChat(person.name)).unread, 3);
  });

  test("an update for a number that is not connected yet is held, and taken in once it is", async () => {
    const person = newPerson();
    const phoneNumberId = "106540352242922";
    const message = door.text(person, "to your second line");
    await door.post(
      door.change({ contacts: [door.contact(person)], messages: [message] }, { phoneNumberId }),
    );
    const held = await new Desk(owner).held();
    assert.deepEqual(
      held.map(({ reason }) => reason),
      ["unknown_number"],
    );
    const [item] = held;
    assert.equal(
      await refused(owner.api("POST", `/quarantine/${item?.id}/retry`)),
      "409 quarantine.still_unknown_number",
    );

    await connect(phoneNumberId);
    const retried = await owner.post(`/quarantine/${item?.id}/retry`);
    assert.equal(retried.state, "retried");
    assert.deepEqual(textsOf(await desk.messagesOf(person.name)), ["to your second line"]);
    assert.equal(await refused(owner.api("POST", `/quarantine/${item?.id}/retry`)), "409 quarantine.decided");
    assert.deepEqual(await eventsAbout(`quarantine:${item?.id}`), ["quarantine.retried Huda"]);
    assert.deepEqual(await new Desk(owner).held(), []);
  });
}
