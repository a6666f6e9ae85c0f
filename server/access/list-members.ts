import type { Actor, MemberId, Role } from "../identity/actor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { listMemberRows } from "../identity/member.ts";
import { listEmails } from "../identity/person.ts";
import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { readTeams } from "./member-facts.ts";
import { may } from "./permissions.ts";

/** A member as colleagues see them. */
export interface MemberView {
  readonly id: MemberId;
  readonly name: string;
  /** Null for those who may not read it. */
  readonly email: string | null;
  readonly role: Role;
  readonly state: "active" | "deactivated";
  readonly teamIds: readonly string[];
  readonly createdAt: Date;
  /** To within some minutes. */
  readonly lastSeenAt: Date | null;
}

/** Everybody, those who left included, in the order in which they came. A forged row shows what it gives: nothing. */
export async function listMembers(handles: IdentityHandles, actor: Actor): Promise<MemberView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const rows = await listMemberRows(tx, vault);
    const { teamsOf } = await readTeams({ tx, vault });
    const people = rows.map(({ member }) => member.personId);
    const emails = may(actor, "member.read_email")
      ? await inScope(tx, INSTALLATION, () => listEmails(tx, installation, people))
      : new Map<string, string>();
    return rows.map(({ member, name, isOurs, lastSeenAt }) => ({
      id: member.id,
      name,
      email: emails.get(member.personId) ?? null,
      role: isOurs ? member.role : "agent",
      state: isOurs ? member.state : "deactivated",
      teamIds: isOurs ? [...teamsOf(member)] : [],
      createdAt: member.createdAt,
      lastSeenAt,
    }));
  });
}

/** One of them. */
export async function getMember(
  handles: IdentityHandles,
  actor: Actor,
  memberId: string,
): Promise<MemberView> {
  const member = (await listMembers(handles, actor)).find(({ id }) => id === memberId.toLowerCase());
  if (member === undefined) throw new Refusal("not_found", "access.member_not_found");
  return member;
}
