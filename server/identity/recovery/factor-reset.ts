import type { Selectable } from "kysely";
import { afterCommit, narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId, PersonId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityTables } from "../tables.ts";
import type { IdentityCheck, RecoveryTables } from "./tables.ts";

/** How long anybody concerned has to say that it is wrong, in ms (issue 4). */
export const FACTOR_RESET_MS = 24 * 60 * 60_000;

/** That a member has lost all second factors, as an Admin confirmed it; MAC and version checked. */
export interface FactorReset {
  readonly id: string;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly startedBy: MemberId;
  readonly how: IdentityCheck;
  readonly noteSealed: Buffer;
  readonly state: "pending" | "cancelled" | "done";
  readonly createdAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly version: number;
}

type Row = Selectable<RecoveryTables["identity_factor_reset"]>;

const LABEL = "identity_factor_reset";

/** All here needs a transaction scoped to the vault's workspace. False where one is pending already. */
export async function insertFactorReset(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: Pick<FactorReset, "memberId" | "personId" | "startedBy" | "how"> & {
    readonly note: string;
    readonly now: Date;
  },
): Promise<FactorReset | undefined> {
  const { note, now, ...what } = given;
  const id = newId<string>();
  const subject = { subjectId: given.memberId, keyClass: "member", at: now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const reset: FactorReset = {
    ...{ ...what, id, state: "pending", createdAt: now, endedAt: null, version: 1 },
    noteSealed: keys.seal(subject, notePlace(id), note),
    dueAt: new Date(now.getTime() + FACTOR_RESET_MS),
  };
  const made = await tx
    .insertInto("identity_factor_reset")
    .values({
      ...{ workspace_id: vault.workspaceId, id, member_id: reset.memberId, person_id: reset.personId },
      ...{ started_by: reset.startedBy, how: reset.how, note_sealed: reset.noteSealed, state: reset.state },
      ...{ created_at: now, due_at: reset.dueAt, ended_at: null, version: 1 },
      mac: vault.mac(LABEL, macFields(vault, reset)),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return made === undefined ? undefined : reset;
}

/** Locked until the transaction ends. Throws ForgedRow. */
export async function lockFactorReset(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  id: string,
): Promise<FactorReset | undefined> {
  const row = await tx
    .selectFrom("identity_factor_reset")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const reset = resetOf(vault, row);
  if (reset === undefined) throw new ForgedRow(LABEL, row.id);
  return reset;
}

/** Those that wait, oldest first, without rows that are not ours. */
export async function listPendingResets(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
): Promise<FactorReset[]> {
  const rows = await tx
    .selectFrom("identity_factor_reset")
    .where("workspace_id", "=", vault.workspaceId)
    .where("state", "=", "pending")
    .selectAll()
    .orderBy("id")
    .execute();
  return rows.flatMap((row) => resetOf(vault, row) ?? []);
}

/** Ids of those that are due, ours or not: who acts on one locks it and checks it. */
export async function listDueResetIds(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  now: Date,
): Promise<string[]> {
  const rows = await tx
    .selectFrom("identity_factor_reset")
    .where("workspace_id", "=", vault.workspaceId)
    .where("state", "=", "pending")
    .where("due_at", "<=", now)
    .select("id")
    .execute();
  return rows.map(({ id }) => id);
}

export async function endFactorReset(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  before: FactorReset,
  { state, now }: { readonly state: "cancelled" | "done"; readonly now: Date },
): Promise<void> {
  const reset: FactorReset = { ...before, state, endedAt: now, version: before.version + 1 };
  await tx
    .updateTable("identity_factor_reset")
    .set({ state, ended_at: now, version: reset.version, mac: vault.mac(LABEL, macFields(vault, reset)) })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", reset.id)
    .executeTakeFirstOrThrow();
  // Remembered, so that the row of before, put back, is known to be old.
  afterCommit(tx, () => void vault.isNewest(LABEL, reset));
}

export function notePlace(rowId: string) {
  return { table: "identity_factor_reset", column: "note_sealed", rowId };
}

function resetOf(vault: WorkspaceVault, row: Row): FactorReset | undefined {
  const reset: FactorReset = {
    ...{ id: row.id, memberId: row.member_id as MemberId, personId: row.person_id as PersonId },
    ...{ startedBy: row.started_by as MemberId, how: row.how, noteSealed: row.note_sealed, state: row.state },
    ...{ createdAt: row.created_at, dueAt: row.due_at, endedAt: row.ended_at, version: Number(row.version) },
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, reset), row.mac) && vault.isNewest(LABEL, reset);
  return isOurs ? reset : undefined;
}

function macFields(
  { workspaceId }: WorkspaceVault,
  reset: FactorReset,
): Array<string | number | Buffer | Date | null> {
  const { id, memberId, personId, startedBy, how, noteSealed, state, createdAt, dueAt, endedAt } = reset;
  return [
    ...[workspaceId, id, memberId, personId, startedBy, how, noteSealed, state, createdAt, dueAt, endedAt],
    reset.version,
  ];
}
