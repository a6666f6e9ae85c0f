import assert from "node:assert/strict";
import { sql } from "kysely";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import type { KeyRoom } from "./key-room.ts";
import type { SealedColumn } from "./sealed-columns.ts";

/** Whose contacts are erased, and where their values may lie. */
export interface ErasureScene {
  readonly room: KeyRoom;
  readonly workspaceId: WorkspaceId;
  readonly columns: readonly SealedColumn[];
}

/** What an erasure saw: the values that stood sealed under the keys that it destroyed, before anybody can add one. */
export interface Erasure {
  readonly keyIds: readonly string[];
  readonly sealedBefore: ReadonlySet<string>;
}

/**
 * "No row sealed with a destroyed key": once the erasure's statement has returned, and for ever after, nobody commits
 * a value that names one of the keys which it destroyed. All there is was there before, and it does not open. It is a
 * contact whose chat nobody has taken; undefined where there is none left.
 */
export async function eraseSomebody(scene: ErasureScene): Promise<Erasure | undefined> {
  const { room, workspaceId, columns } = scene;
  const workspace = await room.foundation.vault.openWorkspace(workspaceId);
  return await inWorkspace(room.db, workspaceId, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select c.id from inbox_contact c
      where exists (
          select from vault.data_key k where k.subject_id = c.id and k.wrapped is not null and k.class = 'conversation')
        and not exists (
          select from inbox_conversation v where v.contact_id = c.id and v.assignee_id is not null)
      order by random() limit 1`.execute(tx);
    const [contact] = rows;
    if (contact === undefined) return undefined;
    await workspace.destroyKeys(narrow(tx), [contact.id], new Date());
    const keys = await sql<{ id: string }>`
      select replace(id::text, '-', '') as id from vault.data_key
      where subject_id = ${contact.id} and wrapped is null`.execute(tx);
    const keyIds = keys.rows.map(({ id }) => id);
    const seen = await valuesUnder(columns, keyIds).execute(tx);
    return { keyIds, sealedBefore: new Set(seen.rows.map(({ value }) => value)) };
  });
}

/** Holds each erasure against what there is now. */
export async function assertNothingSealedLater(
  { room, workspaceId, columns }: ErasureScene,
  erasures: readonly Erasure[],
): Promise<void> {
  await inWorkspace(room.db, workspaceId, async (tx) => {
    for (const { keyIds, sealedBefore } of erasures) {
      const { rows } = await valuesUnder(columns, keyIds).execute(tx);
      const late = rows.filter(({ value }) => !sealedBefore.has(value));
      assert.deepEqual(late, [], "a value was sealed with a key after its destruction");
    }
  });
}

/** Every sealed value of the workspace, as hexadecimal: what names one of these keys. */
function valuesUnder(columns: readonly SealedColumn[], keyIds: readonly string[]) {
  const each = columns
    .filter(({ table }) => !table.startsWith("identity_"))
    .map(
      ({ table, column }) => sql`select encode(${sql.ref(column)}, 'hex') as value from ${sql.table(table)}
        where encode(substr(${sql.ref(column)}, 2, 16), 'hex') = any(${keyIds})`,
    );
  return sql<{ value: string }>`${sql.join(each, sql` union all `)}`;
}
