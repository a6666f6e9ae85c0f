import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { request } from "undici";
import type { Message } from "../../contract/conversations.ts";
import type { Template } from "../../contract/numbers.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import { Desk, textsOf } from "../support/desk.ts";
import { inviteMember } from "../support/invite-member.ts";
import { LiveClient } from "../support/live-client.ts";
import { MetaDoor, newPerson, newWamid, secondsOf } from "../support/meta-door.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { startSession, type TestSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

const HOUR_MS = 60 * 60 * 1000;
/** How long a status may still settle what is in doubt, before a person does (architecture.md). */
const DOUBT_MS = 15 * 60 * 1000;
let ahead = 0;
const clock = () => new Date(Date.now() + ahead);
const running = await runWardroom({ clock });
after(() => running[Symbol.asyncDispose]());
const { wardroom, made, owner } = running;
const simulator = wardroom.simulator!;
const number = made.number!;
const door = new MetaDoor(running);
const member = (name: string, role: "agent" | "team_lead" | "admin") =>
  inviteMember(wardroom, owner, { name, role, email: `${name.toLowerCase()}@marsahome.example` });
const [amal, basma, lina] = await Promise.all([
  member("Amal", "agent"),
  member("Basma", "agent"),
  member("Lina", "team_lead"),
]);
const desk = new Desk(amal.session);

/** A person with a phone, who has written `texts`; their chat waits unassigned. */
async function newChat(...texts: string[]) {
  const name = `Layla ${randomBytes(5).toString("hex")}`;
  const phone = `+${newPerson().waId}`;
  const { customerId } = await simulator.addCustomer({ phoneNumberId: number.phoneNumberId, name, phone });
  const write = (body: string) => simulator.sendAsCustomer(customerId, { type: "text", body });
  const known = new Set((await desk.unassigned()).map(({ id }) => id));
  for (const text of texts) await write(text);
  const find = async () => (await desk.unassigned()).find(({ id }) => !known.has(id));
  await until(async () => (await find()) !== undefined);
  const { id } = (await find())!;
  await until(async () => {
    const { rows } = await query("select inbound_count from inbox_conversation where id = $1", [id]);
    return Number(rows[0].inbound_count) === texts.length;
  });
  return { id, name, phone, customerId, write, phoneShows: () => simulator.messagesOf(customerId) };
}

/** The same, taken by Amal. */
async function newChatOfAmal(...texts: string[]) {
  const chat = await newChat(...texts);
  await amal.session.post(`/conversations/${chat.id}/take`);
  return chat;
}

function send(session: TestSession, chatId: string, text: string, replyToId?: string): Promise<Message> {
  const reply = replyToId === undefined ? {} : { replyToId };
  return session.post(`/conversations/${chatId}/messages`, {
    kind: "text",
    clientId: randomUUID(),
    text,
    ...reply,
  });
}

async function messageOf(chatId: string, id: string): Promise<Message> {
  const found = (await desk.messages(chatId)).find((message) => message.id === id);
  assert.ok(found);
  return found;
}

async function query(text: string, values: unknown[] = []) {
  const client = new pg.Client(running.database.superuserUrl.reveal());
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

/** What the log holds about something, oldest first: kinds, with who did it. */
async function eventsAbout(subject: string): Promise<string[]> {
  const { rows } = await query(
    "select kind, actor from audit_event where subject = $1 order by occurred_at, id",
    [subject],
  );
  return rows.map(({ kind, actor }) => `${kind} ${NAMES[actor] ?? actor}`);
}

const NAMES: Readonly<Record<string, string>> = {
  [`member:${amal.memberId}`]: "Amal",
  [`member:${basma.memberId}`]: "Basma",
  [`member:${lina.memberId}`]: "Lina",
  [`member:${made.owner.memberId}`]: "Huda",
};

async function templateNamed(name: string, language = "en_US"): Promise<Template> {
  const { templates } = await owner.get(`/numbers/${number.id}/templates`);
  const found = templates.find(
    (template: Template) => template.name === name && template.language === language,
  );
  assert.ok(found, `the simulator has ${name}`);
  return found;
}

const refused = async (answer: ReturnType<TestSession["api"]>) => {
  const { status, body } = await answer;
  return `${status} ${body.code}`;
};

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
  const unread = async (who: { session: TestSession }) => (await new Desk(who.session).open(chat.id)).unread;
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

test("replies show what they answer, on both sides", async () => {
  const chat = await newChatOfAmal("which colour do you have?");
  const [question] = await desk.messages(chat.id);
  const answer = await send(amal.session, chat.id, "blue and green", question?.id);
  assert.deepEqual(answer.replyTo, {
    messageId: question?.id,
    preview: "which colour do you have?",
    direction: "in",
  });
  await until(async () => chat.phoneShows().length === 2);
  const onPhone = chat.phoneShows()[1]!;
  assert.deepEqual(onPhone.context, { from: "customer", text: "which colour do you have?" });

  await simulator.sendAsCustomer(chat.customerId, {
    type: "text",
    body: "green then",
    replyTo: onPhone.wamid,
  });
  await until(async () => (await desk.messages(chat.id)).length === 3);
  assert.deepEqual((await desk.messages(chat.id))[2]?.replyTo, {
    ...{ messageId: answer.id, preview: "blue and green", direction: "out" },
  });
  assert.equal(
    await refused(
      amal.session.api("POST", `/conversations/${chat.id}/messages`, {
        ...{ kind: "text", clientId: randomUUID(), text: "x", replyToId: randomUUID() },
      }),
    ),
    "404 inbox.no_message",
  );
});

test("reactions stand at their message, from both sides, and can be taken back", async () => {
  const chat = await newChatOfAmal("thank you!");
  const [thanks] = await desk.messages(chat.id);
  const react = (emoji: string) =>
    amal.session.post(`/conversations/${chat.id}/messages`, {
      ...{ kind: "reaction", clientId: randomUUID(), messageId: thanks?.id, emoji },
    });
  await react("❤️");
  await until(async () => chat.phoneShows()[0]?.reactions?.business === "❤️");
  const ours = await send(amal.session, chat.id, "with pleasure");
  await until(async () => chat.phoneShows().length === 2);
  const wamid = chat.phoneShows()[1]?.wamid ?? "";
  const reactBack = (emoji: string) =>
    simulator.sendAsCustomer(chat.customerId, { type: "reaction", messageId: wamid, emoji });
  await reactBack("👍");
  await until(async () => (await messageOf(chat.id, ours.id)).reactions.length === 1);
  assert.deepEqual((await messageOf(chat.id, ours.id)).reactions, [{ emoji: "👍", from: "contact" }]);
  assert.deepEqual((await messageOf(chat.id, thanks?.id ?? "")).reactions, [{ emoji: "❤️", from: "us" }]);
  assert.equal((await desk.messages(chat.id)).length, 2, "reactions are no lines of the thread");

  await react("");
  await reactBack("");
  await until(async () => (await desk.messages(chat.id)).every(({ reactions }) => reactions.length === 0));
  await until(async () => chat.phoneShows()[0]?.reactions?.business === "");
});

test("files come in and go out byte by byte", async () => {
  const chat = await newChatOfAmal("here is the contract");
  const theirs = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(200_000), Buffer.from("\n%%EOF")]);
  const document = {
    bytes: theirs,
    mimeType: "application/pdf",
    filename: "contract.pdf",
    caption: "signed",
  };
  await simulator.sendAsCustomer(chat.customerId, { type: "document", ...document });
  const arrived = async () => (await desk.messages(chat.id))[1]?.body;
  await until(async () => {
    const body = await arrived();
    return body?.kind === "document" && body.media.state === "ready";
  });
  const body = await arrived();
  assert.ok(body?.kind === "document");
  assert.deepEqual(
    [body.caption, body.fileName, body.media.byteSize],
    ["signed", "contract.pdf", theirs.length],
  );
  const file = await amal.session.api("GET", `/media/${body.media.id}`);
  assert.ok(theirs.equals(file.body));
  assert.equal(file.headers["content-security-policy"], "default-src 'none'; sandbox");
  assert.match(String(file.headers["content-disposition"]), /^attachment; filename\*=UTF-8''contract.pdf$/);
  const piece = await amal.session.call("GET", `/api/v1/media/${body.media.id}`, undefined, {
    range: "bytes=65530-65545",
  });
  assert.equal(piece.status, 206);
  assert.ok(theirs.subarray(65_530, 65_546).equals(piece.body));

  const ours = Buffer.from(`an answer ${randomBytes(40_000).toString("hex")}`);
  const upload = await amal.session.call("POST", `/api/v1/uploads?conversation=${chat.id}`, ours, {
    "content-type": "text/plain",
  });
  assert.deepEqual([upload.status, upload.body.kind, upload.body.byteSize], [200, "document", ours.length]);
  const sent = await amal.session.post(`/conversations/${chat.id}/messages`, {
    ...{ kind: "media", clientId: randomUUID(), uploadId: upload.body.uploadId },
    ...{ fileName: "answer.txt", caption: "as you asked" },
  });
  await until(async () => (await messageOf(chat.id, sent.id)).sendState === "accepted");
  const media = chat.phoneShows().at(-1)?.media;
  assert.equal(media?.fileName, "answer.txt");
  const bearer = { authorization: `Bearer ${simulator.listNumbers()[0]?.accessToken}` };
  const found = await request(`${simulator.url}/v23.0/${media?.id}`, { headers: bearer });
  const { url } = (await found.body.json()) as { url: string };
  const received = Buffer.from(await (await request(url, { headers: bearer })).body.arrayBuffer());
  assert.ok(ours.equals(received), "the phone got what was sent");
  assert.equal(
    await refused(
      amal.session.api("POST", `/conversations/${chat.id}/messages`, {
        ...{ kind: "media", clientId: randomUUID(), uploadId: randomUUID() },
      }),
    ).then((answer) => answer.slice(0, 3)),
    "404",
  );
});

test("a message that Meta refuses, or that does not arrive, says why in our words", async () => {
  const chat = await newChatOfAmal("hello?");
  simulator.behaviour(chat.customerId, { answer: { kind: "refuse", code: 131026 }, times: 1 });
  const refusedOne = await send(amal.session, chat.id, "refused");
  await until(async () => (await messageOf(chat.id, refusedOne.id)).sendState === "failed");
  const { failure } = await messageOf(chat.id, refusedOne.id);
  assert.equal(failure?.code, 131026);
  await amal.session.post(`/messages/${refusedOne.id}/decide`, { decision: "send_again" });
  await until(async () => (await messageOf(chat.id, refusedOne.id)).sendState === "accepted");
  assert.equal((await messageOf(chat.id, refusedOne.id)).failure, null);

  simulator.behaviour(chat.customerId, { answer: { kind: "fail", code: 131049 }, times: 1 });
  const failing = await send(amal.session, chat.id, "accepted and then not delivered");
  await until(async () => (await messageOf(chat.id, failing.id)).delivery === "failed");
  assert.deepEqual((await messageOf(chat.id, failing.id)).failure, { code: 131049, reason: "meta_withheld" });
});

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
  await door.post(door.change({ contacts: [door.contact(person)], messages: [message] }, { phoneNumberId }));
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

/** A second number of the same account, as if its token had been proved. */
async function connect(phoneNumberId: string): Promise<void> {
  const workspaceId = made.workspaceId as WorkspaceId;
  const { vault, audit, db } = wardroom.foundation;
  const [{ accessToken = "" } = {}] = simulator.listNumbers();
  const credentials = {
    ...{ appId: door.appId, appSecret: new Secret(door.appSecret), accessToken: new Secret(accessToken) },
    ...{ wabaId: door.wabaId, phoneNumberId },
  };
  const claim = {
    workspaceId,
    actor: "operator",
    host: "simulator" as const,
    baseUrl: simulator.url,
    credentials,
  };
  const facts = {
    displayPhoneNumber: "+1 555 078 3881",
    verifiedName: "Second line",
    quality: null,
    throughput: 80,
    missingScopes: [],
    expiresAt: null,
  };
  const opened = await vault.openWorkspace(workspaceId);
  await inWorkspace(db, workspaceId, (tx) =>
    keepNumber(narrow<WhatsappTables>(tx), { vault: opened, audit }, { claim, facts, now: clock() }),
  );
}

test("open consoles hear at once: the row, the message where it is watched, the counts, and what left their sight", async () => {
  const chat = await newChat("first");
  const [a, b] = await Promise.all(
    [amal, basma].map(({ session }) => new LiveClient(wardroom, session).greeted()),
  );
  assert.ok(a && b);
  await amal.session.post(`/conversations/${chat.id}/take`);
  await b.next("conversation_gone", ({ conversationId }) => conversationId === chat.id);
  const row = await a.next("conversation", (event) => event.row.id === chat.id && event.row.sight === "open");
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

// From here on time passes; sessions end after a shift of twelve hours.

test("an opening with a reason holds for an hour and not longer", async () => {
  // The clock goes on by an hour here and by a day below, and nobody is to be locked out meanwhile.
  assert.equal((await owner.api("PATCH", "/policies", { idleLock: { minutes: 60 } })).status, 200);
  await sleep(1_100);
  const chat = await newChatOfAmal("a complaint");
  const look = (who: TestSession) => who.api("GET", `/conversations/${chat.id}/messages`);
  assert.equal(await refused(look(owner)), "403 inbox.reason_needed");
  await owner.post(`/conversations/${chat.id}/open`, { reason: "complaint" });
  for (const minutes of [30, 29]) {
    ahead += minutes * 60_000;
    for (const session of [owner, amal.session, basma.session, lina.session]) await session.get("/session");
  }
  assert.equal((await look(owner)).status, 200);
  ahead += 60_000;
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
    ahead += DOUBT_MS;
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
  ahead += closes - clock().getTime() + 1_000;
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
  const template = templates.find((each: Template) => each.name === "order_ready" && each.language === "ar");
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
