import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import type { LiveEvent } from "../../../contract/live.ts";
import { LiveSocket, type LiveState } from "./live-socket.ts";

/** A server on loopback, a socket to it, and what the socket told. */
async function connect() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const events: LiveEvent[] = [];
  const states: LiveState[] = [];
  const arrived = once(server, "connection") as Promise<[ServerSocket]>;
  const live = new LiveSocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    random: () => 0,
  });
  const [peer] = await arrived;
  await until(() => states.length === 1);
  return {
    server,
    live,
    events,
    states,
    peer,
    async [Symbol.asyncDispose]() {
      live[Symbol.dispose]();
      for (const client of server.clients) client.terminate();
      await new Promise((done) => server.close(done));
    },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !isTrue(); tries += 1) await new Promise((done) => setTimeout(done, 10));
  assert.equal(isTrue(), true);
}

test("events of the contract arrive; what is not of the contract is passed over", async () => {
  await using line = await connect();
  line.peer.send("not json");
  line.peer.send(JSON.stringify({ event: "from_a_newer_server" }));
  line.peer.send(JSON.stringify({ event: "changed", what: "numbers" }));
  await until(() => line.events.length > 0);
  assert.deepEqual(line.events, [{ event: "changed", what: "numbers" }]);
});

test("the first greeting is told as one, and each after a loss is a gap", async () => {
  await using line = await connect();
  line.peer.send(JSON.stringify({ event: "hello" }));
  await until(() => line.events.length > 0);
  assert.deepEqual(line.events, [{ event: "hello" }]);
});

test("a lost connection is told with its time, opened again, and followed by a gap once it is greeted", async () => {
  await using line = await connect();
  const again = once(line.server, "connection") as Promise<[ServerSocket]>;
  const before = Date.now();
  line.peer.terminate();
  const [peer] = await again;
  await until(() => line.states.length === 3);
  assert.deepEqual(line.events, []);
  peer.send(JSON.stringify({ event: "hello" }));
  await until(() => line.events.length > 0);
  const [first, lost, back] = line.states;
  assert.deepEqual([first?.connected, lost?.connected, back?.connected], [true, false, true]);
  assert.equal((lost?.lostAt ?? 0) >= before, true);
  assert.equal(back?.lostAt, undefined);
  assert.deepEqual(line.events, [{ event: "gap" }]);
});

test("the conversation shown is said at once, and said again after a reconnection", async () => {
  await using line = await connect();
  const id = "0198c0de-0000-7000-8000-000000000001";
  const said = once(line.peer, "message");
  line.live.watch(id);
  assert.deepEqual(JSON.parse(String((await said)[0])), { watch: id });
  const again = once(line.server, "connection") as Promise<[ServerSocket]>;
  line.peer.terminate();
  const [peer] = await again;
  assert.deepEqual(JSON.parse(String((await once(peer, "message"))[0])), { watch: id });
});

test("once disposed it stays closed", async () => {
  await using line = await connect();
  const closed = once(line.peer, "close");
  line.live[Symbol.dispose]();
  await closed;
  line.live.retryNow();
  await new Promise((done) => setTimeout(done, 400));
  assert.equal(line.server.clients.size, 0);
  assert.deepEqual(line.states, [{ connected: true, lostAt: undefined }]);
});
