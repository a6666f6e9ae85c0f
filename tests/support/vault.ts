import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { narrow } from "../../server/platform/database.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { LocalRootKey } from "../../server/vault/root-key.ts";
import type { VaultTables } from "../../server/vault/tables.ts";
import type { Vault } from "../../server/vault/vault.ts";

/** A vault over a test database, under a root key that nobody keeps unless `root` is given. */
// biome-ignore lint/suspicious/noExplicitAny: the handle of any room's test
export async function testVault(db: Kysely<any>, root: Buffer = randomBytes(32)): Promise<Vault> {
  return openVault(narrow<VaultTables>(db), async () => new LocalRootKey("file", root));
}
