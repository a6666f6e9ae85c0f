import type { Selectable } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

/** A team of a workspace, its MAC checked. */
export interface Team {
  readonly id: string;
  readonly nameSealed: Buffer;
  readonly createdAt: Date;
  /** It is no more: nobody is in it and no chat is its own. */
  readonly dissolvedAt: Date | null;
  readonly version: number;
}

type Row = Selectable<AccessTables["access_team"]>;

const LABEL = "access_team";
const TABLE = "access_team";

/** Those that stand, oldest first. A row that we did not write is none. `tx` must be scoped to the workspace. */
export async function listTeamRows(tx: Tx<AccessTables>, vault: WorkspaceVault): Promise<Team[]> {
  const rows = await tx
    .selectFrom(TABLE)
    .where("workspace_id", "=", vault.workspaceId)
    .selectAll()
    .orderBy("id")
    .execute();
  return rows.flatMap((row) => teamOf(vault, row) ?? []).filter(({ dissolvedAt }) => dissolvedAt === null);
}

export async function insertTeam(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  given: { readonly name: string; readonly now: Date },
): Promise<Team> {
  const id = newId<string>();
  const nameSealed = await sealTeamName(tx, vault, { id, ...given });
  const team: Team = { id, nameSealed, createdAt: given.now, dissolvedAt: null, version: 1 };
  await tx
    .insertInto(TABLE)
    .values({
      ...{ workspace_id: vault.workspaceId, id, name_sealed: nameSealed },
      ...{ created_at: given.now, dissolved_at: null, version: 1, mac: macOf(vault, team) },
    })
    .execute();
  return team;
}

/** Writes a team as it is now, one version on. */
export async function updateTeam(tx: Tx<AccessTables>, vault: WorkspaceVault, changed: Team): Promise<void> {
  const team: Team = { ...changed, version: changed.version + 1 };
  await tx
    .updateTable(TABLE)
    .set({
      ...{ name_sealed: team.nameSealed, dissolved_at: team.dissolvedAt },
      ...{ version: team.version, mac: macOf(vault, team) },
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", team.id)
    .executeTakeFirstOrThrow();
}

/** Under a key of the team's own. */
export async function sealTeamName(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  { id, name, now }: { readonly id: string; readonly name: string; readonly now: Date },
): Promise<Buffer> {
  const subject = { subjectId: id, keyClass: "workspace", at: now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, teamNamePlace(id), name);
}

export function teamNamePlace(teamId: string) {
  return { table: TABLE, column: "name_sealed", rowId: teamId };
}

function teamOf(vault: WorkspaceVault, row: Row): Team | undefined {
  const team: Team = {
    ...{ id: row.id, nameSealed: row.name_sealed, createdAt: row.created_at },
    ...{ dissolvedAt: row.dissolved_at, version: Number(row.version) },
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, team), row.mac);
  return isOurs && vault.isNewest(LABEL, team) ? team : undefined;
}

function macOf(vault: WorkspaceVault, team: Team): Buffer {
  return vault.mac(LABEL, macFields(vault, team));
}

function macFields({ workspaceId }: WorkspaceVault, team: Team) {
  return [workspaceId, team.id, team.nameSealed, team.createdAt, team.dissolvedAt, team.version];
}
