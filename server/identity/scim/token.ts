import { crc32 } from "node:zlib";
import type { Selectable } from "kysely";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../../platform/ids.ts";
import { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId } from "../actor.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { randomToken } from "../random-code.ts";
import type { IdentityTables } from "../tables.ts";
import type { ScimTables } from "./tables.ts";

/** How long a directory's token works, in ms: every credential is changed within 90 days (controls.md, G2). */
export const SCIM_TOKEN_MS = 90 * 24 * 60 * 60 * 1000;

/** How many work at once: the one in use, and the one that takes its place. Ours. */
export const SCIM_TOKENS_AT_ONCE = 2;

/** How often a use is written down, in ms. Ours: a directory calls some times a second while it begins. */
const USE_NOTED_MS = 5 * 60 * 1000;

/** Names what it is to whoever finds one, people and scanners alike. */
const PREFIX = "wardroom_scim_";
const SHAPE = /^wardroom_scim_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/;

/** What a directory proves itself with, the row's MAC checked. */
export interface ScimToken {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly madeBy: MemberId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly version: number;
}

/** 256 random bits between a prefix and a checksum, by which a torn or mistyped one is told without a query. */
export function newScimToken(): Secret<string> {
  const body = `${PREFIX}${randomToken().reveal()}`;
  return new Secret(body + checksumOf(body));
}

export function isScimToken(text: string): boolean {
  return SHAPE.test(text) && text.endsWith(checksumOf(text.slice(0, -8)));
}

export function hashScimToken(installation: WorkspaceVault, token: string): Buffer {
  return installation.hash("token", `scim:${token}`);
}

/** The workspace and the token that a bearer speaks for; undefined for none, an ended one, and one we did not make. */
export async function findScimToken(
  handles: IdentityHandles,
  bearer: string,
): Promise<{ readonly workspaceId: WorkspaceId; readonly token: ScimToken } | undefined> {
  if (!isScimToken(bearer)) return undefined;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const tokenHash = hashScimToken(installation, bearer);
  const route = await narrow<ScimTables>(handles.db)
    .selectFrom("identity_scim_token_route")
    .where("token_hash", "=", tokenHash)
    .select(["workspace_id", "token_id"])
    .executeTakeFirst();
  if (route === undefined) return undefined;
  const workspaceId = route.workspace_id as WorkspaceId;
  const vault = await handles.vault.openWorkspace(workspaceId);
  const now = handles.clock();
  return inWorkspace(handles.db, workspaceId, async (tx) => {
    const found = await findToken(tx, vault, route.token_id);
    if (found === undefined || !found.token.tokenHash.equals(tokenHash) || !isAlive(found.token, now))
      return undefined;
    if (found.usedAt === null || now.getTime() - found.usedAt.getTime() > USE_NOTED_MS)
      await narrow<ScimTables>(tx)
        .updateTable("identity_scim_token")
        .set({ used_at: now })
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", found.token.id)
        .execute();
    return { workspaceId, token: found.token };
  });
}

export function isAlive({ expiresAt, revokedAt }: ScimToken, now: Date): boolean {
  return revokedAt === null && expiresAt > now;
}

export interface StoredToken {
  readonly token: ScimToken;
  readonly usedAt: Date | null;
}

/** One of the vault's workspace, to which `tx` must be scoped. Throws ForgedRow. */
export async function findToken(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  id: string,
): Promise<StoredToken | undefined> {
  const row = await narrow<ScimTables>(tx)
    .selectFrom("identity_scim_token")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", id)
    .selectAll()
    .executeTakeFirst();
  return row === undefined ? undefined : tokenOf(vault, row);
}

/** Those that work, oldest first. */
export async function listTokens(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  now: Date,
): Promise<StoredToken[]> {
  const rows = await narrow<ScimTables>(tx)
    .selectFrom("identity_scim_token")
    .where("workspace_id", "=", vault.workspaceId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .selectAll()
    .orderBy("id")
    .execute();
  return rows.map((row) => tokenOf(vault, row));
}

export async function insertToken(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly tokenHash: Buffer; readonly madeBy: MemberId; readonly now: Date },
): Promise<ScimToken> {
  const token: ScimToken = {
    id: newId<string>(),
    tokenHash: given.tokenHash,
    madeBy: given.madeBy,
    createdAt: given.now,
    expiresAt: new Date(given.now.getTime() + SCIM_TOKEN_MS),
    revokedAt: null,
    version: 1,
  };
  const db = narrow<ScimTables>(tx);
  const workspace_id = vault.workspaceId;
  await db
    .insertInto("identity_scim_token")
    .values({
      ...{ workspace_id, id: token.id, token_hash: token.tokenHash, made_by: token.madeBy },
      ...{ created_at: token.createdAt, expires_at: token.expiresAt, revoked_at: null, used_at: null },
      version: BigInt(token.version),
      mac: vault.mac(LABEL, macFields(vault, token)),
    })
    .execute();
  await db
    .insertInto("identity_scim_token_route")
    .values({ token_hash: token.tokenHash, workspace_id, token_id: token.id })
    .execute();
  return token;
}

/** Ends a token; its route goes at once, so that it opens nothing on any node. */
export async function revokeToken(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: ScimToken,
  now: Date,
): Promise<void> {
  const token: ScimToken = { ...given, revokedAt: now, version: given.version + 1 };
  const db = narrow<ScimTables>(tx);
  await db
    .updateTable("identity_scim_token")
    .set({
      revoked_at: now,
      version: BigInt(token.version),
      mac: vault.mac(LABEL, macFields(vault, token)),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", token.id)
    .execute();
  await db.deleteFrom("identity_scim_token_route").where("token_hash", "=", token.tokenHash).execute();
}

const LABEL = "identity_scim_token";

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}

function tokenOf(vault: WorkspaceVault, row: Selectable<ScimTables["identity_scim_token"]>): StoredToken {
  const token: ScimToken = {
    id: row.id,
    tokenHash: row.token_hash,
    madeBy: row.made_by as MemberId,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    version: Number(row.version),
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, token), row.mac);
  if (!isOurs || !vault.isNewest(LABEL, token)) throw new ForgedRow(LABEL, row.id);
  return { token, usedAt: row.used_at };
}

function macFields(vault: WorkspaceVault, token: ScimToken) {
  const { id, tokenHash, madeBy, createdAt, expiresAt, revokedAt, version } = token;
  return [vault.workspaceId, id, tokenHash, madeBy, createdAt, expiresAt, revokedAt, version];
}
