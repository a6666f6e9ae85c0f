import type { Kysely } from "kysely";
import type { AuditTables } from "../audit/tables.ts";
import { listWorkspaceIds } from "../identity/describe-workspace.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { type KeyBundle, writeKeyBundle } from "../vault/key-bundle.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { Foundation } from "./foundation.ts";

/** What stands under the keys: all that their upkeep needs of the foundation. */
export type KeysFoundation = Pick<Foundation, "db" | "vault" | "audit" | "rootKey" | "keyBundleDir">;

/** Writes a key bundle of all workspaces, and its event. */
export async function keepKeyBundle({
  foundation,
  clock,
}: {
  readonly foundation: KeysFoundation;
  readonly clock: Clock;
}): Promise<KeyBundle> {
  const db = foundation.db as unknown as Kysely<VaultTables & IdentityTables>;
  const workspaceIds = await listWorkspaceIds({ db: db as unknown as Kysely<IdentityTables> });
  const { vault, keyBundleDir: folder } = foundation;
  const bundle = await writeKeyBundle({
    db: db as unknown as Kysely<VaultTables>,
    ...{ vault, workspaceIds, folder, now: clock() },
  });
  await inWorkspace(foundation.db, INSTALLATION, (tx) =>
    foundation.audit.append(narrow<AuditTables>(tx), INSTALLATION, [
      {
        occurredAt: clock(),
        kind: "vault.key_bundle_written",
        actor: "system:key-bundle",
        subject: "keys",
        outcome: "success",
        detail: { workspaces: workspaceIds.length },
      },
    ]),
  );
  return bundle;
}
