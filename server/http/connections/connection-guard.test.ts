import assert from "node:assert/strict";
import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { until } from "../../../tests/support/until.ts";
import { ConnectionGuard, type Ending, type Held } from "./connection-guard.ts";
import { type ConnectionLimits, connectionLimits } from "./connection-limits.ts";
import { DoorRate } from "./door-rate.ts";
import { RememberedNetworks } from "./remembered-networks.ts";
import { sharedAddresses } from "./shared-addresses.ts";

const SMALL: ConnectionLimits = {
  ...{
    total: 6,
    strangers: 4,
    strangersPerNetwork: 3,
    newStrangersPerSecond: 100,
    newPerNetworkPerSecond: 100,
  },
  ...{ newKnownPerSecond: 100, requestsOfStranger: 20, pipelinedOfStranger: 2, pipelined: 16 },
  ...{ strangersBytes: 1_000, banMs: 60_000 },
};

/** A guard with small limits before a real port; each caller has an address of its own. */
async function house(limits: ConnectionLimits = SMALL) {
  const endings: Ending[] = [];
  const guard = new ConnectionGuard({
    limits,
    isShared: sharedAddresses(["127.0.8.8"]),
    onEnding: (ending) => endings.push(ending),
  });
  const held = new Map<string, Held>();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    const one = guard.admit(socket, 1_000);
    if (one !== undefined) held.set(`${socket.remoteAddress} ${socket.remotePort}`, one);
    else refused += 1;
  });
  let refused = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...{ guard, endings },
    /** Comes from 127.0.N.1; undefined when it was turned away. */
    async come(n: number, from = `127.0.${n}.1`): Promise<Held | undefined> {
      const before = held.size + refused;
      const socket = connect({ host: "127.0.0.1", port, localAddress: from });
      socket.on("error", () => undefined);
      sockets.push(socket);
      await once(socket, "connect").catch(() => undefined); // a reset may be faster
      await until(async () => held.size + refused > before);
      return held.get(`${from} ${socket.localPort}`);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await until(async () => guard.open === 0);
      server.close();
    },
  };
}

/** A request on the connection, whole or not. */
function ask(held: Held, body: "whole" | "coming"): void {
  const request = new IncomingMessage(held.socket);
  request.complete = body === "whole";
  held.underWay.set(request, new ServerResponse(request));
}

test("when strangers fill their places the one that is there longest goes, and neither who is proven nor who is worked for", async () => {
  await using rig = await house();
  const [proven, worked, waiting, oldest] = [
    await rig.come(1),
    await rig.come(2),
    await rig.come(3),
    await rig.come(4),
  ];
  assert.ok(proven && worked && waiting && oldest);
  rig.guard.prove(proven, 1_000);
  ask(worked, "whole");
  ask(waiting, "coming");
  assert.ok(await rig.come(5));
  assert.deepEqual(rig.endings, []);
  assert.ok(await rig.come(6));
  assert.deepEqual(rig.endings, ["made_room"]);
  assert.deepEqual(
    [proven, worked, waiting, oldest].map(({ socket }) => socket.destroyed),
    [false, false, true, false],
    "a body that is still coming is nobody's work",
  );
});

test("where all are at work or proven the next one is turned away", async () => {
  await using rig = await house({ ...SMALL, total: 3 });
  for (const n of [1, 2, 3]) {
    const held = await rig.come(n);
    assert.ok(held);
    if (n === 1) rig.guard.prove(held, 1_000);
    else ask(held, "whole");
  }
  assert.equal(await rig.come(4), undefined);
  assert.deepEqual([rig.endings, rig.guard.open], [["full"], 3]);
});

test("one network has its share of strangers' places; one that is known, this machine and a proxy have no such share", async () => {
  await using rig = await house({ ...SMALL, strangers: 20, total: 40 });
  for (let n = 0; n < 3; n += 1) assert.ok(await rig.come(7));
  assert.equal(await rig.come(7), undefined);
  assert.deepEqual(rig.endings, ["network"]);
  const known = await rig.come(9);
  assert.ok(known);
  rig.guard.prove(known, 1_000);
  for (let n = 0; n < 4; n += 1) assert.ok(await rig.come(9));
  for (let n = 0; n < 4; n += 1) assert.ok(await rig.come(0, "127.0.8.8"));
  for (let n = 0; n < 4; n += 1) assert.ok(await rig.come(0, "127.0.0.1"));
});

test("strangers' bodies that are too much together lose the largest first, and its network stays out for a while", async () => {
  await using rig = await house();
  const [large, small] = [await rig.come(1), await rig.come(2)];
  assert.ok(large && small);
  for (const held of [large, small]) ask(held, "coming");
  large.readBefore = -900;
  small.readBefore = -100;
  rig.guard.shedBytes();
  assert.deepEqual(rig.endings, []);
  small.readBefore = -101;
  rig.guard.shedBytes();
  assert.deepEqual([rig.endings, large.socket.destroyed, small.socket.destroyed], [["bytes"], true, false]);
  // The ban is timed by the real stopwatch, which is far beyond the rig's.
  assert.equal(await rig.come(1), undefined);
  assert.ok(await rig.come(3));
});

test("new connections are counted by the second, per network and in all, and those of known networks apart", () => {
  const rate = new DoorRate({
    ...SMALL,
    newStrangersPerSecond: 5,
    newPerNetworkPerSecond: 2,
    newKnownPerSecond: 3,
  });
  const tries = (network: string, who: "known" | "stranger", ms: number, times: number) =>
    Array.from({ length: times }, () => rate.admit(network, who, ms)).filter(Boolean).length;
  assert.equal(tries("a", "stranger", 1_000, 9), 2);
  assert.equal(tries("b", "stranger", 1_999, 9), 2);
  assert.equal(tries("c", "stranger", 1_999, 9), 1);
  assert.equal(tries("d", "known", 1_999, 9), 3);
  assert.equal(tries("a", "stranger", 2_000, 9), 2);
});

test("what is remembered of networks ends in time, and ten thousand are remembered", () => {
  const networks = new RememberedNetworks(100);
  networks.note("first", 0);
  assert.deepEqual([networks.has("first", 99), networks.has("first", 100)], [true, false]);
  for (let n = 0; n < 10_000; n += 1) networks.note(`network ${n}`, 0);
  assert.deepEqual([networks.has("first", 50), networks.has("network 0", 50)], [false, true]);
});

test("fewer file handles are fewer connections, and 300 are left for the rest", () => {
  const sizes = (files: number | undefined) => {
    const { total, strangers } = connectionLimits(files);
    return [total, strangers];
  };
  assert.deepEqual(sizes(undefined), [2_000, 500]);
  assert.deepEqual(sizes(65_536), [2_000, 500]);
  assert.deepEqual(sizes(1_024), [724, 362]);
  assert.deepEqual(sizes(256), [50, 25]);
});

test("this machine and the proxies that we trust are addresses that many share, in every way to write them", () => {
  const isShared = sharedAddresses(["10.1.0.0/16", "2001:db8::/32", "192.0.2.7"]);
  for (const address of [
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "192.0.2.7",
    "2001:db8:1::9",
  ])
    assert.equal(isShared(address), true, address);
  for (const address of ["127.0.0.2", "10.2.0.1", "192.0.2.8", "2001:db9::1", ""])
    assert.equal(isShared(address), false, address);
});
