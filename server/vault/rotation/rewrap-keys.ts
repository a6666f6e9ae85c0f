import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { dataKeyAssociated } from "../data-key-binding.ts";
import type { NewDataKeyRow } from "../data-key-store.ts";
import type { VaultTables } from "../tables.ts";
import { indexAssociated, type WorkspaceKeys } from "../workspace-keys.ts";
import {
  awaitStaleDataKey,
  holdStaleDataKeys,
  holdStaleIndexKeys,
  type StalePage,
  writeIndexKey,
  writeRewrapped,
} from "./rotation-store.ts";

/** What became of one short batch. */
export interface Rewrapped {
  readonly rewrapped: number;
  /** Keys that do not unwrap under the version that they name: somebody wrote the database, or a disk failed. */
  readonly damaged: number;
}

/**
 * Wraps a page of data keys anew under the newest version. A data key stays the same key with the same id, so nothing
 * that it sealed changes; and a row that does not unwrap stays as it is, with the version that it names.
 */
export async function rewrapPage(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  keys: WorkspaceKeys,
  page: StalePage,
): Promise<Rewrapped & { readonly next: string | undefined }> {
  const rows = await holdStaleDataKeys(tx, workspaceId, page);
  const next = rows.length < page.limit ? undefined : rows.at(-1)?.id;
  return { ...(await rewrap(tx, workspaceId, keys, rows)), next };
}

/** A single one, waiting for whoever holds it. */
export async function rewrapOne(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  keys: WorkspaceKeys,
  id: string,
): Promise<Rewrapped> {
  const row = await awaitStaleDataKey(tx, workspaceId, { id, below: keys.newest });
  return rewrap(tx, workspaceId, keys, row === undefined ? [] : [row]);
}

async function rewrap(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  keys: WorkspaceKeys,
  rows: readonly NewDataKeyRow[],
): Promise<Rewrapped> {
  const fresh = rows.flatMap((row) => {
    const plain = tryUnwrap(keys, row.version, row.wrapped, dataKeyAssociated(workspaceId, row));
    if (plain === undefined) return [];
    const wrapped = keys.wrap(plain, dataKeyAssociated(workspaceId, { ...row, version: keys.newest }));
    plain.fill(0);
    return [{ id: row.id, wrapped }];
  });
  const rewrapped = await writeRewrapped(tx, workspaceId, keys.newest, fresh);
  return { rewrapped, damaged: rows.length - fresh.length };
}

/** The index keys: few, and held by nobody. Returns how many do not unwrap. */
export async function rewrapIndexKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  keys: WorkspaceKeys,
): Promise<number> {
  let damaged = 0;
  for (const row of await holdStaleIndexKeys(tx, workspaceId, keys.newest)) {
    const associated = indexAssociated(workspaceId, row.name);
    const plain = tryUnwrap(keys, row.version, row.wrapped, associated);
    if (plain === undefined) damaged += 1;
    else {
      const wrapped = keys.wrap(plain, associated);
      plain.fill(0);
      await writeIndexKey(tx, workspaceId, { name: row.name, version: keys.newest, wrapped });
    }
  }
  return damaged;
}

function tryUnwrap(
  keys: WorkspaceKeys,
  version: number,
  wrapped: Buffer,
  associated: Buffer,
): Buffer | undefined {
  try {
    return keys.unwrap(version, wrapped, associated);
  } catch {
    return undefined;
  }
}
