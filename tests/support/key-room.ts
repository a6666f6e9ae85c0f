import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Kysely, KyselyPlugin } from "kysely";
import { openAuditLog } from "../../server/audit/audit-log.ts";
import type { AllTables } from "../../server/compose/foundation.ts";
import type { KeysFoundation } from "../../server/compose/keep-key-bundle.ts";
import { narrow, openDatabase } from "../../server/platform/database.ts";
import { newId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { auditPendingLabel } from "../../server/vault/installation-label.ts";
import { openRootKey, type RootKeySettings } from "../../server/vault/open-root-key.ts";
import { openVault } from "../../server/vault/open-vault.ts";
import { settleRootKeyFiles } from "../../server/vault/root-key-files.ts";
import type { VaultTables } from "../../server/vault/tables.ts";

/** What a process needs to work with the keys of a test's database. Crosses to child processes as JSON. */
export interface KeyRoomSettings {
  readonly url: string;
  /** Holds the key file and the bundles. */
  readonly folder: string;
}

export interface KeyRoom extends AsyncDisposable {
  readonly foundation: KeysFoundation;
  readonly db: Kysely<AllTables>;
}

/** Opens the keys as a start of the program does: key file, vault, log. `plugin` sees every statement. */
export async function openKeyRoom({ url, folder }: KeyRoomSettings, plugin?: KyselyPlugin): Promise<KeyRoom> {
  await using opened = new AsyncDisposableStack();
  const plain = openDatabase<AllTables>({
    url: new Secret(url),
    maxConnections: 6,
    name: "key-room",
    onIdleError: () => undefined,
  });
  opened.defer(() => plain.destroy());
  const db = plugin === undefined ? plain : plain.withPlugin(plugin);
  const rootKey: RootKeySettings = { provider: "file", path: join(folder, "root.key") };
  const keyBundleDir = join(folder, "key-bundles");
  mkdirSync(keyBundleDir, { recursive: true });
  const vault = opened.use(
    await openVault(narrow<VaultTables>(db), (start, wanted) => openRootKey(rootKey, start, wanted)),
  );
  await settleRootKeyFiles(rootKey, (await vault.describeRoot()).id);
  const audit = openAuditLog({
    writer: newId(),
    keyOf: async (workspaceId) =>
      new Secret(await vault.deriveInstallationKey(auditPendingLabel(workspaceId))),
  });
  const rest = opened.move();
  return {
    db,
    foundation: { db, vault, audit, rootKey, keyBundleDir },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
