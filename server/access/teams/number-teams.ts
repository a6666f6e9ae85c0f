import { type Selectable, sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

/** Which teams see a number, and whose its new chats are. */
export interface NumberTeams {
  readonly numberId: string;
  /** Sorted; empty: everybody sees it. */
  readonly teamIds: readonly string[];
  /** Null: new chats are everybody's. One of `teamIds` where there are any. */
  readonly defaultTeamId: string | null;
  readonly changedAt: Date;
  readonly version: number;
}

type Row = Pick<
  Selectable<AccessTables["access_number_team"]>,
  "number_id" | "team_ids" | "default_team_id" | "changed_at" | "version" | "mac"
>;

const LABEL = "access_number_team";

/** The row that we wrote, and last; undefined for one that somebody else did, or put back. */
export function numberTeamsOfRow(vault: WorkspaceVault, row: Row): NumberTeams | undefined {
  const teams: NumberTeams = {
    ...{ numberId: row.number_id, teamIds: row.team_ids, defaultTeamId: row.default_team_id },
    ...{ changedAt: row.changed_at, version: Number(row.version) },
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, teams), row.mac);
  return isOurs && vault.isNewest(LABEL, { id: teams.numberId, version: teams.version }) ? teams : undefined;
}

/** By number; "forged" where somebody else wrote the row. A number that is not in it is everybody's. */
export type NumbersOfTeams = ReadonlyMap<string, NumberTeams | "forged">;

/** `tx` must be scoped to the workspace. */
export async function listNumberTeams(tx: Tx<AccessTables>, vault: WorkspaceVault): Promise<NumbersOfTeams> {
  const rows = await tx
    .selectFrom("access_number_team")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["number_id", "team_ids", "default_team_id", "changed_at", "version", "mac"])
    .execute();
  return new Map(rows.map((row) => [row.number_id, numberTeamsOfRow(vault, row) ?? "forged"]));
}

/** Whose a new chat with this number is. Of a forged row: everybody's, and nobody but an Admin reaches the number. */
export function defaultTeamOf(numbers: NumbersOfTeams, numberId: string): string | null {
  const teams = numbers.get(numberId);
  return teams === undefined || teams === "forged" ? null : teams.defaultTeamId;
}

/** Writes them, one version on; a forged row is written over. The caller holds the lock on the workspace's members. */
export async function writeNumberTeams(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  given: Pick<NumberTeams, "numberId" | "teamIds" | "defaultTeamId"> & { readonly now: Date },
): Promise<void> {
  const { numberId, defaultTeamId, now } = given;
  const { rows } = await sql<{ version: string }>`
    select version from access_number_team
    where workspace_id = ${vault.workspaceId} and number_id = ${numberId}`.execute(tx);
  const version = Number(rows[0]?.version ?? 0) + 1;
  const teamIds = [...new Set(given.teamIds)].sort();
  const teams: NumberTeams = { numberId, teamIds, defaultTeamId, changedAt: now, version };
  const mac = vault.mac(LABEL, macFields(vault, teams));
  const written = { team_ids: teamIds, default_team_id: defaultTeamId, changed_at: now, version, mac };
  await tx
    .insertInto("access_number_team")
    .values({ workspace_id: vault.workspaceId, number_id: numberId, ...written })
    .onConflict((conflict) => conflict.columns(["workspace_id", "number_id"]).doUpdateSet(written))
    .execute();
}

function macFields({ workspaceId }: WorkspaceVault, teams: NumberTeams) {
  const { numberId, teamIds, defaultTeamId, changedAt, version } = teams;
  return [workspaceId, numberId, teamIds.join(), defaultTeamId, changedAt, version];
}
