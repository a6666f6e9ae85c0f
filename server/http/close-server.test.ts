import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import websocket from "@fastify/websocket";
import fastify from "fastify";
import { Agent, request } from "undici";
import { WebSocket } from "ws";
import { closeServer } from "./close-server.ts";

async function serve() {
  const app = fastify({ forceCloseConnections: "idle" });
  await app.register(websocket);
  const asked = Promise.withResolvers<void>();
  app.get("/slow", async () => {
    asked.resolve();
    await sleep(100);
    return "done";
  });
  app.get("/endless", (_request, reply) =>
    reply.send(
      Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(65_536);
        })(),
      ),
    ),
  );
  app.post("/body", async () => "done");
  app.get("/live", { websocket: true }, () => undefined);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const send = async (text: string) => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    socket.write(text);
    return socket;
  };
  return { app, port, send, asked: asked.promise };
}

test("a request under way is answered before the end", async () => {
  const { app, port, asked } = await serve();
  const agent = new Agent();
  const answer = request(`http://127.0.0.1:${port}/slow`, { dispatcher: agent }).then((reply) =>
    reply.body.text(),
  );
  await asked;
  const before = performance.now();
  await closeServer(app, 10_000);
  assert.equal(await answer, "done");
  assert.equal(performance.now() - before < 5_000, true, "the kept connection held up the end");
  await agent.close();
});

test("a body that drips, a reader that stops and a silent socket do not hold up the end", async () => {
  const { app, port, send } = await serve();
  const dripping = await send("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  const stopped = await send("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n");
  stopped.pause();
  const silent = new WebSocket(`ws://127.0.0.1:${port}/live`);
  silent.on("error", () => undefined);
  await once(silent, "open");
  silent.pause();
  await sleep(50);

  const before = performance.now();
  await closeServer(app, 200);

  assert.equal(performance.now() - before < 5_000, true);
  for (const socket of [dripping, stopped]) socket.destroy();
  silent.terminate();
});
