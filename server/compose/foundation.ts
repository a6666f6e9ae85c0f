import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { type AuditLog, openAuditLog } from "../audit/audit-log.ts";
import { ensurePartitions } from "../audit/ensure-partitions.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { Config } from "../config/config.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { InboxTables } from "../inbox/tables.ts";
import type { MailTables } from "../mail/tables.ts";
import type { Clock } from "../platform/clock.ts";
import { makeDataFolder } from "../platform/data-folder.ts";
import { openDatabase } from "../platform/database.ts";
import { type FolderLock, lockFolder } from "../platform/folder-lock.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import type { LeaseTables } from "../platform/lease.ts";
import type { Logger } from "../platform/log.ts";
import { type MigrationProgress, migrate } from "../platform/migrate.ts";
import { startPostgres } from "../platform/postgres/start-postgres.ts";
import { Secret } from "../platform/secret.ts";
import { auditPendingLabel } from "../vault/installation-label.ts";
import { openRootKey, type RootKeySettings } from "../vault/open-root-key.ts";
import { openVault } from "../vault/open-vault.ts";
import { settleRootKeyFiles } from "../vault/root-key-files.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { DestroyedKeysLine, Vault } from "../vault/vault.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";

export type AllTables = AuditTables &
  VaultTables &
  IdentityTables &
  WhatsappTables &
  InboxTables &
  MailTables &
  LeaseTables;

/** What every room stands on: the data folder, the database at this program's schema, the keys, the log. */
export interface Foundation extends AsyncDisposable {
  readonly dataDir: string;
  readonly mediaDir: string;
  readonly keyBundleDir: string;
  /** Where the root key is; the vault has it open. */
  readonly rootKey: RootKeySettings;
  readonly appUrl: Secret<string>;
  readonly db: Kysely<AllTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  /** This process, as the log names its writer. */
  readonly writer: string;
  /** The built-in server's version, or undefined for the operator's own. */
  readonly builtInPostgres: string | undefined;
}

export interface FoundationOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** Long steps of a first start, for the person at the terminal. */
  readonly onStep?: ((step: "postgres" | "migrate") => void) | undefined;
  /** Called when the database has to be changed before anything can be served, or another program is at it. */
  readonly watchMigration?: ((dataDir: string) => Promise<MigrationWatch>) | undefined;
  /** Folder of the migrations; those of this release when it is not given. */
  readonly migrations?: string | undefined;
}

/** Who is told of a migration while it runs; opened before it begins, disposed when it has ended. */
export interface MigrationWatch extends AsyncDisposable {
  readonly report: (progress: MigrationProgress) => void;
}

/** Connections of the application role. Ours: a few writers, readers and the sender; far below PostgreSQL's 100. */
const CONNECTIONS = 20;

/** How often a migration's progress is told, in ms. Ours: a person sees that it moves, and the log stays short. */
const TELL_MS = 2_000;

const MIGRATIONS = new URL("../../db/migrations", import.meta.url).pathname;

/** Opens the ground floor, in order; what was opened is closed again when a later step fails. Throws StartFault. */
export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const { config, log, clock, onStep } = options;
  await using opened = new AsyncDisposableStack();
  const dataDir = makeDataFolder(config.dataDir);
  const lock: FolderLock = opened.use(lockFolder(dataDir));
  void lock;

  const urls = config.database ?? (await startBuiltIn(opened, { dataDir, log, onStep }));
  onStep?.("migrate");
  await bringUpToDate(options, urls.owner, dataDir);

  const db = openDatabase<AllTables>({
    url: urls.app,
    maxConnections: CONNECTIONS,
    name: "wardroom",
    onIdleError: (error) => log.warn({ err: error }, "a database connection broke"),
  });
  opened.defer(() => db.destroy());
  // Before the first entry: a day whose entries have begun to lie in the rest gets no partition of its own.
  await ensurePartitions(db as unknown as Kysely<AuditTables>, clock());

  const rootKey = rootKeySettings(config, dataDir);
  const { vault, audit, writer } = await openKeysAndLog(opened, db, rootKey, { url: urls.app, log });
  // A change of the root key may have been cut off between the database and the file.
  await settleRootKeyFiles(rootKey, (await vault.describeRoot()).id).catch((error: unknown) =>
    log.error({ err: error }, "the key file could not be given the present root key; it lies beside it"),
  );
  const mediaDir = join(dataDir, "media");
  const keyBundleDir = join(dataDir, "key-bundles");
  mkdirSync(mediaDir, { recursive: true, mode: 0o700 });
  const rest = opened.move();
  return {
    ...{ dataDir, mediaDir, keyBundleDir, db, vault, audit, writer, rootKey },
    appUrl: urls.app,
    builtInPostgres: "version" in urls && typeof urls.version === "string" ? urls.version : undefined,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** Migrates, and says so to the log and to whoever watches while it takes longer than a moment. */
async function bringUpToDate(
  { log, watchMigration, migrations }: FoundationOptions,
  owner: Secret<string>,
  dataDir: string,
): Promise<void> {
  await using watches = new AsyncDisposableStack();
  let watch: MigrationWatch | undefined;
  let tellAt = 0;
  const { applied } = await migrate(owner, migrations ?? MIGRATIONS, {
    async onProgress(progress) {
      const isNew = progress.step === "waiting" || progress.rows === undefined;
      if (!isNew && performance.now() < tellAt) return;
      tellAt = performance.now() + TELL_MS;
      if (watch === undefined && watchMigration !== undefined)
        watch = watches.use(await watchMigration(dataDir));
      log.info({ progress }, "the database is being brought up to date");
      watch?.report(progress);
    },
  });
  if (applied.length > 0) log.info({ applied: applied.length }, "the database was brought up to date");
}

/** The vault under the root key that the settings name, and the log under a key of that vault. Throws StartFault. */
export async function openKeysAndLog(
  opened: AsyncDisposableStack,
  db: Kysely<AllTables>,
  rootKey: RootKeySettings,
  line: DestroyedKeysLine,
): Promise<Pick<Foundation, "vault" | "audit" | "writer">> {
  const vault = opened.use(
    await openVault(db as unknown as Kysely<VaultTables>, (start, wanted) =>
      openRootKey(rootKey, start, wanted),
    ),
  );
  opened.use(await vault.hearDestroyedKeys(line));
  const writer = newId<string>();
  return { vault, audit: openAuditLog({ writer, keyOf: auditKeys(vault) }), writer };
}

/**
 * From the root and not from the workspace: the first entry of a workspace is written before its own keys are there.
 * Derived each time, in some 20 us: a root key that was changed derives another one from then on.
 */
function auditKeys(vault: Vault): (workspaceId: WorkspaceId) => Promise<Secret<Buffer>> {
  return async (workspaceId) => new Secret(await vault.deriveInstallationKey(auditPendingLabel(workspaceId)));
}

async function startBuiltIn(
  opened: AsyncDisposableStack,
  { dataDir, log, onStep }: Pick<FoundationOptions, "log" | "onStep"> & { dataDir: string },
): Promise<{ app: Secret<string>; owner: Secret<string>; version: string }> {
  onStep?.("postgres");
  const postgres = opened.use(await startPostgres({ dataDir, log }));
  return { app: postgres.urls.app, owner: postgres.urls.owner, version: postgres.version };
}

function rootKeySettings(config: Config, dataFolder: string): RootKeySettings {
  const { file: path, passphrase } = config.rootKey;
  if (passphrase === undefined) return { provider: "file", path, dataFolder };
  return { provider: "passphrase", path, dataFolder, passphrase: async () => passphrase };
}
