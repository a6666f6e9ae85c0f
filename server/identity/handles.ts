import type { Kysely } from "kysely";
import type { AuditLog } from "../audit/audit-log.ts";
import type { CountedRefusals } from "../audit/counted-refusals.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { MailRoom } from "../mail/mail-room.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { Vault } from "../vault/vault.ts";
import type { ReadApprovers } from "./devices/approvers.ts";
import type { CountrySource } from "./devices/countries.ts";
import { networkOf } from "./network.ts";
import type { NetworkSource } from "./network-source.ts";
import type { RelyingParty } from "./passkeys/relying-party.ts";
import type { Passwords } from "./password.ts";
import type { PasswordStrength } from "./passwords/strength.ts";
import type { PolicySource } from "./policy/catalogue.ts";
import type { IdentityTables } from "./tables.ts";

/** What the acts of this room and of access work with; made once, in compose.ts. */
export interface IdentityHandles {
  readonly db: Kysely<IdentityTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  /** Refusals before sign-in. Whoever composes writes what is `due()` into the installation's log. */
  readonly refusals: CountedRefusals;
  readonly passwords: Passwords;
  readonly strength: PasswordStrength;
  /** Whom browsers make passkeys for: this installation, under its public address. */
  readonly party: RelyingParty;
  readonly policies: PolicySource;
  readonly countries: CountrySource;
  /** From where each workspace lets people in. */
  readonly networks: NetworkSource;
  /** Who may approve a colleague's new device (access/teams/device-approvers.ts). */
  readonly readApprovers: ReadApprovers;
  /** Absent while no SMTP is set: then nothing is mailed, and what would need a mail is refused or done by hand. */
  readonly mail?: MailRoom | undefined;
  readonly clock: Clock;
  /**
   * What the machine's clock says. The program's own stays ahead for hours after a step back; people's phones agree
   * with the one or the other, so codes are looked for at both.
   */
  readonly wall?: Clock;
}

/** The times at which a code of an authenticator may be of now. */
export function codeTimes({ clock, wall = clock }: Pick<IdentityHandles, "clock" | "wall">): readonly Date[] {
  return [clock(), wall()];
}

/** Who knocks, where no session says it yet. */
export interface Visitor {
  /** The address of the peer, or the one a trusted proxy names. */
  readonly address: string;
  readonly userAgent: string | undefined;
  /** The tokens by which a browser is known again, one for each member who used it. */
  readonly deviceTokens?: readonly string[];
}

/** Writes an act's event in the act's own transaction, which must be scoped to `workspaceId`. */
export async function record(
  handles: Pick<IdentityHandles, "audit" | "clock">,
  tx: Tx<IdentityTables>,
  workspaceId: WorkspaceId,
  event: Omit<AuditEvent, "occurredAt">,
): Promise<void> {
  await handles.audit.append(narrow<AuditTables>(tx), workspaceId, [
    { ...event, occurredAt: handles.clock() },
  ]);
}

/** A refusal of somebody whom we do not know. */
export interface StrangersRefusal extends Pick<AuditEvent, "kind" | "subject"> {
  readonly reason: string;
  /**
   * What apart from kind, subject, reason and network makes it another refusal; a keyed hash, never written. Without
   * it the second of two refusals is only counted, and the time saved tells that their subjects are the same.
   */
  readonly about?: Buffer;
}

/**
 * Notes a refusal of somebody whom we do not know, in the installation's log: the first at once, a flood counted.
 * In a transaction of its own, because the one that refuses may roll back.
 */
export async function recordRefusal(
  handles: IdentityHandles,
  address: string,
  { kind, subject, reason, about }: StrangersRefusal,
): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const from = installation
    .hash("attempt", `address:${networkOf(address)}`)
    .toString("hex")
    .slice(0, 16);
  const key = [kind, subject, reason, from, about?.toString("hex") ?? ""].join();
  const due = handles.refusals.note(key, {
    occurredAt: handles.clock(),
    kind,
    actor: "anonymous",
    subject,
    outcome: "refusal",
    detail: { reason, from },
  });
  if (due === undefined) return;
  await inWorkspace(handles.db, INSTALLATION, (tx) =>
    handles.audit.append(narrow<AuditTables>(tx), INSTALLATION, [due]),
  );
}
