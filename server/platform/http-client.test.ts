import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { certificateFor } from "../../tests/support/certificate-for.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import { HttpFailure } from "./http-failure.ts";

interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  /** Every byte that reached a raw server, and how many connections it saw. */
  readonly seen: { text: string; connections: number };
}

async function listen(server: Server, scheme = "http"): Promise<Listening> {
  const sockets = new Set<Socket>();
  const seen = { text: "", connections: 0 };
  server.on("connection", (socket: Socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${scheme}://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const listenHttp = (answer: RequestListener) => listen(createHttpServer(answer));

/** Answers the first bytes of each connection with `act`. */
async function listenRaw(act: (socket: Socket) => void): Promise<Listening> {
  const server = createTcpServer((socket) => {
    socket.on("data", (data) => {
      listening.seen.text += data.toString("latin1");
      act(socket);
    });
  });
  const listening = await listen(server);
  return listening;
}

function clientFor(origin: string, options: Partial<HttpClientOptions> = {}) {
  return createHttpClient({ origins: [], loopbackOrigins: [origin], ...options });
}

async function failureOf(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => assert.fail("there was a reply"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof HttpFailure, String(error));
  return `${error.stage} ${error.code}`;
}

async function closedPort(): Promise<string> {
  await using listening = await listenRaw(() => {});
  return listening.origin;
}

test("a request goes out as it was given and its reply comes back whole", async () => {
  await using server = await listenHttp(async (request, reply) => {
    const pieces = await Array.fromAsync(request as AsyncIterable<Buffer>);
    reply.setHeader("X-Method", `${request.method} ${request.url} ${request.headers.authorization}`);
    reply.writeHead(201).end(`got ${Buffer.concat(pieces)}`);
  });
  await using client = clientFor(server.origin);
  const reply = await client.send({
    method: "POST",
    url: `${server.origin}/v25.0/messages?proof=1`,
    headers: { authorization: "Bearer x" },
    body: "hello",
  });
  assert.deepEqual(
    [reply.status, reply.headers["x-method"], reply.body.toString()],
    [201, "POST /v25.0/messages?proof=1 Bearer x", "got hello"],
  );
});

test("a body that comes in pieces is sent in pieces", async () => {
  await using server = await listenHttp(async (request, reply) => {
    const pieces = await Array.fromAsync(request as AsyncIterable<Buffer>);
    reply.end(String(Buffer.concat(pieces).length));
  });
  await using client = clientFor(server.origin);
  async function* pieces() {
    for (let n = 0; n < 10; n++) yield Buffer.alloc(70_000, n);
  }
  const reply = await client.send({ method: "POST", url: server.origin, body: pieces() });
  assert.equal(reply.body.toString(), "700000");
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is handed back and its target is never called`, async () => {
    await using target = await listenHttp((_, reply) => reply.end("secret"));
    await using server = await listenHttp((_, reply) => {
      reply.writeHead(status, { location: `${target.origin}/admin` }).end();
    });
    await using client = createHttpClient({ origins: [], loopbackOrigins: [server.origin, target.origin] });
    const reply = await client.send({ method: "GET", url: server.origin });
    assert.deepEqual([reply.status, target.seen.connections], [status, 0]);
  });
}

test("an origin that is not on the list is refused before anything is looked up", async () => {
  await using server = await listenHttp((_, reply) => reply.end());
  await using client = clientFor(server.origin, { origins: ["https://graph.facebook.com"] });
  for (const url of [
    `http://localhost:${server.port}/`,
    `https://127.0.0.1:${server.port}/`,
    "http://graph.facebook.com/",
    "https://graph.facebook.com.example/",
    "https://graph.facebook.com:8443/",
    "https://graph.facebook.com@127.0.0.1/",
    "file:///etc/passwd",
    "not an address",
  ]) {
    assert.equal(await failureOf(client.send({ method: "GET", url })), "not_sent origin_refused", url);
  }
  assert.equal(server.seen.connections, 0);
});

for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"]) {
  test(`https://${host} as an ordinary origin is refused by address`, async () => {
    await using server = await listenRaw(() => {});
    const origin = new URL(`https://${host}:${server.port}`).origin;
    await using client = createHttpClient({ origins: [origin] });
    assert.equal(await failureOf(client.send({ method: "GET", url: origin })), "not_sent address_refused");
    assert.equal(server.seen.connections, 0);
  });
}

test("an origin that we call our own must be on this machine", async () => {
  await using client = clientFor("http://192.0.2.1:8080");
  const exchange = client.send({ method: "GET", url: "http://192.0.2.1:8080" });
  assert.equal(await failureOf(exchange), "not_sent address_refused");
});

test("a plain http origin and an address with a path are no origins to begin with", () => {
  assert.throws(() => createHttpClient({ origins: ["http://graph.facebook.com"] }));
  assert.throws(() => createHttpClient({ origins: ["https://graph.facebook.com/v25.0"] }));
});

test("a name that does not exist, a closed port and a bad header: not sent", async () => {
  const origin = await closedPort();
  await using client = clientFor(origin, { origins: ["https://wardroom.invalid"] });
  const codes = [
    await failureOf(client.send({ method: "GET", url: "https://wardroom.invalid/" })),
    await failureOf(client.send({ method: "GET", url: origin })),
    await failureOf(client.send({ method: "GET", url: origin, headers: { authorization: "a\r\nb: c" } })),
  ];
  assert.deepEqual(codes, ["not_sent dns", "not_sent connect", "not_sent invalid_request"]);
});

test("TLS that we do not trust is not sent; TLS that we do is 1.3, and recorded", async () => {
  const certificate = await certificateFor("127.0.0.1");
  let requests = 0;
  const server = createTlsServer(certificate, (_, reply) => {
    requests += 1;
    reply.end("ok");
  });
  await using listening = await listen(server, "https");

  await using stranger = clientFor(listening.origin);
  assert.equal(await failureOf(stranger.send({ method: "GET", url: listening.origin })), "not_sent tls");
  const wrong = await certificateFor("127.0.0.2");
  await using misled = clientFor(listening.origin, { authorities: wrong.cert });
  assert.equal(await failureOf(misled.send({ method: "GET", url: listening.origin })), "not_sent tls");
  assert.equal(requests, 0);

  await using friend = clientFor(listening.origin, { authorities: certificate.cert });
  assert.equal(friend.tlsVersion(listening.origin), undefined);
  const reply = await friend.send({ method: "GET", url: listening.origin });
  assert.deepEqual([reply.body.toString(), friend.tlsVersion(listening.origin)], ["ok", "TLSv1.3"]);
});

test("TLS below 1.2 and a server that speaks no TLS are not sent", async () => {
  const certificate = await certificateFor("127.0.0.1");
  const old = createTlsServer({
    ...certificate,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "ALL:@SECLEVEL=0",
  });
  await using outdated = await listen(old, "https");
  await using plain = await listenRaw((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
  const origin = plain.origin.replace("http:", "https:");
  await using client = createHttpClient({
    origins: [],
    loopbackOrigins: [outdated.origin, origin],
    authorities: certificate.cert,
  });
  assert.equal(await failureOf(client.send({ method: "GET", url: outdated.origin })), "not_sent tls");
  assert.equal(await failureOf(client.send({ method: "GET", url: origin })), "not_sent tls");
});

test("a connection cut before, within and after the headers: maybe sent, and sent once", async () => {
  for (const [answer, code] of [
    ["", "cut"],
    ["HTTP/1.1 200 OK\r\nContent-Le", "cut"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", "cut"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", "cut"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "garbage"],
    ["this is not HTTP at all\r\n\r\n", "garbage"],
    [`HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, "garbage"],
  ] as const) {
    await using server = await listenRaw((socket) => socket.end(answer));
    await using client = clientFor(server.origin);
    const exchange = client.send({ method: "POST", url: server.origin, body: "once" });
    assert.equal(await failureOf(exchange), `maybe_sent ${code}`, answer.slice(0, 70));
    assert.equal(server.seen.text.split("POST / ").length - 1, 1, answer.slice(0, 70));
  }
});

test("a connection reset after the request was written is maybe sent, and no second one is tried", async () => {
  await using server = await listenRaw((socket) => socket.resetAndDestroy());
  await using client = clientFor(server.origin);
  for (const method of ["GET", "POST"] as const) {
    assert.equal(await failureOf(client.send({ method, url: server.origin })), "maybe_sent cut");
  }
  assert.equal(server.seen.connections, 2);
});

test("silence: before the headers, within the body, and beyond the deadline", async () => {
  await using silent = await listenRaw(() => {});
  await using stalled = await listenRaw((socket) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"),
  );
  const loopbackOrigins = [silent.origin, stalled.origin];
  await using client = createHttpClient({
    origins: [],
    loopbackOrigins,
    headersTimeoutMs: 200,
    bodyTimeoutMs: 200,
  });
  assert.equal(
    await failureOf(client.send({ method: "GET", url: silent.origin })),
    "maybe_sent headers_timeout",
  );
  assert.equal(
    await failureOf(client.send({ method: "GET", url: stalled.origin })),
    "maybe_sent body_timeout",
  );

  await using patient = createHttpClient({ origins: [], loopbackOrigins, deadlineMs: 150 });
  for (const url of loopbackOrigins) {
    assert.equal(await failureOf(patient.send({ method: "GET", url })), "maybe_sent deadline");
  }
});

test("a request that waited for a free connection beyond its deadline is not sent, also not later", async () => {
  let release = () => {};
  const urls: (string | undefined)[] = [];
  await using server = await listenHttp((request, reply) => {
    urls.push(request.url);
    release = () => reply.end("first");
  });
  await using client = clientFor(server.origin, { maxConnections: 1 });
  const first = client.send({ method: "GET", url: `${server.origin}/first` });
  const second = client.send({ method: "GET", url: `${server.origin}/second`, deadlineMs: 100 });
  assert.equal(await failureOf(second), "not_sent deadline");
  release();
  await first;
  const third = client.send({ method: "GET", url: `${server.origin}/third` });
  while (urls.length < 2) await new Promise((done) => setTimeout(done, 5));
  release();
  await third;
  assert.deepEqual(urls, ["/first", "/third"]);
});

test("the caller's signal ends a request: not sent before it began, maybe sent after", async () => {
  await using server = await listenRaw(() => canceller.abort());
  const canceller = new AbortController();
  await using client = clientFor(server.origin);
  const request = { method: "GET", url: server.origin, signal: canceller.signal } as const;
  assert.equal(await failureOf(client.send(request)), "maybe_sent aborted");
  assert.equal(await failureOf(client.send(request)), "not_sent aborted");
  assert.equal(server.seen.connections, 1);
});

test("a reply up to the limit is read; one byte more is refused, with and without a declared length", async () => {
  await using server = await listenHttp((request, reply) => {
    const [, size, form] = (request.url ?? "").split("/");
    if (form === "declared") reply.setHeader("content-length", Number(size));
    else reply.flushHeaders();
    reply.end("x".repeat(Number(size)));
  });
  await using client = clientFor(server.origin);
  for (const form of ["declared", "chunked"]) {
    const request = (size: number) =>
      client.send({ method: "GET", url: `${server.origin}/${size}/${form}`, maxBytes: 1000 });
    assert.equal((await request(1000)).body.length, 1000);
    assert.equal(await failureOf(request(1001)), "maybe_sent too_large");
  }
});

test("a body of ours that breaks off is a failure by that name", async () => {
  await using server = await listenHttp((request) => void request.resume());
  await using client = clientFor(server.origin);
  async function* broken() {
    yield Buffer.from("a");
    throw new Error("file is gone");
  }
  const exchange = client.send({ method: "POST", url: server.origin, body: broken() });
  assert.equal(await failureOf(exchange), "maybe_sent request_body");
});

test("a stream that is discarded gives its connection back", async () => {
  await using server = await listenHttp((_, reply) => void reply.write("x".repeat(1000)));
  await using client = clientFor(server.origin, { maxConnections: 1 });
  for (let n = 0; n < 3; n++) {
    const stream = await client.open({ method: "GET", url: server.origin, deadlineMs: 2_000 });
    assert.equal(stream.status, 200);
    stream.discard();
  }
});

test("neither message nor properties of a failure hold the address or a header", async () => {
  const origin = await closedPort();
  await using client = clientFor(origin);
  const request = {
    method: "GET",
    url: `${origin}/secret-path`,
    headers: { authorization: "Bearer hidden" },
  } as const;
  const error = await client.send(request).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof HttpFailure);
  assert.equal(error.message, "not_sent: connect");
  assert.doesNotMatch(JSON.stringify(error), /secret-path|hidden/);
});
