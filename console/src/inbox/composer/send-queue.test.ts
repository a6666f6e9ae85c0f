import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, Outgoing } from "../../../../contract/conversations.ts";
import { sampleMessage } from "../sample-message.ts";
import { type PendingMessage, type SendPort, SendQueue, SendRefused } from "./send-queue.ts";

const chat = "00000000-0000-4000-9000-000000000001";

/** A server that answers by script: a number is a position, an error is thrown; then 100, 101 ... */
function desk(script: Array<number | Error> = []) {
  const sent: Array<{ chat: string; outgoing: Outgoing }> = [];
  const uploads: string[] = [];
  const waits: number[] = [];
  const done: Array<[PendingMessage, Message]> = [];
  let ids = 0;
  const port: SendPort = {
    send: async (conversationId, outgoing) => {
      sent.push({ chat: conversationId, outgoing });
      const answer = script.shift() ?? 100 + sent.length;
      if (answer instanceof Error) throw answer;
      return sampleMessage({ position: answer, direction: "out" });
    },
    upload: async (_chat, file, onProgress) => {
      uploads.push(file.name);
      onProgress(0.5);
      const answer = script[0] instanceof TypeError ? script.shift() : undefined;
      if (answer instanceof Error) throw answer;
      return "00000000-0000-4000-d000-000000000001";
    },
    wait: async (ms) => {
      waits.push(ms);
    },
    newId: () => `client ${++ids}`,
    now: () => "2026-11-23T08:00:00.000Z",
  };
  const queue = new SendQueue(port, (pending, message) => done.push([pending, message]));
  return { queue, sent, uploads, waits, done };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const text = (words: string) => ({ kind: "text" as const, text: words });

test("messages of a chat go one by one, in the order of the clicks", async () => {
  const { queue, sent, done } = desk();
  queue.add(chat, text("one"));
  queue.add(chat, text("two"));
  assert.deepEqual(
    queue.list().map(({ state }) => state),
    ["sending", "waiting"],
  );
  await settle();
  assert.deepEqual(
    sent.map(({ outgoing }) => outgoing.kind === "text" && outgoing.text),
    ["one", "two"],
  );
  assert.equal(done.length, 2);
  assert.deepEqual(queue.list(), []);
});

test("without an answer the same client id goes again, so that a retry never doubles", async () => {
  const { queue, sent, waits } = desk([new TypeError("network"), new Error("502"), 7]);
  queue.add(chat, text("one"));
  queue.add(chat, text("two"));
  await settle();
  assert.deepEqual(
    sent.map(({ outgoing }) => outgoing.clientId),
    ["client 1", "client 1", "client 1", "client 2"],
  );
  assert.deepEqual(waits, [500, 1_000]);
});

test("a refusal stays with its reason, is not tried again, and does not hold up the next", async () => {
  const { queue, sent } = desk([new SendRefused("inbox.window_closed"), 8]);
  queue.add(chat, text("one"));
  queue.add(chat, text("two"));
  await settle();
  assert.equal(sent.length, 2);
  assert.deepEqual(
    queue.list().map(({ state, code, clientId }) => [clientId, state, code]),
    [["client 1", "refused", "inbox.window_closed"]],
  );
});

test("a refused message that a person sends again is a new one", async () => {
  const { queue, sent } = desk([new SendRefused("x"), 8]);
  queue.add(chat, text("one"));
  await settle();
  queue.retry("client 1");
  await settle();
  assert.deepEqual(
    sent.map(({ outgoing }) => outgoing.clientId),
    ["client 1", "client 2"],
  );
  assert.deepEqual(queue.list(), []);
});

test("two chats do not wait for each other", async () => {
  const { queue, sent } = desk();
  queue.add(chat, text("one"));
  queue.add("another", text("two"));
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(
    sent.map((one) => one.chat),
    [chat, "another"],
  );
  await settle();
});

test("what was removed or cleared while it waited is not sent", async () => {
  const { queue, sent } = desk([new TypeError("network")]);
  const pending = queue.add(chat, text("one"));
  queue.add(chat, text("two"));
  queue.remove(pending.clientId);
  queue.clear();
  await settle();
  assert.equal(sent.length, 1);
});

test("a file goes up once, even when the message must be tried again", async () => {
  const { queue, sent, uploads } = desk([new Error("502"), 9]);
  const progress: Array<number | null> = [];
  queue.subscribe(() => progress.push(queue.list()[0]?.progress ?? null));
  queue.add(chat, { kind: "file", file: new File(["x"], "guide.pdf"), caption: "", replyToId: "m" });
  await settle();
  assert.deepEqual(uploads, ["guide.pdf"]);
  assert.ok(progress.includes(0.5));
  assert.deepEqual(sent.at(-1)?.outgoing, {
    kind: "media",
    clientId: "client 1",
    uploadId: "00000000-0000-4000-d000-000000000001",
    fileName: "guide.pdf",
    replyToId: "m",
  });
});
