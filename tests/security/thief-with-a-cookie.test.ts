import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { newPng } from "../support/attack-files.ts";
import { invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import type { TestSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom, made } = running;

const opened = async (conversationId: string) =>
  (await readLog(running)).filter(
    ({ kind, subject }) => kind === "conversation.opened" && subject === `conversation:${conversationId}`,
  ).length;

test("a thread that is read page by page without being opened is on record all the same, once per five minutes", async () => {
  const { conversationId } = await strangerWrites(running, "What does the oak table cost?");
  await owner.post(`/conversations/${conversationId}/take`);
  assert.equal(await opened(conversationId), 0);
  await owner.get(`/conversations/${conversationId}/messages`);
  assert.equal(await opened(conversationId), 1);
  await owner.get(`/conversations/${conversationId}/messages?before=1`);
  assert.equal(await opened(conversationId), 1, "the same reading is one entry");
});

test("opening a chat and then reading its pages is one entry", async () => {
  const { conversationId } = await strangerWrites(running, "Is it in stock?");
  await owner.post(`/conversations/${conversationId}/take`);
  await owner.get(`/conversations/${conversationId}`);
  await owner.get(`/conversations/${conversationId}/messages`);
  assert.equal(await opened(conversationId), 1);
});

test("whoever only listens on the socket is on record before the first message comes through", async () => {
  const { conversationId, customerId } = await strangerWrites(running, "Hello?");
  await owner.post(`/conversations/${conversationId}/take`);
  await using socket = await openSocket(owner);
  socket.send({ watch: conversationId });
  await until(async () => (await opened(conversationId)) === 1);
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body: "Anybody there?" });
  await until(async () => socket.heard.some(({ event }) => event === "message"));
  assert.equal(await opened(conversationId), 1);
});

test("a socket that watches a chat which is not open to its member hears nothing of it and leaves no reading", async () => {
  const agent = await invited(running, "agent");
  const { conversationId, customerId } = await strangerWrites(running, "A secret");
  await owner.post(`/conversations/${conversationId}/take`);
  await using socket = await openSocket(agent.session);
  socket.send({ watch: conversationId });
  const before = await opened(conversationId);
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body: "Another secret" });
  await until(async () => socket.heard.some(({ event }) => event === "counts"));
  assert.deepEqual(
    socket.heard.filter(({ event }) => event === "message" || event === "conversation"),
    [],
  );
  assert.equal(await opened(conversationId), before);
  await agent.session.close();
});

test("a file fetched from its second byte on is on record, too, and a range beyond its end is the whole file", async () => {
  const { conversationId, customerId } = await strangerWrites(running, "Look");
  await owner.post(`/conversations/${conversationId}/take`);
  const bytes = newPng(randomBytes(900));
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "image", bytes, mimeType: "image/png" });
  await wardroom.simulator?.idle();
  const find = async () =>
    (await owner.get(`/conversations/${conversationId}/messages`)).messages.at(-1).body.media;
  await until(async () => (await find()).state === "ready");
  const media = await find();
  const viewed = async () =>
    (await readLog(running)).filter(
      ({ kind, subject }) => kind === "media.viewed" && subject === `media:${media.id}`,
    ).length;

  const range = (header: string) =>
    owner.call("GET", `/api/v1/media/${media.id}`, undefined, { range: header });
  const tail = await range("bytes=1-");
  assert.equal(tail.status, 206);
  assert.deepEqual(tail.body, bytes.subarray(1));
  assert.equal(tail.headers["content-range"], `bytes 1-${bytes.length - 1}/${bytes.length}`);
  assert.equal(await viewed(), 1);

  assert.deepEqual((await range("bytes=0-")).body, bytes, "as every player begins");
  assert.deepEqual((await range(`bytes=10-${bytes.length + 500}`)).body, bytes.subarray(10));
  const beyond = await range(`bytes=${bytes.length}-`);
  assert.deepEqual([beyond.status, beyond.body], [200, bytes]);
  assert.equal(await viewed(), 1, "one entry a file and reading, not one a piece");
});

test("what is refused at a file or an upload is on record in the workspace of whoever tried", async () => {
  const agent = await invited(running, "agent");
  const { conversationId, customerId } = await strangerWrites(running, "Look");
  await owner.post(`/conversations/${conversationId}/take`);
  const bytes = newPng(randomBytes(300));
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "image", bytes, mimeType: "image/png" });
  await wardroom.simulator?.idle();
  const { messages } = await owner.get(`/conversations/${conversationId}/messages`);
  const mediaId = messages.at(-1).body.media.id;

  const file = await agent.session.call("GET", `/api/v1/media/${mediaId}`);
  assert.deepEqual([file.status, file.body.code], [404, "media.not_found"]);
  const upload = await agent.session.call("POST", `/api/v1/uploads?conversation=${conversationId}`, bytes, {
    "content-type": "image/png",
  });
  assert.deepEqual([upload.status, upload.body.code], [404, "inbox.no_conversation"]);

  const refusals = async () =>
    (await readLog(running))
      .filter(({ kind }) => kind === "access.refused")
      .map(({ workspaceId, actor, subject, detail }) => ({
        workspaceId,
        actor,
        subject,
        code: detail["code"],
      }));
  const mine = { workspaceId: made.workspaceId, actor: `member:${agent.memberId}` };
  await until(async () => (await refusals()).some(({ subject }) => subject === "operation:POST /uploads"));
  const found = await refusals();
  for (const [subject, code] of [
    ["operation:GET /media/:id", "media.not_found"],
    ["operation:POST /uploads", "inbox.no_conversation"],
  ])
    assert.deepEqual(
      found.filter((each) => each.subject === subject),
      [{ ...mine, subject, code }],
    );
  await agent.session.close();
});

interface OpenSocket extends AsyncDisposable {
  readonly heard: Array<{ readonly event: string }>;
  send(command: object): void;
}

async function openSocket(session: TestSession): Promise<OpenSocket> {
  const socket = new WebSocket(`${session.origin.replace("https", "wss")}/api/v1/live`, {
    ca: wardroom.authority?.certificate,
    headers: { origin: session.origin, cookie: session.cookieHeader },
  });
  const heard: Array<{ readonly event: string }> = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data))));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await until(async () => heard.length > 0 || socket.readyState === socket.CLOSED);
  return {
    heard,
    send: (command) => socket.send(JSON.stringify(command)),
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}
