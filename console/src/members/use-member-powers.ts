import type { Member } from "../../../contract/members.ts";
import { useMay, useMe } from "../api/me.ts";
import { useTeams } from "../teams/teams-query.ts";
import { ROLES } from "./roles.ts";

export interface MemberPowers {
  readonly changeRole: boolean;
  readonly changeTeams: boolean;
  readonly suspend: boolean;
  readonly reactivate: boolean;
  /** Say that their password is known to others. */
  readonly askPassword: boolean;
  /** Say that all second factors are lost. */
  readonly resetFactors: boolean;
}

/** What the reader could do about a member. The server decides; this only hides what it would refuse. */
export function useMemberPowers(member: Member): MemberPowers {
  const me = useMe();
  const may = useMay();
  const teams = useTeams();
  const isSelf = member.id === me.memberId;
  const isAbove = ROLES.indexOf(member.role) > ROLES.indexOf(me.role);
  const own = teams.filter(({ memberIds }) => memberIds.includes(me.memberId));
  const isTheirs =
    member.role === "agent" && (teams.length === 0 || own.some(({ id }) => member.teamIds.includes(id)));
  const manages = !isAbove && (may("member.manage_all") || isTheirs);
  return {
    changeRole: !isSelf && !isAbove && may("member.change_role"),
    changeTeams:
      teams.length > 0 && may("member.change_teams") && manages && (!isSelf || may("member.manage_all")),
    askPassword: !isSelf && !isAbove && may("member.ask_new_password"),
    resetFactors: !isSelf && !isAbove && may("member.reset_factors"),
    suspend: !isSelf && manages && may("member.deactivate"),
    reactivate: !isSelf && manages && may("member.reactivate"),
  };
}
