import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IngestQueue } from "../inbox/ingest/ingest-queue.ts";
import type { IngestPart } from "../inbox/ingest/part.ts";
import { placeGroups } from "../inbox/ingest/place-groups.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { readWebhook } from "../whatsapp/inbound/read-webhook.ts";
import { isSignature, listSigners } from "../whatsapp/inbound/signature.ts";
import { answerVerification } from "../whatsapp/inbound/verify-subscription.ts";
import type { AppSecrets } from "../whatsapp/numbers/app-secrets.ts";
import type { FindRoutes } from "../whatsapp/numbers/route-finder.ts";

/** Meta's own limit for a webhook, in bytes (facts.md 1.3: 3 MB). */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** How long a POST may take from its head to our answer, in ms. Ours: Meta's bodies come at once. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface WebhookDeps {
  readonly findRoutes: FindRoutes;
  readonly secrets: AppSecrets;
  readonly queue: IngestQueue;
  /** Bytes that are signed and not a webhook: kept in the signing workspace's quarantine, durably. */
  readonly quarantine: (
    workspaceId: WorkspaceId,
    held: { appId: string; reason: string; raw: Buffer },
  ) => Promise<void>;
  /** One event of the log, counted where it floods. */
  readonly note: (event: {
    readonly kind: "webhook.refused" | "webhook.unknown_account" | "webhook.subscription_verified";
    readonly subject: string;
    readonly reason: string;
    readonly address: string;
  }) => void;
}

/**
 * The door for Meta: GET to register the callback, POST for updates. Nothing is parsed before the signature over the
 * raw bytes holds, and a 200 means that everything in the POST is durable (architecture.md has the table of answers).
 */
export async function registerWebhookRoutes(app: FastifyInstance, deps: WebhookDeps): Promise<void> {
  // In a scope of its own: here bodies stay bytes, whatever their content type says.
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );

    scope.get<{ Params: { appId: string } }>("/webhooks/whatsapp/:appId", (request, reply) =>
      verify(deps, request, reply),
    );
    scope.post<{ Params: { appId: string } }>(
      "/webhooks/whatsapp/:appId",
      {
        bodyLimit: MAX_BODY_BYTES,
        handlerTimeout: ANSWER_TIMEOUT_MS,
        errorHandler: endWhatTakesTooLong,
        onRequest: async (request, reply) => refuseByHead(deps, request, reply),
      },
      (request, reply) => receive(deps, request, reply),
    );
    done();
  });
}

/**
 * A body that drips holds a connection: it is told so and cut. Where we are the slow ones Meta comes again; what we
 * finish meanwhile is durable and then a duplicate.
 */
function endWhatTakesTooLong(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  if (!("code" in error) || error.code !== "FST_ERR_HANDLER_TIMEOUT") throw error;
  if (request.raw.complete) throw new Refusal("unavailable", "ingest.too_slow", { retryAfterSeconds: 5 });
  reply.code(408).header("connection", "close").send();
}

async function verify(
  deps: WebhookDeps,
  request: FastifyRequest<{ Params: { appId: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { appId } = request.params;
  const tokens = isAppId(appId) ? await deps.secrets.findVerifyTokens(appId) : [];
  const challenge = answerVerification(request.query as Record<string, unknown>, tokens);
  if (challenge === undefined) {
    deps.note({
      kind: "webhook.refused",
      subject: subjectOf(tokens.length === 0 ? undefined : appId),
      reason: "verify_token",
      address: request.ip,
    });
    return reply.code(tokens.length === 0 ? 404 : 403).send();
  }
  deps.note({
    kind: "webhook.subscription_verified",
    subject: subjectOf(appId),
    reason: "verified",
    address: request.ip,
  });
  return reply.type("text/plain").send(challenge);
}

/**
 * Before a byte of the body is read: an app that nobody has, or a header that cannot be a signature. So a stranger who
 * opens many connections with 3 MB each does not buy our memory with them.
 */
async function refuseByHead(
  deps: WebhookDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { appId } = request.params as { appId: string };
  const isKnown = isAppId(appId) && (await deps.secrets.findAppSecrets(appId)).length > 0;
  if (!isKnown) return refuse(deps, reply, { status: 404, reason: "unknown_app", appId: undefined, request });
  const header = request.headers["x-hub-signature-256"];
  if (isSignature(header)) return undefined;
  const reason = header === undefined ? "unsigned" : "signature";
  return refuse(deps, reply, { status: 401, reason, appId, request });
}

async function receive(
  deps: WebhookDeps,
  request: FastifyRequest<{ Params: { appId: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { appId } = request.params;
  const holders = await deps.secrets.findAppSecrets(appId);
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const candidates = holders.flatMap(({ workspaceId, secrets }) =>
    secrets.map((secret) => ({ workspaceId, secret })),
  );
  const header = request.headers["x-hub-signature-256"];
  const signers = listSigners(raw, typeof header === "string" ? header : undefined, candidates);
  if (signers.length === 0) return refuse(deps, reply, { status: 401, reason: "signature", appId, request });

  await takeBody(deps, {
    appId,
    raw,
    signers: new Set(signers.map((signer) => signer.workspaceId)),
    address: request.ip,
  });
  return reply.code(200).send();
}

interface SignedBody {
  readonly appId: string;
  readonly raw: Buffer;
  readonly signers: ReadonlySet<WorkspaceId>;
  readonly address: string;
}

async function takeBody(deps: WebhookDeps, { appId, raw, signers, address }: SignedBody): Promise<void> {
  const reading = readWebhook(raw);
  if (!reading.readable) {
    const [owner] = signers;
    if (owner !== undefined) await deps.quarantine(owner, { appId, reason: reading.reason, raw });
    return;
  }
  const { groups } = reading;
  const routes = await deps.findRoutes({
    wabaIds: [...new Set(groups.map((group) => group.wabaId))],
    phoneNumberIds: [...new Set(groups.flatMap((group) => group.phoneNumberId ?? []))],
  });
  const placement = placeGroups(groups, { appId, signers, ...routes });
  for (const wabaId of placement.unknownAccounts) {
    const subject = `waba:${/^\d{1,32}$/.test(wabaId) ? wabaId : "malformed"}`;
    deps.note({ kind: "webhook.unknown_account", subject, reason: "unknown_account", address });
  }
  await submitAll(deps.queue, placement.parts);
}

/** Waits until every part is durable or one is refused; no part is left running when the POST is answered. */
async function submitAll(queue: IngestQueue, parts: readonly IngestPart[]): Promise<void> {
  const results = await Promise.allSettled(parts.map((part) => queue.submit(part)));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function refuse(
  deps: WebhookDeps,
  reply: FastifyReply,
  refused: {
    readonly status: 401 | 404;
    readonly reason: string;
    readonly appId: string | undefined;
    readonly request: FastifyRequest;
  },
): FastifyReply {
  const { status, reason, appId, request } = refused;
  deps.note({ kind: "webhook.refused", subject: subjectOf(appId), reason, address: request.ip });
  return reply.code(status).send();
}

/** Digits, as Meta's ids are. Anything else is nobody's, and the database is not asked: it takes no NUL, for one. */
function isAppId(text: string): boolean {
  return /^\d{1,32}$/.test(text);
}

/**
 * An app as the log may hold it. One that nobody has stays without its number: what a stranger writes into an address
 * is not copied there, and a thousand made-up ones are one thing that happened, not a thousand.
 */
function subjectOf(appId: string | undefined): string {
  return `app:${appId ?? "unknown"}`;
}
