import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerVerification } from "../whatsapp/inbound/verify-subscription.ts";
import type { AppSecrets } from "../whatsapp/numbers/app-secrets.ts";

/** One event of the log, counted where it floods. */
export type NoteWebhook = (event: {
  readonly kind: "webhook.refused" | "webhook.unknown_account" | "webhook.subscription_verified";
  readonly subject: string;
  readonly reason: string;
  readonly address: string;
}) => void;

export interface WebhookRouteDeps {
  readonly secrets: AppSecrets;
  readonly note: NoteWebhook;
}

/** The GET with which Meta makes sure of a callback before it uses it. Updates come by `webhook-door.ts`. */
export function registerWebhookRoutes(app: FastifyInstance, deps: WebhookRouteDeps): void {
  app.get<{ Params: { appId: string } }>("/webhooks/whatsapp/:appId", (request, reply) =>
    verify(deps, request, reply),
  );
}

async function verify(
  deps: WebhookRouteDeps,
  request: FastifyRequest<{ Params: { appId: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { appId } = request.params;
  const tokens = isAppId(appId) ? await deps.secrets.findVerifyTokens(appId) : [];
  const challenge = answerVerification(request.query as Record<string, unknown>, tokens);
  if (challenge === undefined) {
    deps.note({
      kind: "webhook.refused",
      subject: appSubject(tokens.length === 0 ? undefined : appId),
      reason: "verify_token",
      address: request.ip,
    });
    return reply.code(tokens.length === 0 ? 404 : 403).send();
  }
  deps.note({
    kind: "webhook.subscription_verified",
    subject: appSubject(appId),
    reason: "verified",
    address: request.ip,
  });
  return reply.type("text/plain").send(challenge);
}

/** Digits, as Meta's ids are. Anything else is nobody's, and the database is not asked: it takes no NUL, for one. */
export function isAppId(text: string): boolean {
  return /^\d{1,32}$/.test(text);
}

/**
 * An app as the log may hold it. One that nobody has stays without its number: what a stranger writes into an address
 * is not copied there, and a thousand made-up ones are one thing that happened, not a thousand.
 */
export function appSubject(appId: string | undefined): string {
  return `app:${appId ?? "unknown"}`;
}
