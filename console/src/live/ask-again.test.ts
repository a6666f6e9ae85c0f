import assert from "node:assert/strict";
import { test } from "node:test";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { askAgainOnceRead } from "./ask-again.ts";

const LIST = ["conversations", "list", "mine"];

/** A list whose answers are given by the test, and which somebody looks at. */
function watchedList() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked: Array<(rows: string[]) => void> = [];
  const queryFn = () => new Promise<string[]>((answer) => asked.push(answer));
  const stop = new QueryObserver(client, { queryKey: LIST, queryFn }).subscribe(() => undefined);
  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await new Promise((done) => setImmediate(done));
  };
  const close = () => {
    stop();
    client.clear();
  };
  return { client, asked, settled, close };
}

test("a list that was being read when something happened is read once more, however much happened", async () => {
  const { client, asked, settled, close } = watchedList();
  for (let event = 0; event < 3; event++) askAgainOnceRead(client, ["conversations"]);
  assert.equal(asked.length, 1);
  asked[0]?.([]);
  await settled();
  assert.equal(asked.length, 2);
  asked[1]?.(["the chat that came meanwhile"]);
  await settled();
  assert.deepEqual(client.getQueryData(LIST), ["the chat that came meanwhile"]);
  assert.equal(asked.length, 2);
  close();
});

test("a list that has been read is left to whoever puts the change into it", async () => {
  const { client, asked, settled, close } = watchedList();
  asked[0]?.(["a chat"]);
  await settled();
  askAgainOnceRead(client, ["conversations"]);
  await settled();
  assert.equal(asked.length, 1);
  close();
});
