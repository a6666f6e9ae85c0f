import type { AuditEvent } from "../audit/event.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { RefusedCall } from "../http/api.ts";
import type { NoteWebhook } from "../http/webhook-routes.ts";
import { actorName } from "../identity/actor.ts";
import { networkOf } from "../identity/network.ts";
import { Hidden } from "../inbox/hidden.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import type { Foundation } from "./foundation.ts";
import type { Rooms } from "./open-rooms.ts";

/** Where refusals are written. */
export interface RefusalRecord {
  readonly foundation: Pick<Foundation, "db" | "audit">;
  readonly rooms: Pick<Rooms, "inbox" | "identity">;
  readonly log: Logger;
}

/** Refusals that say somebody reached for what is not theirs; the rest (a wrong field, a conflict) is daily life. */
const NOTED = new Set(["forbidden", "unauthenticated"]);

/** And this conflict: a link that is over was found, or kept, by somebody. */
const LINK_OVER = "access.invitation_ended";

/** What is said all day and is no refusal of anybody: nobody is signed in, or a browser has to sign first. */
const DAILY = new Set(["session.none", "session.binding_challenge", "session.binding_unknown"]);

/** What a stranger was refused and the room itself has recorded, with its reason. */
const RECORDED = /^(identity\.|access\.(invitation_not_found|network_refused)|sso\.)/;

/** Puts a refusal of the API on record: a member's in their workspace, a stranger's in the installation's log. */
export function noteRefusal(
  options: RefusalRecord,
  { refusal, actor, address, operation }: RefusedCall,
): void {
  const hidden = refusal instanceof Hidden;
  const isNoted = NOTED.has(refusal.kind) || hidden || refusal.code === LINK_OVER;
  if (!isNoted || DAILY.has(refusal.code)) return;
  if (actor === undefined && RECORDED.test(refusal.code)) return;
  // From a refused network everything is: one entry for whoever it is, not one for each thing that they ask.
  const isNetwork = refusal.code === "access.network_refused";
  const event: AuditEvent = {
    occurredAt: options.rooms.inbox.clock(),
    kind: isNetwork ? "access.network_refused" : "access.refused",
    actor: actor === undefined ? "anonymous" : actorName(actor),
    subject: isNetwork && actor !== undefined ? `session:${actor.sessionId}` : `operation:${operation}`,
    outcome: "refusal",
    detail: hidden ? { code: refusal.code, hidden } : { code: refusal.code },
  };
  const from = isNetwork ? "" : networkOf(address);
  const key = [event.kind, event.actor, event.subject, refusal.code, from].join();
  const workspaceId = actor?.workspaceId ?? INSTALLATION;
  void write(options, workspaceId, options.rooms.identity.refusals.note(key, event, workspaceId));
}

type WebhookEvent = Parameters<NoteWebhook>[0];

/** Puts what happened at Meta's door on record, in the installation's log: there is no workspace yet. */
export function noteWebhookEvent(
  options: RefusalRecord,
  { kind, subject, reason, address }: WebhookEvent,
): void {
  const event: AuditEvent = {
    occurredAt: options.rooms.inbox.clock(),
    kind,
    actor: "anonymous",
    subject,
    outcome: kind === "webhook.subscription_verified" ? "success" : "refusal",
    detail: { reason },
  };
  void write(
    options,
    INSTALLATION,
    options.rooms.identity.refusals.note([kind, subject, reason, networkOf(address)].join(), event),
  );
}

/** In a transaction of its own: what was refused has none. A log that cannot be written is itself in the other log. */
async function write(
  options: RefusalRecord,
  workspaceId: WorkspaceId,
  event: AuditEvent | undefined,
): Promise<void> {
  if (event === undefined) return;
  const { db, audit } = options.foundation;
  await inWorkspace(db, workspaceId, (tx) =>
    audit.append(narrow<AuditTables>(tx), workspaceId, [event]),
  ).catch((error: unknown) =>
    options.log.error({ err: error, kind: event.kind }, "a refusal could not be recorded"),
  );
}
