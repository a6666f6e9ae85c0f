import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage } from "../sample-message.ts";
import { type LoadedThread, mergeMessages, mergeOlderPage } from "./merge-messages.ts";

const thread = (positions: number[], more: boolean): LoadedThread => ({
  messages: positions.map((position) => sampleMessage({ position })),
  more,
});
const positions = ({ messages }: LoadedThread): number[] => messages.map((message) => message.position);

test("messages stand in order of arrival, whichever way they came", () => {
  assert.deepEqual(
    positions(mergeMessages(thread([4, 7], false), thread([9, 5], false).messages)),
    [4, 5, 7, 9],
  );
});

test("the same message again replaces the one we hold", () => {
  const merged = mergeMessages(thread([4, 5], true), [sampleMessage({ position: 5, delivery: "read" })]);
  assert.deepEqual(
    merged.messages.map(({ position, delivery }) => [position, delivery]),
    [
      [4, null],
      [5, "read"],
    ],
  );
});

test("a change to a message above what we hold opens no gap, but is taken when nothing is above", () => {
  assert.deepEqual(positions(mergeMessages(thread([8, 9], true), thread([2], false).messages)), [8, 9]);
  assert.deepEqual(positions(mergeMessages(thread([8, 9], false), thread([2], false).messages)), [2, 8, 9]);
});

test("an older page goes on top and says whether there is more", () => {
  const merged = mergeOlderPage(thread([8, 9], true), thread([6, 7, 8], false));
  assert.deepEqual(positions(merged), [6, 7, 8, 9]);
  assert.equal(merged.more, false);
});
