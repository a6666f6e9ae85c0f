import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { createHttpClient } from "../platform/http-client.ts";
import { HttpFailure } from "../platform/http-failure.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import { appSecretProof, type GraphAccess } from "./graph-access.ts";
import { createGraphClient, type GraphCall } from "./graph-client.ts";
import { GraphError, UnreadableAnswer } from "./graph-error.ts";

const now = new Date("2026-11-23T10:00:00Z");

/** A server on this machine that answers as told, and a client that may call it. */
async function listening(answer: (request: IncomingMessage, reply: ServerResponse, body: string) => void) {
  const server = createServer(async (request, reply) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    answer(request, reply, Buffer.concat(pieces).toString("latin1"));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttpClient({ origins: [], loopbackOrigins: [origin] });
  const calls: GraphCall[] = [];
  const access: GraphAccess = {
    workspaceId: newId<WorkspaceId>(),
    appId: "4711",
    baseUrl: origin,
    accessToken: new Secret("EAAJB-test-token"),
    appSecret: new Secret("test-app-secret-0123456789abcdef"),
  };
  return {
    access,
    calls,
    client: createGraphClient({ http, clock: () => now, onCall: (call) => calls.push(call) }),
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

const SEND = {
  method: "POST",
  path: "/{phone}/messages",
  ids: { phone: "106" },
  actor: "system:sender",
} as const;

test("the proof beside the token is the one that other code computed", () => {
  // Source: facts.md, composed-graph.json, appsecret_proof_vector.
  assert.equal(
    appSecretProof(new Secret("EAAJB-test-token"), new Secret("test-app-secret-0123456789abcdef")),
    "46b87ed397624110a6a92562996df3cfd89e361db22c69e6ba822062eba29227",
  );
});

test("a call carries version, bearer and proof, and is recorded without any of them", async () => {
  const seen: string[] = [];
  await using graph = await listening((request, reply, body) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
    reply.setHeader("content-type", "application/json").end('{"success":true}');
  });

  assert.deepEqual(await graph.client.call(graph.access, { ...SEND, json: { type: "text" } }), {
    success: true,
  });

  assert.deepEqual(seen, [
    `POST /v25.0/106/messages?appsecret_proof=46b87ed397624110a6a92562996df3cfd89e361db22c69e6ba822062eba29227 ` +
      `Bearer EAAJB-test-token {"type":"text"}`,
  ]);
  // By the stopwatch, which the fixed clock does not stop.
  const durationMs = graph.calls[0]?.durationMs ?? -1;
  assert.ok(Number.isInteger(durationMs) && durationMs >= 0 && durationMs < 60_000);
  assert.deepEqual(graph.calls, [
    {
      occurredAt: now,
      workspaceId: graph.access.workspaceId,
      actor: "system:sender",
      appId: "4711",
      method: "POST",
      path: "/{phone}/messages",
      outcome: "success",
      httpStatus: 200,
      errorCode: null,
      failure: null,
      durationMs,
    },
  ]);
});

test("Meta's error keeps its words out of what is printed", async () => {
  await using graph = await listening((_, reply) => {
    reply.statusCode = 400;
    reply.setHeader(
      "x-business-use-case-usage",
      '{"1":[{"type":"messages","call_count":100,"estimated_time_to_regain_access":3}]}',
    );
    reply.end(
      '{"error":{"message":"(#131026) +966500000142","type":"OAuthException","code":131026,' +
        '"error_data":{"messaging_product":"whatsapp","details":"+966500000142 is not reachable"},"error_subcode":2494055,"fbtrace_id":"Az8"}}',
    );
  });

  const error = await thrownBy(graph.client.call(graph.access, SEND));

  assert.ok(error instanceof GraphError);
  assert.deepEqual(
    [error.code, error.subcode, error.httpStatus, error.traceId, error.regainAccessMs],
    [131026, 2494055, 400, "Az8", 180_000],
  );
  assert.equal(error.details, "+966500000142 is not reachable");
  assert.doesNotMatch(inspect(error, { depth: 9 }) + JSON.stringify(error) + String(error), /9665/);
  assert.deepEqual(
    graph.calls.map((call) => [call.outcome, call.httpStatus, call.errorCode]),
    [["refusal", 400, 131026]],
  );
});

test("what is neither success nor an error of Meta's is unreadable, with its status", async (t) => {
  const cases: Array<[string, number, string]> = [
    ["a page of a proxy", 502, "<html>"],
    ["half a JSON with 200", 200, '{"messages":[{"id"'],
    ["a redirect", 302, ""],
    ["text with 200", 200, '"ok"'],
    ["an error without a code", 500, '{"error":{"message":"?"}}'],
  ];
  for (const [name, status, body] of cases) {
    await t.test(name, async () => {
      await using graph = await listening((_, reply) =>
        reply.writeHead(status, { location: "/x" }).end(body),
      );
      const error = await thrownBy(graph.client.call(graph.access, SEND));
      assert.ok(error instanceof UnreadableAnswer);
      assert.equal(error.httpStatus, status);
      assert.deepEqual(graph.calls[0]?.failure, "unreadable");
    });
  }
});

test("an answer that breaks off says that the request may have left; a closed door, that it has not", async () => {
  const graph = await listening((request) => request.socket.destroy());
  const cut = await thrownBy(graph.client.call(graph.access, SEND));
  assert.ok(cut instanceof HttpFailure);
  assert.equal(cut.stage, "maybe_sent");
  await graph[Symbol.asyncDispose]();

  await using other = await listening((_, reply) => reply.end());
  const refused = await thrownBy(other.client.call({ ...other.access, baseUrl: "http://127.0.0.1:1" }, SEND));
  assert.ok(refused instanceof HttpFailure);
  assert.equal(refused.stage, "not_sent");
  assert.deepEqual(other.calls[0]?.failure, "origin_refused");
});

test("an upload is a form whose length is known and whose file has no name of the customer's", async () => {
  let seen = "";
  await using graph = await listening((request, reply, body) => {
    seen = body;
    assert.equal(Number(request.headers["content-length"]), Buffer.byteLength(body, "latin1"));
    reply.end('{"id":"77"}');
  });
  async function* bytes() {
    yield Buffer.from("RIFF");
    yield Buffer.from("WEBP");
  }

  const answer = await graph.client.call(graph.access, {
    ...SEND,
    path: "/{phone}/media",
    upload: {
      fields: { messaging_product: "whatsapp", type: "image/webp" },
      file: { mimeType: "image/webp", byteSize: 8, bytes: bytes() },
    },
  });

  assert.deepEqual(answer, { id: "77" });
  assert.match(
    seen,
    /^--wardroom-\w{32}\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n--/,
  );
  assert.match(
    seen,
    /name="file"; filename="file"\r\nContent-Type: image\/webp\r\n\r\nRIFFWEBP\r\n--wardroom-\w{32}--\r\n$/,
  );
});
