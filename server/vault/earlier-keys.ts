import type { Db, Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { CarriedLabel } from "./installation-label.ts";
import type { RootKeyProvider } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import { insertIndexKey } from "./workspace-key-store.ts";
import { indexAssociated, type WorkspaceKeys } from "./workspace-keys.ts";

/*
 * What an earlier root key has derived, kept among the installation's index keys: wrapped by the installation's key,
 * re-wrapped by its rotations, and part of every key bundle. It says nothing about the root key that it came from.
 */

function nameOf(rootId: string, label: CarriedLabel): string {
  return `earlier/${rootId}/${label}`;
}

/** Keeps what `root` derives for `labels`. `tx` is scoped to the installation, whose keys are `keys`. */
export async function keepDerivedKeys(
  tx: Tx<VaultTables>,
  keys: WorkspaceKeys,
  root: RootKeyProvider,
  labels: readonly CarriedLabel[],
): Promise<void> {
  const rootId = await root.id();
  for (const label of labels) {
    const name = nameOf(rootId, label);
    const derived = await root.derive(label);
    const wrapped = keys.wrap(derived, indexAssociated(INSTALLATION, name));
    derived.fill(0);
    await insertIndexKey(tx, INSTALLATION, name, { version: keys.newest, wrapped });
  }
}

/** What earlier root keys have derived for `label`, the earliest first. `db` is scoped to the installation. */
export async function listDerivedKeys(
  db: Db<VaultTables>,
  keys: WorkspaceKeys,
  label: CarriedLabel,
): Promise<Buffer[]> {
  const rows = await db
    .selectFrom("vault.index_key")
    .select(["name", "workspace_key_version as version", "wrapped"])
    .where("workspace_id", "=", INSTALLATION)
    .where("name", "like", `earlier/%/${label}`)
    .orderBy("created_at")
    .execute();
  return rows.map((row) => keys.unwrap(row.version, row.wrapped, indexAssociated(INSTALLATION, row.name)));
}
