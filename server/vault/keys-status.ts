import { type Kysely, sql } from "kysely";
import { type Db, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { listKeyBundles } from "./key-bundle.ts";
import type { RootKeySettings } from "./open-root-key.ts";
import { listRootKeyFiles, type RootKeyFiles } from "./root-key-files.ts";
import { countStale } from "./rotation/rotation-store.ts";
import type { VaultTables } from "./tables.ts";
import type { Vault } from "./vault.ts";
import { listWorkspaceKeys } from "./workspace-key-store.ts";

export interface KeysStatus {
  readonly provider: string;
  readonly rootKeyId: string;
  /** The installation first. */
  readonly workspaces: readonly WorkspaceKeysStatus[];
  /** Ids of root keys that lie beside the key file: made and not in use yet, or replaced and not destroyed yet. */
  readonly rootKeyFiles: RootKeyFiles;
  /** Seconds since the newest key bundle was written and the number of bundles; null when there is none. */
  readonly bundle: { readonly ageSeconds: number; readonly generations: number } | null;
}

export interface WorkspaceKeysStatus {
  readonly workspaceId: WorkspaceId;
  readonly versions: readonly {
    readonly version: number;
    readonly ageSeconds: number;
    readonly isDestroyed: boolean;
  }[];
  /** A rotation that has begun and not ended: the version to come, and how many keys are still under older ones. */
  readonly rotation: { readonly toVersion: number; readonly keysLeft: number } | null;
  /** Only classes that have keys. */
  readonly dataKeys: readonly {
    readonly keyClass: string;
    readonly live: number;
    readonly destroyed: number;
  }[];
}

/** What `wardroom keys status` shows: ages and counts, and nothing that opens anything. */
export async function readKeysStatus(options: {
  readonly db: Kysely<VaultTables>;
  readonly vault: Vault;
  readonly workspaceIds: readonly WorkspaceId[];
  readonly bundleFolder: string;
  readonly rootKey: RootKeySettings;
  readonly now: Date;
}): Promise<KeysStatus> {
  const { db, vault, now } = options;
  const root = await vault.describeRoot();
  const workspaces: WorkspaceKeysStatus[] = [];
  for (const workspaceId of new Set([INSTALLATION, ...options.workspaceIds])) {
    workspaces.push(
      await inWorkspace(db, workspaceId, async (tx) => ({
        workspaceId,
        versions: await listVersions(tx, now),
        rotation: await findRotation(tx, workspaceId),
        dataKeys: await countDataKeys(tx),
      })),
    );
  }
  const bundles = await listKeyBundles(options.bundleFolder);
  const [newest] = bundles;
  return {
    provider: root.provider,
    rootKeyId: root.id,
    workspaces,
    rootKeyFiles: await listRootKeyFiles(options.rootKey),
    bundle:
      newest === undefined
        ? null
        : { ageSeconds: secondsBetween(newest.writtenAt, now), generations: bundles.length },
  };
}

async function listVersions(db: Db<VaultTables>, now: Date): Promise<WorkspaceKeysStatus["versions"]> {
  const rows = await db
    .selectFrom("vault.workspace_key")
    .select(["version", "created_at", "destroyed_at"])
    .orderBy("version")
    .execute();
  return rows.map((row) => ({
    version: row.version,
    ageSeconds: secondsBetween(row.created_at, now),
    isDestroyed: row.destroyed_at !== null,
  }));
}

async function findRotation(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
): Promise<WorkspaceKeysStatus["rotation"]> {
  const living = await listWorkspaceKeys(tx, workspaceId);
  const newest = living.at(-1);
  if (newest === undefined || living.length === 1) return null;
  return { toVersion: newest.version, keysLeft: await countStale(tx, workspaceId, newest.version) };
}

async function countDataKeys(db: Db<VaultTables>): Promise<WorkspaceKeysStatus["dataKeys"]> {
  const { rows } = await sql<WorkspaceKeysStatus["dataKeys"][number]>`
    select class as "keyClass", count(wrapped)::integer as live,
      (count(*) - count(wrapped))::integer as destroyed
    from vault.data_key group by class order by class
  `.execute(db);
  return rows;
}

function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 1000);
}
