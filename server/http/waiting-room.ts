import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Problem } from "../../contract/problem.ts";
import type { CertificateSource } from "../platform/tls/certificate.ts";

/** Seconds after which it is worth asking again. Ours. */
const RETRY_AFTER_SECONDS = 5;

/** Nobody has business here that takes longer, in ms, or at the same time. Ours. */
const REQUEST_MS = 5_000;
const MAX_CONNECTIONS = 500;

/**
 * Our port while the database is being changed: `/healthz` says that we live, everything else is 503 with
 * `platform.migrating`, so that a load balancer waits, Meta sends again, and nobody takes us for dead. It tells nothing
 * of how far it is: how many messages a business has is nobody's business.
 */
export async function openWaitingRoom({
  certificate,
  host,
  port,
}: {
  readonly certificate: CertificateSource;
  readonly host: string;
  readonly port: number;
}): Promise<AsyncDisposable> {
  const { certificate: cert, key } = certificate.current;
  const server = createServer(
    {
      cert,
      key: key.reveal(),
      minVersion: "TLSv1.3",
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: REQUEST_MS,
    },
    answer,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, "listening");
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  if (request.url === "/healthz") {
    response.setHeader("content-type", "text/plain");
    response.end("ok\n");
    return;
  }
  const problem: Problem = {
    type: "urn:wardroom:error:platform.migrating",
    title: "Service Unavailable",
    status: 503,
    code: "platform.migrating",
    requestId: randomUUID(),
    retryAfter: RETRY_AFTER_SECONDS,
  };
  response.writeHead(503, {
    "content-type": "application/problem+json",
    "retry-after": String(RETRY_AFTER_SECONDS),
  });
  response.end(JSON.stringify(problem));
}
