import { type Selectable, sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

/** The teams of a member: power, so the row carries a MAC and a version. */
export interface MemberTeams {
  readonly memberId: string;
  /** Sorted. */
  readonly teamIds: readonly string[];
  readonly changedAt: Date;
  readonly version: number;
}

type Row = Pick<
  Selectable<AccessTables["access_team_member"]>,
  "member_id" | "team_ids" | "changed_at" | "version" | "mac"
>;

const LABEL = "access_team_member";

/** The teams of a row that we wrote, and last; undefined for one that somebody else did, or put back. */
export function memberTeamsOfRow(vault: WorkspaceVault, row: Row): MemberTeams | undefined {
  const teams: MemberTeams = {
    ...{ memberId: row.member_id, teamIds: row.team_ids },
    ...{ changedAt: row.changed_at, version: Number(row.version) },
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, teams), row.mac);
  return isOurs && vault.isNewest(LABEL, { id: teams.memberId, version: teams.version }) ? teams : undefined;
}

export interface KnownTeams {
  /** By member. Whoever is not in it is in no team. */
  readonly teams: ReadonlyMap<string, MemberTeams>;
  /** Members whose row we did not write: they are in no team either. */
  readonly forged: readonly string[];
}

/** Who is in which team, of everybody. `tx` must be scoped to the workspace. */
export async function listMemberTeams(tx: Tx<AccessTables>, vault: WorkspaceVault): Promise<KnownTeams> {
  const rows = await tx
    .selectFrom("access_team_member")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["member_id", "team_ids", "changed_at", "version", "mac"])
    .execute();
  const teams = new Map<string, MemberTeams>();
  const forged: string[] = [];
  for (const row of rows) {
    const one = memberTeamsOfRow(vault, row);
    if (one === undefined) forged.push(row.member_id);
    else teams.set(one.memberId, one);
  }
  return { teams, forged };
}

/**
 * Writes the teams of a member, one version after `before`; a forged row is written over. The caller holds the lock on
 * the workspace's members.
 */
export async function writeMemberTeams(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  given: { readonly memberId: string; readonly teamIds: Iterable<string>; readonly now: Date },
): Promise<void> {
  const { memberId, now } = given;
  const { rows } = await sql<{ version: string }>`
    select version from access_team_member
    where workspace_id = ${vault.workspaceId} and member_id = ${memberId}`.execute(tx);
  const version = Number(rows[0]?.version ?? 0) + 1;
  const teams: MemberTeams = {
    memberId,
    teamIds: [...new Set(given.teamIds)].sort(),
    changedAt: now,
    version,
  };
  const mac = vault.mac(LABEL, macFields(vault, teams));
  const written = { team_ids: [...teams.teamIds], changed_at: now, version, mac };
  await tx
    .insertInto("access_team_member")
    .values({ workspace_id: vault.workspaceId, member_id: memberId, ...written })
    .onConflict((conflict) => conflict.columns(["workspace_id", "member_id"]).doUpdateSet(written))
    .execute();
}

function macFields({ workspaceId }: WorkspaceVault, teams: MemberTeams) {
  return [workspaceId, teams.memberId, teams.teamIds.join(), teams.changedAt, teams.version];
}
