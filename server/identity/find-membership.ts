import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { actorName, type MemberId, type PersonId, type Role } from "./actor.ts";
import { type IdentityHandles, record } from "./handles.ts";
import { findMember } from "./member.ts";
import { decideOwnSignIn } from "./sso/decide-own-sign-in.ts";
import type { IdentityTables } from "./tables.ts";

export interface Membership {
  readonly workspaceId: WorkspaceId;
  readonly memberId: MemberId;
  readonly role: Role;
  /** Open, for the transaction that follows. */
  readonly vault: WorkspaceVault;
  /** The workspace signs in by its company's account only; this is the Owner who may all the same. */
  readonly isBreakGlass: boolean;
}

/**
 * The first workspace in which the person is an active member and may sign in with what they hold themselves. Throws
 * ForgedRow.
 */
export async function findMembership(
  handles: Pick<IdentityHandles, "db" | "vault" | "policies">,
  personId: PersonId,
): Promise<Membership | undefined> {
  const routes = await handles.db
    .selectFrom("identity_membership_route")
    .where("person_id", "=", personId)
    .select(["workspace_id", "member_id"])
    .orderBy("member_id")
    .execute();
  for (const route of routes) {
    const workspaceId = route.workspace_id as WorkspaceId;
    const vault = await handles.vault.openWorkspace(workspaceId);
    const member = await inWorkspace(handles.db, workspaceId, (tx) => findMember(tx, vault, route.member_id));
    if (member?.personId !== personId || member.state !== "active") continue;
    const verdict = decideOwnSignIn(await handles.policies.of(workspaceId), member);
    if (verdict === "refuse") continue;
    const isBreakGlass = verdict === "break_glass";
    return { workspaceId, memberId: member.id, role: member.role, vault, isBreakGlass };
  }
  return undefined;
}

/** Puts on record that an Owner got in past the rule that everybody signs in by the company's account. */
export async function recordBreakGlass(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  { workspaceId, memberId, isBreakGlass }: Membership,
  sessionId: string,
): Promise<void> {
  if (!isBreakGlass) return;
  await inScope(tx, workspaceId, () =>
    record(handles, tx, workspaceId, {
      kind: "identity.break_glass_used",
      actor: actorName({ memberId }),
      subject: `session:${sessionId}`,
      outcome: "success",
      detail: { severity: "critical" },
    }),
  );
}
