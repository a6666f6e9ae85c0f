import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import type { FastifyReply } from "fastify";
import { limitRequests } from "../../server/http/request-limits.ts";
import { Refusal } from "../../server/platform/refusal.ts";
import { newPng } from "../support/attack-files.ts";
import { invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { until } from "../support/until.ts";

/** Ahead of the real time by this, so that a test may wait without waiting. */
let aheadMs = 0;
const clock = () => new Date(Date.now() + aheadMs);
const running = await runWardroom({ clock });
after(() => running[Symbol.asyncDispose]());
const { owner, made } = running;

test("an Admin who renames a contact of a chat that is not open to them is shown no more of it than before", async () => {
  const admin = await invited(running, "admin", clock());
  const { conversationId, waId } = await strangerWrites(running, "Hello");
  await owner.post(`/conversations/${conversationId}/take`);
  const { contact } = await owner.get(`/conversations/${conversationId}`);
  assert.equal(contact.phone, `+${waId}`, "whose chat it is sees the number");

  const renamed = await admin.session.api("PATCH", `/contacts/${contact.id}`, { name: "Layla from Marsa" });
  assert.equal(renamed.status, 200);
  assert.doesNotMatch(renamed.body.phone, new RegExp(waId.slice(3, 8)));
  const { contacts } = await admin.session.get("/contacts");
  assert.equal(renamed.body.phone, contacts.find(({ id }: { id: string }) => id === contact.id).phone);

  const own = await owner.api("PATCH", `/contacts/${contact.id}`, { name: "Layla" });
  assert.equal(own.body.phone, `+${waId}`);
  await admin.session.close();
});

test("what a member may not do is on record in their workspace, in their name, and so is how often they tried", async () => {
  const agent = await invited(running, "agent", clock());
  for (let n = 0; n < 5; n += 1) assert.equal((await agent.session.api("GET", "/quarantine")).status, 403);
  const tried = async () =>
    (await readLog(running)).filter(({ subject }) => subject === "operation:GET /quarantine");
  await until(async () => (await tried()).length === 1);
  aheadMs += 11_000;
  await until(async () => (await tried()).length === 2);
  const who = { workspaceId: made.workspaceId, actor: `member:${agent.memberId}`, kind: "access.refused" };
  const what = { subject: "operation:GET /quarantine", outcome: "refusal" };
  assert.deepEqual(await tried(), [
    { ...who, ...what, detail: { code: "access.permission_missing" } },
    { ...who, ...what, detail: { code: "access.permission_missing", count: 4 } },
  ]);
  await agent.session.close();
});

test("a made-up cursor is a wrong request and not a fault of the server", async () => {
  for (const list of ["conversations?view=mine&", "contacts?", "quarantine?"]) {
    for (const cursor of [`1_${"-".repeat(36)}`, `1_${"a".repeat(36)}`, "x"]) {
      const { status, body } = await owner.api("GET", `/${list}cursor=${cursor}`);
      assert.deepEqual([status, body.code], [422, "request.cursor"], `${list}cursor=${cursor}`);
    }
  }
});

test("a click's id of a colleague's, or used in another chat, sends nothing and tells nothing", async () => {
  const lead = await invited(running, "team_lead", clock());
  const chats = [await strangerWrites(running, "One"), await strangerWrites(running, "Two")];
  const [first, second] = chats.map(({ conversationId }) => conversationId);
  for (const id of [first, second]) await owner.post(`/conversations/${id}/take`);
  const clientId = randomUUID();
  const message = { kind: "text", clientId, text: "The price is 900." };
  await owner.post(`/conversations/${first}/messages`, message);

  const answers = [
    await owner.api("POST", `/conversations/${second}/messages`, message),
    await lead.session.api("POST", `/conversations/${first}/messages`, message),
    ...(await Promise.all(
      Array.from({ length: 6 }, () => lead.session.api("POST", `/conversations/${second}/messages`, message)),
    )),
  ];
  assert.deepEqual(
    answers.map(({ status, body }) => `${status} ${body.code}`),
    answers.map(() => "409 inbox.client_id_used"),
  );
  await lead.session.close();
});

test("the same click from two members in two chats at once is one message and one refusal", async () => {
  const lead = await invited(running, "team_lead", clock());
  const chats = [await strangerWrites(running, "Three"), await strangerWrites(running, "Four")];
  const [first, second] = chats.map(({ conversationId }) => conversationId);
  for (const id of [first, second]) await owner.post(`/conversations/${id}/take`);
  for (let n = 0; n < 5; n += 1) {
    const message = { kind: "text", clientId: randomUUID(), text: "At once." };
    const answers = await Promise.all([
      owner.api("POST", `/conversations/${first}/messages`, message),
      lead.session.api("POST", `/conversations/${second}/messages`, message),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  }
  await lead.session.close();
});

test("a member fills the disk no faster than a gigabyte an hour, however often they ask", async () => {
  const limits = limitRequests();
  const reply = { header: () => undefined } as unknown as FastifyReply;
  const film = 16 * 1024 * 1024;
  const upload = (personId: string, bytes: number) =>
    limits.countUpload(reply, personId, bytes).then(
      () => "taken",
      (error: unknown) => (error instanceof Refusal ? error.code : "failed"),
    );
  const films = [];
  for (let n = 0; n < 66; n += 1) films.push(await upload("one", film));
  assert.equal(films.filter((answer) => answer === "taken").length, 64);
  assert.equal(await upload("one", 1), "request.too_many");
  assert.equal(await upload("another", 1), "taken");
});

test("an upload counts by what it says of its length before a byte of it is taken", async () => {
  const agent = await invited(running, "agent", clock());
  const { conversationId } = await strangerWrites(running, "A file, please");
  await agent.session.post(`/conversations/${conversationId}/take`);
  const bytes = newPng(Buffer.alloc(3 * 1024 * 1024, 7));
  const answer = await agent.session.call("POST", `/api/v1/uploads?conversation=${conversationId}`, bytes, {
    "content-type": "image/png",
  });
  assert.equal(answer.status, 200);
  assert.match(String(answer.headers["ratelimit"]), /^"upload";r=1020;/);
  await agent.session.close();
});
