import { inScope, narrow } from "../../platform/database.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { actorName, type PersonId } from "../actor.ts";
import { hashEmail } from "../email.ts";
import { COMPANY_ENROLMENT_MS, grantEnrolmentLeave } from "../factors/enrol-first-factor.ts";
import { revokeInvitationsOf } from "../invitation.ts";
import { findMember, insertMember, type Member, sealMemberName, updateMember } from "../member.ts";
import { insertPersonOnly } from "../person.ts";
import { deleteSessions } from "../session.ts";
import { deleteLinksOfMember } from "../sso/link.ts";
import type { ScimAct } from "./act-as-directory.ts";
import { ownerUntouched, ScimError } from "./scim-error.ts";
import type { ScimTables } from "./tables.ts";
import type { ScimUser, UserProfile } from "./user-row.ts";

/** The member of a user. Refuses to go on with an Owner, and puts it on record. */
export async function getManaged(act: ScimAct, user: ScimUser): Promise<Member> {
  const member = await findMember(act.tx, act.vault, user.memberId);
  if (member === undefined) throw new Error("a directory's user without a member");
  if (member.role === "owner") throw ownerUntouched();
  return member;
}

/** The member with this address here, "elsewhere" for a login of another workspace, undefined for nobody's. */
export async function findMemberByEmail(
  { tx, vault, installation }: ScimAct,
  email: string,
): Promise<Member | "elsewhere" | undefined> {
  const login = await tx
    .selectFrom("identity_login")
    .where("email_hash", "=", hashEmail(installation, email))
    .select("person_id")
    .executeTakeFirst();
  if (login === undefined) return undefined;
  const row = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .where("person_id", "=", login.person_id)
    .select("id")
    .executeTakeFirst();
  return row === undefined ? "elsewhere" : findMember(tx, vault, row.id);
}

/** A member without a password: they sign in with their company's account. */
export async function makeMember(act: ScimAct, profile: UserProfile): Promise<Member> {
  const { tx, vault, installation, now } = act;
  const personId = newId<PersonId>();
  const until = new Date(now.getTime() + COMPANY_ENROLMENT_MS);
  await inScope(tx, INSTALLATION, async () => {
    await insertPersonOnly(tx, installation, { personId, email: profile.email, language: "en", now });
    await grantEnrolmentLeave(tx, installation, { personId, now, until });
  });
  const member = await insertMember(tx, vault, { personId, name: profile.displayName, role: "agent", now });
  return member;
}

/**
 * Ends a member's access at once: sessions, invitations they offered, the chats they hold. Answers them as they are;
 * whoever is deactivated already stays so as somebody here did it.
 */
export async function deactivate(act: ScimAct, member: Member): Promise<Member> {
  const { handles, tx, vault, now } = act;
  if (member.state !== "active") return member;
  const left = await updateMember(tx, vault, { ...member, state: "deactivated", deactivatedAt: now });
  await deleteSessions(tx, act.installation, { memberId: member.id });
  await revokeInvitationsOf(tx, vault, member.id, now);
  await handles.onMemberLeft(tx, { workspaceId: vault.workspaceId, memberId: member.id });
  await act.record({
    kind: "identity.scim_member_deactivated",
    subject: actorName({ memberId: member.id }),
    outcome: "success",
    detail: { role: member.role },
  });
  return left;
}

/** Gives back the access that the directory took; not what was taken here, before or since. */
export async function reactivate(
  act: ScimAct,
  member: Member,
  { deactivatedAt }: Pick<ScimUser, "deactivatedAt">,
): Promise<void> {
  if (member.state === "active") return;
  if (deactivatedAt === null || member.deactivatedAt?.getTime() !== deactivatedAt.getTime())
    return act.record({
      kind: "identity.scim_refused",
      subject: actorName({ memberId: member.id }),
      outcome: "refusal",
      detail: { reason: "deactivated_here" },
    });
  await updateMember(act.tx, act.vault, { ...member, state: "active", deactivatedAt: null });
  await act.record({
    kind: "identity.scim_member_reactivated",
    subject: actorName({ memberId: member.id }),
    outcome: "success",
    detail: { role: member.role },
  });
}

/** A company account that belonged to who left is nobody's until it is said again whose it is. */
export async function forgetAccounts({ tx, vault }: ScimAct, member: Member): Promise<void> {
  await deleteLinksOfMember(tx, vault, { memberId: member.id });
}

export async function renameMember({ tx, vault, now }: ScimAct, member: Member, name: string): Promise<void> {
  const name_sealed = await sealMemberName(tx, vault, member.id, name, now);
  await tx
    .updateTable("identity_member")
    .set({ name_sealed })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", member.id)
    .execute();
}

/** How many users the directory keeps here. */
export async function countUsers({ tx, vault }: Pick<ScimAct, "tx" | "vault">): Promise<number> {
  const { count } = await narrow<ScimTables>(tx)
    .selectFrom("identity_scim_user")
    .where("workspace_id", "=", vault.workspaceId)
    .where("deleted_at", "is", null)
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export function taken(): ScimError {
  return new ScimError(409, "This name, address or id is in use already.", "uniqueness");
}
