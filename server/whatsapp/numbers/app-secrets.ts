import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Secret } from "../../platform/secret.ts";
import type { Vault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { type AppSecretsOfWorkspace, findAppSecretsOf } from "./app-secret-store.ts";

/** A secret speaks only for the workspaces that hold it. */
export interface WorkspaceSecrets extends AppSecretsOfWorkspace {
  readonly workspaceId: WorkspaceId;
}

/** How long another process may still verify with what this one has changed, in ms. Ours. */
const CACHE_MS = 30_000;

/** Apps held at once. Ours: only apps that exist are held, so this is not a door for a stranger. */
const MAX_APPS = 1_000;

/** The secrets of apps, for the webhook's door: opened once, kept for at most 30 seconds. */
export interface AppSecrets {
  /** By workspace: its current secret, and the previous one while that still verifies. Empty: nobody holds the app. */
  findAppSecrets(
    appId: string,
  ): Promise<ReadonlyArray<{ workspaceId: WorkspaceId; secrets: ReadonlyArray<Secret<string>> }>>;
  /** What the GET of a callback's registration may carry. */
  findVerifyTokens(appId: string): Promise<ReadonlyArray<Secret<string>>>;
  /** Forget what is held: something about the app has changed. Call it after the commit. */
  forget(appId: string): void;
}

export function createAppSecrets(options: {
  readonly db: Kysely<WhatsappTables>;
  readonly vault: Vault;
  readonly clock: Clock;
}): AppSecrets {
  const held = new Map<string, { readonly found: readonly WorkspaceSecrets[]; readonly until: number }>();
  let changes = 0;
  const find = async (appId: string) => {
    const now = options.clock();
    const known = held.get(appId);
    if (known !== undefined && now.getTime() < known.until) return known.found;
    held.delete(appId);
    const changesBefore = changes;
    const found = await readSecrets(options, appId, now);
    // A stranger's guesses are not remembered: they would push the real ones out. Nor is what was read while
    // something changed: it may be what was there before.
    if (found.length > 0 && changes === changesBefore) {
      if (held.size >= MAX_APPS) held.clear();
      held.set(appId, { found, until: now.getTime() + CACHE_MS });
    }
    return found;
  };
  return {
    findAppSecrets: find,
    findVerifyTokens: async (appId) => (await find(appId)).map(({ verifyToken }) => verifyToken),
    forget: (appId) => {
      changes += 1;
      held.delete(appId);
    },
  };
}

async function readSecrets(
  { db, vault }: { readonly db: Kysely<WhatsappTables>; readonly vault: Vault },
  appId: string,
  now: Date,
): Promise<WorkspaceSecrets[]> {
  const routes = await db
    .selectFrom("whatsapp_app_route")
    .select("workspace_id")
    .where("app_id", "=", appId)
    .orderBy("workspace_id")
    .execute();
  const found: WorkspaceSecrets[] = [];
  for (const route of routes) {
    const workspaceId = route.workspace_id as WorkspaceId;
    const workspaceVault = await vault.openWorkspace(workspaceId);
    const secrets = await inWorkspace(db, workspaceId, (tx) =>
      findAppSecretsOf(tx, workspaceVault, appId, now),
    );
    if (secrets !== undefined) found.push({ workspaceId, ...secrets });
  }
  return found;
}
