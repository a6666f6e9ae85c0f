import assert from "node:assert/strict";
import { test } from "node:test";
import type { PendingMessage } from "../composer/send-queue.ts";
import { sampleMessage } from "../sample-message.ts";
import { dropAnswered } from "./drop-answered.ts";

const sara = { id: "sara", name: "Sara" };
const pending = (
  clientId: string,
  text: string,
  state: PendingMessage["state"] = "sending",
): PendingMessage => ({
  clientId,
  conversationId: "chat",
  draft: { kind: "text", text },
  createdAt: "2026-11-23T08:00:00.000Z",
  state,
  progress: null,
  code: null,
});
const out = (position: number, text: string, over: object = {}) =>
  sampleMessage({
    position,
    direction: "out",
    author: sara,
    body: { kind: "text", text },
    at: "2026-11-23T08:00:01.000Z",
    ...over,
  });
const left = (waiting: PendingMessage[], messages: ReturnType<typeof out>[], settled: string[] = []) =>
  dropAnswered(waiting, messages, {
    memberId: "sara",
    isSettled: (id) => settled.includes(id),
  }).map(({ clientId }) => clientId);

test("a message that came by the socket first replaces its waiting bubble, one for one", () => {
  assert.deepEqual(left([pending("a", "ok"), pending("b", "ok")], [out(1, "ok")]), ["b"]);
});

test("another's message, an older one, one already settled and other words replace nothing", () => {
  const waiting = [pending("a", "ok")];
  assert.deepEqual(left(waiting, [out(1, "ok", { author: { id: "yousef", name: "Yousef" } })]), ["a"]);
  assert.deepEqual(left(waiting, [out(1, "ok", { at: "2026-11-23T07:57:59.999Z" })]), ["a"]);
  assert.deepEqual(left(waiting, [out(1, "ok")], [out(1, "ok").id]), ["a"]);
  assert.deepEqual(left(waiting, [out(1, "no")]), ["a"]);
});

test("what waits or was refused is never hidden", () => {
  assert.deepEqual(
    left([pending("a", "ok", "waiting"), pending("b", "ok", "refused")], [out(1, "ok"), out(2, "ok")]),
    ["a", "b"],
  );
});
