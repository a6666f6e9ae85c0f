import { timingSafeEqual } from "node:crypto";
import { narrow, type Tx } from "../../platform/database.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { OpeningKeys, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { appPlace, workspaceKey } from "./number-places.ts";

/**
 * How long the previous secret of an app still verifies, in ms. Ours: Meta signs a repeated delivery with the secret
 * it has then, so a day covers what is on its way when someone changes it; a stolen one should not live longer.
 */
const PREVIOUS_SECRET_MS = 24 * 60 * 60 * 1000;

interface AppRow {
  readonly app_id: string;
  readonly secret_sealed: Buffer;
  readonly previous_secret_sealed: Buffer | null;
  readonly previous_until: Date | null;
  readonly verify_token_sealed: Buffer;
}

export interface AppSecretInput {
  readonly appId: string;
  readonly secret: Secret<string>;
  /** For an app that is new here; one that is known keeps its own. */
  readonly verifyToken: string;
  readonly now: Date;
}

/** Keeps an app's secret and its route. Another secret than the one known becomes a rotation: both verify for a day. */
export async function keepAppSecret(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  { appId, secret, verifyToken, now }: AppSecretInput,
): Promise<"new" | "same" | "rotated"> {
  const known = await lockApp(tx, vault.workspaceId, appId);
  const subject = workspaceKey(vault.workspaceId, now);
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const sealed = keys.seal(subject, appPlace(appId, "secret_sealed"), secret.reveal());
  await addRoute(tx, vault.workspaceId, appId);
  if (known === undefined) {
    await tx
      .insertInto("whatsapp_app")
      .values({
        workspace_id: vault.workspaceId,
        app_id: appId,
        secret_sealed: sealed,
        previous_secret_sealed: null,
        previous_until: null,
        verify_token_sealed: keys.seal(subject, appPlace(appId, "verify_token_sealed"), verifyToken),
        created_at: now,
      })
      .execute();
    return "new";
  }
  const opening = await vault.keysOf(narrow<VaultTables>(tx), [known.secret_sealed]);
  const current = opening.openText(appPlace(appId, "secret_sealed"), known.secret_sealed);
  if (isSame(current, secret.reveal())) return "same";
  await tx
    .updateTable("whatsapp_app")
    .set({
      secret_sealed: sealed,
      previous_secret_sealed: keys.seal(subject, appPlace(appId, "previous_secret_sealed"), current),
      previous_until: new Date(now.getTime() + PREVIOUS_SECRET_MS),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("app_id", "=", appId)
    .execute();
  return "rotated";
}

async function addRoute(tx: Tx<WhatsappTables>, workspaceId: string, appId: string): Promise<void> {
  await tx
    .insertInto("whatsapp_app_route")
    .values({ app_id: appId, workspace_id: workspaceId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function lockApp(tx: Tx<WhatsappTables>, workspaceId: string, appId: string): Promise<AppRow | undefined> {
  return tx
    .selectFrom("whatsapp_app")
    .select(["app_id", "secret_sealed", "previous_secret_sealed", "previous_until", "verify_token_sealed"])
    .where("workspace_id", "=", workspaceId)
    .where("app_id", "=", appId)
    .forUpdate()
    .executeTakeFirst();
}

export interface AppSecretsOfWorkspace {
  readonly secrets: ReadonlyArray<Secret<string>>;
  readonly verifyToken: Secret<string>;
}

/** The secrets of an app that verify at `now`, current first. Undefined where the workspace does not hold the app. */
export async function findAppSecretsOf(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  appId: string,
  now: Date,
): Promise<AppSecretsOfWorkspace | undefined> {
  const row = await tx
    .selectFrom("whatsapp_app")
    .select(["app_id", "secret_sealed", "previous_secret_sealed", "previous_until", "verify_token_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .where("app_id", "=", appId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [
    row.secret_sealed,
    row.previous_secret_sealed,
    row.verify_token_sealed,
  ]);
  return {
    secrets: [
      new Secret(keys.openText(appPlace(appId, "secret_sealed"), row.secret_sealed)),
      ...previousSecret(row, keys, now),
    ],
    verifyToken: new Secret(keys.openText(appPlace(appId, "verify_token_sealed"), row.verify_token_sealed)),
  };
}

function previousSecret(row: AppRow, keys: OpeningKeys, now: Date): Secret<string>[] {
  if (row.previous_secret_sealed === null || row.previous_until === null || row.previous_until <= now)
    return [];
  return [
    new Secret(keys.openText(appPlace(row.app_id, "previous_secret_sealed"), row.previous_secret_sealed)),
  ];
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
