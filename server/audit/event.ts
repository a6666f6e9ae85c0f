import { createHash } from "node:crypto";
import type { WorkspaceId } from "../platform/ids.ts";
import { type CanonicalValue, canonicalJson } from "./canonical-json.ts";
import type { EventKind } from "./event-kinds.ts";

/** One thing that somebody did, or was refused. Ids, codes and counts only: nothing personal enters the log. */
export interface AuditEvent {
  readonly occurredAt: Date;
  readonly kind: EventKind;
  /** "member:<id>", "system:<job>", "meta:<app id>", "operator" (the command line) or "anonymous". */
  readonly actor: string;
  /** What it was done to: "conversation:<id>". */
  readonly subject: string;
  /** Whose data it concerned, so that a person can be told when theirs was looked at. */
  readonly contactId?: string | undefined;
  readonly outcome: "success" | "refusal" | "failure";
  readonly detail?: { readonly [key: string]: CanonicalValue };
}

/** Names the format inside the bytes, so that a later one can never be taken for this one. */
const FORMAT = "wardroom-event/v1";

/** An entry's stored bytes at the most. Ours: an entry that wants more carries content, which it must not. */
export const MAX_EVENT_BYTES = 8192;

/** The entry as it is stored, hashed and, one day, verified by an outsider: canonical JSON in UTF-8. */
export function encodeEvent(workspaceId: WorkspaceId, id: string, event: AuditEvent): Buffer {
  const bytes = Buffer.from(
    canonicalJson({
      format: FORMAT,
      workspace: workspaceId,
      id,
      at: event.occurredAt.toISOString(),
      kind: event.kind,
      actor: event.actor,
      subject: event.subject,
      contact: event.contactId ?? null,
      outcome: event.outcome,
      detail: event.detail ?? {},
    }),
  );
  if (bytes.length > MAX_EVENT_BYTES)
    throw new Error(`audit event ${event.kind} is larger than ${MAX_EVENT_BYTES} bytes`);
  return bytes;
}

/**
 * The leaf that stands for an entry in the tree: SHA-256 over 0x00, salt, bytes (RFC 6962, section 2.1, with the
 * salt as the beginning of the leaf's data). Without the salt nobody can test a guess at an entry that was removed.
 */
export function leafHash(salt: Buffer, bytes: Buffer): Buffer {
  return createHash("sha256").update(LEAF_PREFIX).update(salt).update(bytes).digest();
}

const LEAF_PREFIX = Buffer.from([0]);
