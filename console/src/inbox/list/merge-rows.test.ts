import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationRow } from "../../../../contract/conversations.ts";
import { sampleRow } from "../sample-message.ts";
import { type ListFilter, mergeRow, type RowPage, removeRow } from "./merge-rows.ts";

const me = "00000000-0000-4000-b000-000000000001";
const mine: ListFilter = { view: "mine", state: "open", memberId: me };
const row = (minute: number, over: Partial<ConversationRow> = {}): ConversationRow =>
  sampleRow({
    id: `row ${minute}`,
    lastActivityAt: `2026-11-23T07:${String(minute).padStart(2, "0")}:00.000Z`,
    ...over,
  });
const pages = (next: string | null): RowPage[] => [
  { conversations: [row(50), row(40)], next: "x" },
  { conversations: [row(30), row(20)], next },
];
const ids = (list: readonly RowPage[]): string[][] =>
  list.map((page) => page.conversations.map(({ id }) => id));

test("new activity moves a chat to the top of its list", () => {
  const moved = mergeRow(
    pages(null),
    row(20, { lastActivityAt: "2026-11-23T08:00:00.000Z", version: 2 }),
    mine,
  );
  assert.deepEqual(ids(moved), [["row 20", "row 50", "row 40"], ["row 30"]]);
});

test("a change without activity stays where it was", () => {
  const changed = mergeRow(pages(null), row(40, { unread: 3, version: 2 }), mine);
  assert.deepEqual(ids(changed), ids(pages(null)));
  assert.equal(changed[0]?.conversations[1]?.unread, 3);
});

test("a late echo of an older version changes nothing", () => {
  const list = mergeRow(pages(null), row(40, { unread: 1, version: 5 }), mine);
  assert.deepEqual(mergeRow(list, row(40, { unread: 9, version: 4 }), mine), list);
  assert.equal(mergeRow(list, row(40, { unread: 9, version: 5 }), mine)[0]?.conversations[1]?.unread, 9);
});

test("a chat that another took, or that was closed, leaves the list", () => {
  for (const over of [{ assigneeId: "another" }, { assigneeId: null }, { state: "closed" as const }])
    assert.deepEqual(ids(mergeRow(pages(null), row(40, { ...over, version: 2 }), mine)), [
      ["row 50"],
      ["row 30", "row 20"],
    ]);
});

test("in a list of one team a chat of another has no place, and one that is moved to another leaves", () => {
  const sales: ListFilter = { ...mine, team: "sales" };
  const held: RowPage[] = [{ conversations: [row(50, { teamId: "sales" })], next: null }];
  assert.deepEqual(ids(mergeRow(held, row(55, { teamId: "care" }), sales)), [["row 50"]]);
  assert.deepEqual(ids(mergeRow(held, row(55, { teamId: "sales" }), sales)), [["row 55", "row 50"]]);
  assert.deepEqual(ids(mergeRow(held, row(50, { teamId: "care", version: 2 }), sales)), [[]]);
});

test("a new chat finds its place; below the last loaded page it waits for its page", () => {
  assert.deepEqual(ids(mergeRow(pages("y"), row(35), mine)), [
    ["row 50", "row 40"],
    ["row 35", "row 30", "row 20"],
  ]);
  assert.deepEqual(ids(mergeRow(pages("y"), row(10), mine)), ids(pages("y")));
  assert.deepEqual(ids(mergeRow(pages(null), row(10), mine)), [
    ["row 50", "row 40"],
    ["row 30", "row 20", "row 10"],
  ]);
});

test("a chat that left one's sight is taken out", () => {
  assert.deepEqual(ids(removeRow(pages(null), "row 30")), [["row 50", "row 40"], ["row 20"]]);
});
