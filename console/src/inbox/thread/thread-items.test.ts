import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage } from "../sample-message.ts";
import { layOutThread, type ThreadItem } from "./thread-items.ts";

const riyadh = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Riyadh" });
const isSameDay = (one: string, other: string): boolean =>
  riyadh.format(new Date(one)) === riyadh.format(new Date(other));
const sara = { id: "00000000-0000-4000-b000-000000000001", name: "Sara" };
const yousef = { id: "00000000-0000-4000-b000-000000000002", name: "Yousef" };

function say(items: readonly ThreadItem[]): string[] {
  return items.map((item) =>
    item.kind === "message"
      ? `${item.message.position}${item.first ? " first" : ""}${item.last ? " last" : ""}`
      : item.kind === "day"
        ? riyadh.format(new Date(item.at))
        : item.kind,
  );
}

test("a run keeps one line of time, at its last bubble", () => {
  const messages = [1, 2, 3].map((position) => sampleMessage({ position }));
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: null })), [
    "2026-11-23",
    "1 first",
    "2",
    "3 last",
  ]);
});

test("another speaker, five minutes, a new day and a system line each end a run", () => {
  const messages = [
    sampleMessage({ position: 1, at: "2026-11-22T20:58:00.000Z" }),
    sampleMessage({ position: 2, at: "2026-11-22T21:01:00.000Z" }),
    sampleMessage({ position: 3, at: "2026-11-22T21:05:59.000Z" }),
    sampleMessage({ position: 4, at: "2026-11-22T21:10:59.000Z" }),
    sampleMessage({ position: 5, direction: "out", author: sara, at: "2026-11-22T21:11:00.000Z" }),
    sampleMessage({ position: 6, direction: "out", author: yousef, at: "2026-11-22T21:11:00.000Z" }),
    sampleMessage({
      position: 7,
      direction: "event",
      body: { kind: "system", event: "other", text: "x" },
      at: "2026-11-22T21:11:00.000Z",
    }),
    sampleMessage({ position: 8, direction: "out", author: yousef, at: "2026-11-22T21:11:00.000Z" }),
  ];
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: null })), [
    "2026-11-22",
    "1 first last",
    "2026-11-23",
    "2 first",
    "3 last",
    "4 first last",
    "5 first last",
    "6 first last",
    "system",
    "8 first last",
  ]);
});

test("the unread line stands once, above the first unread message, and splits the run", () => {
  const messages = [1, 2, 3].map((position) => sampleMessage({ position }));
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: 2 })), [
    "2026-11-23",
    "1 first last",
    "unread",
    "2 first",
    "3 last",
  ]);
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: 9 })), [
    "2026-11-23",
    "1 first",
    "2",
    "3 last",
  ]);
});

test("trouble is said under its own bubble", () => {
  const messages = [
    sampleMessage({ position: 1, direction: "out", author: sara, sendState: "in_doubt" }),
    sampleMessage({ position: 2, direction: "out", author: sara }),
  ];
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: null })), [
    "2026-11-23",
    "1 first last",
    "2 first last",
  ]);
});

test("a run never hides how far one of its messages has come", () => {
  const messages = [
    sampleMessage({ position: 1, direction: "out", author: sara, sendState: "accepted", delivery: "read" }),
    sampleMessage({ position: 2, direction: "out", author: sara, sendState: "accepted", delivery: "read" }),
    sampleMessage({ position: 3, direction: "out", author: sara, sendState: "accepted", delivery: "sent" }),
    sampleMessage({ position: 4, direction: "out", author: sara, sendState: "queued" }),
  ];
  assert.deepEqual(say(layOutThread(messages, { isSameDay, unreadFrom: null })), [
    "2026-11-23",
    "1 first",
    "2 last",
    "3 first last",
    "4 first last",
  ]);
});
