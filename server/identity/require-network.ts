import type { AuditTables } from "../audit/tables.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { actorName, type MemberId, type Role } from "./actor.ts";
import type { IdentityHandles } from "./handles.ts";

export interface SignInFrom {
  readonly workspaceId: WorkspaceId;
  /** Undefined for somebody who is about to become a member. */
  readonly memberId: MemberId | undefined;
  readonly role: Role;
  readonly address: string;
  /** What they have just proved: "password", "passkey", "oidc", "saml", "invitation". */
  readonly by: string;
}

/**
 * Whether somebody who has just proved who they are may sign in from where they are. A no is put on record in their
 * workspace, and is all that is: whoever asks this asks before anything else is written. In transactions of its own, so
 * that it must not be asked within one.
 */
export async function mayComeFrom(handles: IdentityHandles, given: SignInFrom): Promise<boolean> {
  const { workspaceId, memberId, by } = given;
  if (await handles.networks.admits(given)) return true;
  const actor = memberId === undefined ? "anonymous" : actorName({ memberId });
  await noteNetworkRefused(handles, workspaceId, { actor, operation: "sign_in", by });
  return false;
}

/** Puts a refused network on record: the first at once, a flood counted. In a transaction of its own. */
export async function noteNetworkRefused(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
  refused: { readonly actor: string; readonly operation: "sign_in" | "scim"; readonly by?: string },
): Promise<void> {
  const { actor, operation, by } = refused;
  const code = "access.network_refused" as const;
  const event = {
    ...{ occurredAt: handles.clock(), kind: code, actor, subject: `operation:${operation}` },
    outcome: "refusal" as const,
    detail: by === undefined ? { code } : { code, by },
  };
  const due = handles.refusals.note([code, workspaceId, actor, by].join(), event, workspaceId);
  if (due === undefined) return;
  await inWorkspace(handles.db, workspaceId, (tx) =>
    handles.audit.append(narrow<AuditTables>(tx), workspaceId, [due]),
  );
}

/** Whoever has proved more than a password may know why they are refused. */
export function networkRefused(): Refusal {
  return new Refusal("forbidden", "access.network_refused");
}
