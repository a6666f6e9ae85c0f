import type { Actor } from "../../identity/actor.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { may } from "../permissions.ts";
import type { AccessTables } from "../tables.ts";
import { type MemberTeams, memberTeamsOfRow } from "./member-teams.ts";
import { listNumberTeams, type NumbersOfTeams } from "./number-teams.ts";

/**
 * Which part of a workspace's chats concerns a member at all, before it is asked what they may see of one: everything,
 * or what is of their teams. A chat of no team is everybody's, so a workspace without teams is one team.
 */
export type Reach =
  | "everything"
  | {
      /** Of the member. */
      readonly teamIds: ReadonlySet<string>;
      /** Numbers that are for other teams. */
      readonly hiddenNumbers: ReadonlySet<string>;
    };

/** Whether a chat is of the member's teams. */
export function isInReach(
  reach: Reach,
  chat: { readonly team_id: string | null; readonly number_id: string },
): boolean {
  if (reach === "everything") return true;
  if (reach.hiddenNumbers.has(chat.number_id)) return false;
  return chat.team_id === null || reach.teamIds.has(chat.team_id);
}

/** Those who see that every chat is there: they open one that is not theirs with a reason. */
export function reachesEverything(actor: Pick<Actor, "role" | "assurance">): boolean {
  return may(actor, "conversation.open_with_reason");
}

export interface ReadReaches {
  /** By member. */
  readonly reaches: ReadonlyMap<string, Reach>;
  /** Rows that we did not write, as subjects of the log. They give nothing. */
  readonly forged: readonly string[];
}

/** The reach of each of these members, as it is now. `tx` must be scoped to the workspace. */
export async function readReaches(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  actors: ReadonlyArray<Pick<Actor, "memberId" | "role" | "assurance">>,
): Promise<ReadReaches> {
  const asked = actors.filter((actor) => !reachesEverything(actor)).map(({ memberId }) => memberId);
  const reaches = new Map<string, Reach>(actors.map(({ memberId }) => [memberId, "everything"]));
  if (asked.length === 0) return { reaches, forged: [] };
  const [rows, numbers] = await Promise.all([
    tx
      .selectFrom("access_team_member")
      .where("workspace_id", "=", vault.workspaceId)
      .where("member_id", "in", asked)
      .select(["member_id", "team_ids", "changed_at", "version", "mac"])
      .execute(),
    listNumberTeams(tx, vault),
  ]);
  const forged: string[] = [];
  const teams = new Map<string, MemberTeams>();
  for (const row of rows) {
    const one = memberTeamsOfRow(vault, row);
    if (one === undefined) forged.push(`access_team_member:${row.member_id}`);
    else teams.set(one.memberId, one);
  }
  for (const [numberId, one] of numbers) if (one === "forged") forged.push(`access_number_team:${numberId}`);
  for (const memberId of asked) reaches.set(memberId, reachOf(teams.get(memberId)?.teamIds ?? [], numbers));
  return { reaches, forged };
}

/** The reach of somebody in these teams. */
export function reachOf(teamIds: readonly string[], numbers: NumbersOfTeams): Reach {
  const own = new Set(teamIds);
  const hiddenNumbers = new Set<string>();
  for (const [numberId, one] of numbers)
    if (one === "forged" || (one.teamIds.length > 0 && !one.teamIds.some((id) => own.has(id))))
      hiddenNumbers.add(numberId);
  return { teamIds: own, hiddenNumbers };
}
