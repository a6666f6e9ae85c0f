import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { Intake, SignedBody } from "../inbox/ingest/intake.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import { isSignature, listSigners } from "../whatsapp/inbound/signature.ts";
import type { AppSecrets } from "../whatsapp/numbers/app-secrets.ts";
import { AnswerLine } from "./answer-line.ts";
import { addressOf, hostOf, type TrustProxy } from "./peer.ts";
import { readBody } from "./read-body.ts";
import { problemOf } from "./refusal-reply.ts";
import type { OwnAddresses } from "./request-guards.ts";
import { appSubject, isAppId, type NoteWebhook } from "./webhook-routes.ts";

/** Meta's own limit for a webhook, in bytes (facts.md 1.3: 3 MB). */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** How long a POST may take from its head to our answer, in ms. Ours: Meta's bodies come at once. */
const ANSWER_TIMEOUT_MS = 10_000;

const PATH = /^\/webhooks\/whatsapp\/([^/?]+)(?:\?|$)/;

export interface WebhookDoorDeps {
  readonly own: OwnAddresses;
  readonly trust: TrustProxy;
  readonly secrets: AppSecrets;
  readonly intake: Pick<Intake, "isFull" | "take">;
  readonly note: NoteWebhook;
  /** Told of every answer. */
  readonly observe: (status: number, seconds: number) => void;
  readonly log: Logger;
}

export interface WebhookDoor {
  /** Takes a POST to a callback and answers it; false leaves any other request to somebody else. */
  receive(request: IncomingMessage, response: ServerResponse): boolean;
  /** From now on every answer also ends its connection. */
  close(): void;
}

/** What a POST is told. A refusal with a code has a problem as its body, as everywhere. */
interface Answer {
  readonly status: number;
  readonly endsConnection?: true;
  readonly refusal?: unknown;
}

/**
 * The door for Meta's updates. Nothing is parsed before the signature over the raw bytes holds, and a 200 means that
 * everything in the POST is durable (architecture.md has the table of answers).
 *
 * It stands before Fastify, on Node's own server: at thousands of POSTs a second hooks, a reply and an abort signal for
 * each cost a third of the thread that everybody shares (docs/decisions/0007).
 */
export function createWebhookDoor(deps: WebhookDoorDeps): WebhookDoor {
  let isClosing = false;
  const line = new AnswerLine();
  return {
    receive(request, response) {
      const appId = request.method === "POST" ? PATH.exec(request.url ?? "")?.[1] : undefined;
      if (appId === undefined) return false;
      const startedAt = performance.now();
      void decideAnswer(deps, appId, request).then((answer) => {
        if (answer === undefined) return; // they hung up
        line.add(() => {
          write(response, answer, isClosing);
          deps.observe(answer.status, (performance.now() - startedAt) / 1000);
        });
      });
      return true;
    },
    close() {
      isClosing = true;
    },
  };
}

function write(
  response: ServerResponse,
  { status, endsConnection, refusal }: Answer,
  isClosing: boolean,
): void {
  const close = endsConnection === true || isClosing ? { connection: "close" } : {};
  if (refusal === undefined) {
    response.writeHead(status, { "content-length": 0, ...close }).end();
    return;
  }
  const problem = problemOf(refusal, randomUUID());
  const retry = problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) };
  const body = Buffer.from(JSON.stringify(problem));
  const head = { "content-type": "application/problem+json", "content-length": body.length };
  response.writeHead(problem.status, { ...head, ...retry, ...close }).end(body);
}

/** Undefined when there is nobody left to answer. Never throws. */
async function decideAnswer(
  deps: WebhookDoorDeps,
  appId: string,
  request: IncomingMessage,
): Promise<Answer | undefined> {
  const late = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => late.resolve(answerLate(request)), ANSWER_TIMEOUT_MS);
  try {
    return await Promise.race([receive(deps, appId, request), late.promise]);
  } catch (error) {
    return answerFailure(deps, error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A body that drips holds a connection: it is told so and cut. Where we are the slow ones Meta comes again; what we
 * finish meanwhile is durable and then a duplicate.
 */
function answerLate(request: IncomingMessage): Answer {
  if (!request.complete) return { status: 408, endsConnection: true };
  const refusal = new Refusal("unavailable", "ingest.too_slow", { retryAfterSeconds: 5 });
  return { status: 503, refusal };
}

function answerFailure({ log }: WebhookDoorDeps, error: unknown): Answer {
  const { status } = problemOf(error, "");
  if (!(error instanceof Refusal)) log.error({ err: error }, "a webhook failed");
  return { status, refusal: error };
}

/** Before a byte of the body is read, an app that nobody has and a header that is no signature are turned away. */
async function receive(
  deps: WebhookDoorDeps,
  appId: string,
  request: IncomingMessage,
): Promise<Answer | undefined> {
  if (!deps.own.hosts.has(hostOf(request, deps.trust)))
    throw new Refusal("not_found", "request.unknown_host");
  const holders = isAppId(appId) ? await deps.secrets.findAppSecrets(appId) : [];
  if (holders.length === 0)
    return refuse(deps, request, { status: 404, reason: "unknown_app", appId: undefined });
  const signature = request.headers["x-hub-signature-256"];
  if (!isSignature(signature))
    return refuse(deps, request, {
      status: 401,
      reason: signature === undefined ? "unsigned" : "signature",
      appId,
    });

  // Before the body costs anything: under a flood most of the work would go into what is refused.
  if (deps.intake.isFull) throw new Refusal("unavailable", "ingest.queue_full", { retryAfterSeconds: 1 });
  const raw = await readBody(request, MAX_BODY_BYTES);
  if (raw === "gone") return undefined;
  if (raw === "too_large") return { status: 413, endsConnection: true };
  const signers = new Set<WorkspaceId>();
  const candidates = holders.flatMap(({ workspaceId, secrets }) =>
    secrets.map((secret) => ({ workspaceId, secret })),
  );
  for (const { workspaceId } of listSigners(raw, signature, candidates)) signers.add(workspaceId);
  if (signers.size === 0) return refuse(deps, request, { status: 401, reason: "signature", appId });

  await takeBody(deps, request, { appId, raw, signers });
  return { status: 200 };
}

async function takeBody(deps: WebhookDoorDeps, request: IncomingMessage, body: SignedBody): Promise<void> {
  const { unknownAccounts } = await deps.intake.take(body);
  for (const wabaId of unknownAccounts) {
    const subject = `waba:${/^\d{1,32}$/.test(wabaId) ? wabaId : "malformed"}`;
    const address = addressOf(request, deps.trust);
    deps.note({ kind: "webhook.unknown_account", subject, reason: "unknown_account", address });
  }
}

function refuse(
  deps: WebhookDoorDeps,
  request: IncomingMessage,
  refused: { readonly status: 401 | 404; readonly reason: string; readonly appId: string | undefined },
): Answer {
  const { status, reason, appId } = refused;
  const address = addressOf(request, deps.trust);
  deps.note({ kind: "webhook.refused", subject: appSubject(appId), reason, address });
  return { status };
}
