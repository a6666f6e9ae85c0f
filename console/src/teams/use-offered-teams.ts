import type { Team } from "../../../contract/teams.ts";
import { useMay, useMe } from "../api/me.ts";
import { useTeams } from "./teams-query.ts";

/** The teams into which the reader may bring somebody: all for an Admin, their own for a Team Lead. */
export function useOfferedTeams(): readonly Team[] {
  const me = useMe();
  const may = useMay();
  const teams = useTeams();
  return may("member.manage_all") ? teams : teams.filter(({ memberIds }) => memberIds.includes(me.memberId));
}
