import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Team, TeamList } from "../../../contract/teams.ts";
import { api } from "../api/client.ts";

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: ({ signal }) => api.listTeams({ signal }),
});

export const ownershipQuery = queryOptions({
  queryKey: ["members", "ownership"],
  queryFn: ({ signal }) => api.getOwnershipOffer({ signal }),
});

const NONE: readonly Team[] = [];

/** All teams; none while they load, and in a workspace that does without. */
export function useTeams(): readonly Team[] {
  return useQuery(teamsQuery).data?.teams ?? NONE;
}

/** An act on teams: its answer is how they stand after it. */
export function useTeamAct<Given>(act: (given: Given) => Promise<TeamList>, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (teams) => {
      client.setQueryData(teamsQuery.queryKey, teams);
      void client.invalidateQueries({ queryKey: ["members"] });
      onDone();
    },
  });
}
