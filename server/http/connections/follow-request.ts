import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConnectionGuard, Held } from "./connection-guard.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { noteProven } from "./proven.ts";

/** How long a refused body may still come, in ms, so that its sender reads why. Ours; then the connection ends. */
const LINGER_MS = 2_000;

/** A signature that holds is a proof (http/webhook-door.ts). */
const WEBHOOKS = "/webhooks/";

/**
 * Counts a request on its connection until its answer has ended, and ends what a stranger makes too much of. False when
 * the request is not to be answered: the connection is gone.
 */
export function followRequest(
  guard: ConnectionGuard,
  limits: ConnectionLimits,
  held: Held,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): boolean {
  if (held.socket.destroyed) return false;
  if (held.underWay.size >= (held.proven ? limits.pipelined : limits.pipelinedOfStranger)) {
    guard.end(held, "pipelined");
    return false;
  }
  if (held.underWay.size === 0) held.readBefore = held.socket.bytesRead;
  held.underWay.set(request, response);
  held.requests += 1;
  response.once("close", () => {
    held.underWay.delete(request);
    const isSigned =
      response.statusCode === 200 && request.method === "POST" && request.url?.startsWith(WEBHOOKS);
    if (isSigned === true && response.writableFinished) noteProven(request.socket);
  });
  if (!held.proven) restrain(limits, held, { request, response });
  return true;
}

/**
 * A refusal is the last answer on a stranger's connection: the next try pays for a handshake, and those are counted.
 * So is the answer to its twentieth request.
 */
function restrain(
  limits: ConnectionLimits,
  held: Held,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  if (held.requests >= limits.requestsOfStranger) response.setHeader("connection", "close");
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    if (status >= 400 && !held.proven) endAfter(held, { request, response });
    return writeHead(status, ...rest);
  }) as typeof response.writeHead;
}

function endAfter(
  held: Held,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  if (!hasBody(request) || request.complete) {
    response.setHeader("connection", "close");
    return;
  }
  // Ended at once the sender, who still sends, would not read the answer.
  const timer = setTimeout(() => held.socket.destroy(), LINGER_MS);
  timer.unref();
  held.socket.once("close", () => clearTimeout(timer));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}
