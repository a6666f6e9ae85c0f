import { findMember, listMembers, type Member } from "../identity/member.ts";
import { narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import type { MemberAct } from "./act-on-members.ts";
import type { MemberFacts, MemberVerdict } from "./decide-member-change.ts";
import type { AccessTables } from "./tables.ts";
import { listMemberTeams } from "./teams/member-teams.ts";
import { listTeamRows } from "./teams/team.ts";

/** What an act on a member is decided by, read under the act's lock. */
export async function getMemberFacts(act: MemberAct, memberId: string): Promise<MemberFacts> {
  const target = await findMember(act.tx, act.vault, memberId);
  if (target === undefined) throw new Refusal("not_found", "access.member_not_found");
  // Rows that are not ours are left out: a forged Owner does not let the last real one go.
  const owners = (await listMembers(act.tx, act.vault)).filter(
    ({ role, state }) => role === "owner" && state === "active",
  );
  const { teams, teamsOf } = await readTeams(act);
  return {
    ...{ self: act.self, target, owners: owners.length, teams },
    ...{ ofSelf: teamsOf(act.self), ofTarget: teamsOf(target) },
  };
}

/** The teams that there are, and whose they are. */
export async function readTeams({ tx, vault }: Pick<MemberAct, "tx" | "vault">) {
  const ours = narrow<AccessTables>(tx);
  const teams = new Set((await listTeamRows(ours, vault)).map(({ id }) => id));
  const known = (await listMemberTeams(ours, vault)).teams;
  const teamsOf = ({ id }: Pick<Member, "id">): ReadonlySet<string> =>
    new Set(known.get(id)?.teamIds ?? []).intersection(teams);
  return { teams: teams as ReadonlySet<string>, teamsOf };
}

/** False when there is nothing to do; a no is thrown. */
export function isAllowed(verdict: MemberVerdict): boolean {
  switch (verdict) {
    case "allow":
      return true;
    case "unchanged":
      return false;
    case "access.last_owner":
      throw new Refusal("conflict", verdict);
    case "access.team_unknown":
    case "access.team_needed":
      throw new Refusal("invalid", verdict);
    default:
      throw new Refusal("forbidden", verdict);
  }
}
