import type { Selectable } from "kysely";
import { afterCommit, type Db, narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityTables } from "../tables.ts";
import { type OidcSettings, oidcSettings, type SamlSettings, samlSettings } from "./settings.ts";
import type { Protocol, SsoTables } from "./tables.ts";

interface Common {
  readonly workspaceId: WorkspaceId;
  readonly id: string;
  readonly enabled: boolean;
  readonly secretSealed: Buffer | null;
  readonly changedAt: Date;
  readonly changedBy: MemberId;
  /** Rises with every change. */
  readonly version: number;
}

export interface OidcConnection extends Common {
  readonly protocol: "oidc";
  readonly settings: OidcSettings;
}

export interface SamlConnection extends Common {
  readonly protocol: "saml";
  readonly settings: SamlSettings;
}

/** A way to the company's accounts, its MAC checked. */
export type SsoConnection = OidcConnection | SamlConnection;

/**
 * The id of a workspace's connection by this protocol. It is known before there is one, because the provider asks for
 * our address first; and it says nothing about whose it is.
 */
export function connectionIdOf(vault: WorkspaceVault, protocol: Protocol): string {
  const hex = vault.hash("sso_connection", protocol).toString("hex");
  // A UUID of version 8 (RFC 9562, section 5.8): bits of our own.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`]
    .concat(hex.slice(20, 32))
    .join("-");
}

/** The workspace that an address of ours belongs to. */
export async function findConnectionRoute(
  db: Db<IdentityTables>,
  connectionId: string,
): Promise<{ readonly workspaceId: WorkspaceId; readonly protocol: Protocol } | undefined> {
  const route = await narrow<SsoTables>(db)
    .selectFrom("identity_sso_route")
    .where("connection_id", "=", connectionId)
    .select(["workspace_id", "protocol"])
    .executeTakeFirst();
  if (route === undefined) return undefined;
  return { workspaceId: route.workspace_id as WorkspaceId, protocol: route.protocol };
}

/** The workspace's connection by this protocol. `tx` must be scoped to the vault's workspace. Throws ForgedRow. */
export async function findConnection<P extends Protocol>(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  protocol: P,
): Promise<Extract<SsoConnection, { protocol: P }> | undefined> {
  const row = await narrow<SsoTables>(tx)
    .selectFrom("identity_sso_connection")
    .where("workspace_id", "=", vault.workspaceId)
    .where("protocol", "=", protocol)
    .selectAll()
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : (connectionOf(vault, row) as Extract<SsoConnection, { protocol: P }>);
}

/** The workspace's connection with this id, while it is on. `tx` must be scoped to the vault's workspace. */
export async function findOwnConnection(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  connectionId: string,
): Promise<SsoConnection> {
  for (const protocol of ["oidc", "saml"] as const) {
    const connection = await findConnection(tx, vault, protocol);
    if (connection?.id === connectionId && connection.enabled) return connection;
  }
  throw new Refusal("forbidden", "sso.not_linked");
}

/** The version after this one; at least the time, so that a connection made anew goes on above the one taken away. */
export function nextVersion(before: number | undefined, now: Date): number {
  return Math.max((before ?? 0) + 1, now.getTime());
}

/** Writes a connection whole, with its route, under its next version. */
export async function saveConnection(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  connection: SsoConnection,
): Promise<void> {
  const settings = JSON.stringify(connection.settings);
  const row = {
    enabled: connection.enabled,
    settings,
    secret_sealed: connection.secretSealed,
    changed_at: connection.changedAt,
    changed_by: connection.changedBy,
    version: BigInt(connection.version),
    mac: vault.mac(LABEL, macFields(connection, settings)),
  };
  const { id, protocol } = connection;
  const { workspaceId } = vault;
  const db = narrow<SsoTables>(tx);
  await db
    .insertInto("identity_sso_connection")
    .values({ workspace_id: workspaceId, id, protocol, ...row })
    .onConflict((conflict) => conflict.columns(["workspace_id", "id"]).doUpdateSet(row))
    .execute();
  await db
    .insertInto("identity_sso_route")
    .values({ connection_id: id, workspace_id: workspaceId, protocol })
    .onConflict((conflict) => conflict.column("connection_id").doUpdateSet({ workspace_id: workspaceId }))
    .execute();
}

/** Takes a connection away, with everything that was linked through it. */
export async function deleteConnection(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { connectionId, now }: { readonly connectionId: string; readonly now: Date },
): Promise<void> {
  const db = narrow<SsoTables>(tx);
  for (const table of ["identity_sso_link", "identity_sso_connection"] as const) {
    const column = table === "identity_sso_link" ? "connection_id" : "id";
    await db
      .deleteFrom(table)
      .where("workspace_id", "=", vault.workspaceId)
      .where(column as "id", "=", connectionId)
      .execute();
  }
  await db.deleteFrom("identity_sso_route").where("connection_id", "=", connectionId).execute();
  // One made anew has the same id and a version of then (nextVersion): only what is older than now has ended.
  afterCommit(tx, () => void vault.isNewest(LABEL, { id: connectionId, version: now.getTime() }));
}

/** The secret that we prove ourselves to the provider with. */
export async function openClientSecret(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  connection: OidcConnection,
): Promise<Secret<string>> {
  const { id, secretSealed } = connection;
  if (secretSealed === null) throw new Error("an OIDC connection without a client secret");
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [secretSealed]);
  return new Secret(keys.openText(secretPlace(id), secretSealed));
}

export async function sealClientSecret(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly connectionId: string; readonly secret: Secret<string>; readonly now: Date },
): Promise<Buffer> {
  const subject = { subjectId: vault.workspaceId, keyClass: "workspace", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, secretPlace(given.connectionId), given.secret.reveal());
}

const LABEL = "identity_sso_connection";

function connectionOf(
  vault: WorkspaceVault,
  row: Selectable<SsoTables["identity_sso_connection"]>,
): SsoConnection {
  const common = {
    workspaceId: vault.workspaceId,
    id: row.id,
    enabled: row.enabled,
    secretSealed: row.secret_sealed,
    changedAt: row.changed_at,
    changedBy: row.changed_by as MemberId,
    version: Number(row.version),
  };
  const facts = { ...common, protocol: row.protocol };
  const isOurs = vault.isMac(LABEL, macFields(facts, row.settings), row.mac);
  if (!isOurs || !vault.isNewest(LABEL, common)) throw new ForgedRow("identity_sso_connection", row.id);
  // After the MAC: a row of ours has the shape that we wrote.
  const settings: unknown = JSON.parse(row.settings);
  return row.protocol === "oidc"
    ? { ...common, protocol: "oidc", settings: oidcSettings.parse(settings) }
    : { ...common, protocol: "saml", settings: samlSettings.parse(settings) };
}

function macFields(connection: Common & { readonly protocol: Protocol }, settings: string) {
  const { workspaceId, id, protocol, enabled, secretSealed, changedAt, changedBy, version } = connection;
  return [workspaceId, id, protocol, enabled, settings, secretSealed, changedAt, changedBy, version];
}

function secretPlace(rowId: string) {
  return { table: "identity_sso_connection", column: "secret_sealed", rowId };
}
