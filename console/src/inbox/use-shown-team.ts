import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { Counts } from "../../../contract/conversations.ts";
import { countsQuery } from "../api/queries.ts";

/** The team whose chats alone are shown, by the address; undefined: of all that one sees. */
export function useShownTeam(): string | undefined {
  return useSearch({ strict: false }).team;
}

/** Open chats by view, of the team that is shown or of all; undefined while they load. */
export function useShownCounts(): Pick<Counts, "mine" | "unassigned" | "all"> | undefined {
  const team = useShownTeam();
  const counts = useQuery(countsQuery).data;
  if (counts === undefined || team === undefined) return counts;
  return counts.teams[team] ?? { mine: 0, unassigned: 0, all: counts.all === null ? null : 0 };
}
