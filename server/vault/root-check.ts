import type { Kysely } from "kysely";
import { inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { StartFault } from "../platform/start-fault.ts";
import type { RootKeyProvider } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import { listWorkspaceKeys } from "./workspace-key-store.ts";

const CHECK_ID = 1;
const CHECK_TEXT = Buffer.from("wardroom root check");
const CHECK_ASSOCIATED = Buffer.from("wardroom/root-check/v1");

/**
 * Whether this database has keys already. Then the root key that wrapped them must be found: a new one would open
 * nothing, and hide that the old one is lost.
 */
export async function isSealed(db: Kysely<VaultTables>): Promise<boolean> {
  const check = await db.selectFrom("vault.root_check").select("id").executeTakeFirst();
  if (check !== undefined) return true;
  const keys = await inWorkspace(db, INSTALLATION, (tx) => listWorkspaceKeys(tx, INSTALLATION));
  return keys.length > 0;
}

/** The identifier of the root key that wraps this database's workspace keys; undefined where there is none yet. */
export async function findRootKeyId(db: Kysely<VaultTables>): Promise<string | undefined> {
  const check = await db
    .selectFrom("vault.root_check")
    .select("root_key")
    .where("id", "=", CHECK_ID)
    .executeTakeFirst();
  return check?.root_key.toString("hex");
}

/**
 * Makes sure that what `root` wraps in `tx` will open: no other process changes the root key before `tx` ends. Refuses
 * with `vault.root_key_changed` when one has, and this process does not have the new one.
 */
export async function holdRootKey(tx: Tx<VaultTables>, root: RootKeyProvider): Promise<void> {
  const check = await tx
    .selectFrom("vault.root_check")
    .select("root_key")
    .where("id", "=", CHECK_ID)
    .forShare()
    .executeTakeFirst();
  const current = check?.root_key.toString("hex");
  if (current !== undefined && current === (await root.id())) return;
  await root.renew?.();
  if (current !== (await root.id())) throw new Refusal("unavailable", "vault.root_key_changed");
}

/** Names `next` as the root key from the commit of `tx` on, which holds the row by `lockRootKey`. */
export async function replaceRootCheck(tx: Tx<VaultTables>, next: RootKeyProvider): Promise<void> {
  await tx
    .updateTable("vault.root_check")
    .set({
      root_key: Buffer.from(await next.id(), "hex"),
      sealed: await next.wrap(CHECK_TEXT, CHECK_ASSOCIATED),
    })
    .where("id", "=", CHECK_ID)
    .execute();
}

/** The identifier of the current root key, held against everybody until `tx` ends. */
export async function lockRootKey(tx: Tx<VaultTables>): Promise<string | undefined> {
  const check = await tx
    .selectFrom("vault.root_check")
    .select("root_key")
    .where("id", "=", CHECK_ID)
    .forUpdate()
    .executeTakeFirst();
  return check?.root_key.toString("hex");
}

/** Binds an unsealed database to `root`; throws a StartFault when another root key wrapped it. */
export async function checkRootKey(db: Kysely<VaultTables>, root: RootKeyProvider): Promise<void> {
  const rootKey = Buffer.from(await root.id(), "hex");
  if (!(await isSealed(db))) {
    await db
      .insertInto("vault.root_check")
      .values({ id: CHECK_ID, root_key: rootKey, sealed: await root.wrap(CHECK_TEXT, CHECK_ASSOCIATED) })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
  const check = await db
    .selectFrom("vault.root_check")
    .select(["root_key", "sealed"])
    .where("id", "=", CHECK_ID)
    .executeTakeFirst();
  if (check === undefined) throw checkMissing();
  if (!check.root_key.equals(rootKey) || !(await opens(root, check.sealed))) {
    throw wrongRootKey(check.root_key.toString("hex"), rootKey.toString("hex"));
  }
}

async function opens(root: RootKeyProvider, sealed: Buffer): Promise<boolean> {
  try {
    return (await root.unwrap(sealed, CHECK_ASSOCIATED)).equals(CHECK_TEXT);
  } catch {
    return false;
  }
}

function wrongRootKey(expected: string, given: string): StartFault {
  return new StartFault(
    `This database was sealed under root key ${shown(expected)}, but the root key given is ${shown(given)}.`,
    "Point the settings at the root key of this database, or at the database of this root key. A new key would open nothing.",
  );
}

function checkMissing(): StartFault {
  return new StartFault(
    "The database holds keys, but not the row by which their root key is checked (vault.root_check).",
    "Restore the schema vault from the newest key bundle; do not start on a half-restored database.",
  );
}

/** Enough to compare by eye. */
function shown(id: string): string {
  return id.slice(0, 8);
}
