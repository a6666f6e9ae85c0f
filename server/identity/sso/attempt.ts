import { z } from "zod";
import { afterCommit, inScope, inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../../platform/ids.ts";
import type { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { randomToken } from "../random-code.ts";
import type { IdentityTables } from "../tables.ts";
import type { SsoTables } from "./tables.ts";

/** How long somebody may take at their provider, in ms (issue 4). */
export const ATTEMPT_MS = 10 * 60 * 1000;

/** What the browser carried then, and will not carry when it comes back by another site's link. */
const carried = {
  /** The session that it still held, which ends. */
  replaces: z.uuid().nullable(),
  /** What its device is known by. */
  deviceTokens: z.array(z.string().max(100)).max(20),
};

/** Why somebody was sent to their provider. */
const purpose = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sign_in"), ...carried }),
  /** Somebody who was invited becomes a member by their account. */
  z.object({
    kind: z.literal("invitation"),
    invitationId: z.uuid(),
    /** A keyed hash of the link's token: a link that was replaced meanwhile leads nowhere. */
    tokenHash: z.string(),
    language: z.enum(["en", "ar"]),
    ...carried,
  }),
  /** A signed-in member makes the account their own. The session must still be theirs when they come back. */
  z.object({ kind: z.literal("link"), memberId: z.uuid(), sessionId: z.uuid() }),
  /** An Admin looks whether the way there and back is whole. Nothing is linked and nobody is signed in. */
  z.object({ kind: z.literal("test"), memberId: z.uuid(), sessionId: z.uuid() }),
]);
export type Purpose = z.output<typeof purpose>;
export type InvitationPurpose = Extract<Purpose, { kind: "invitation" }>;

/** What the provider said of somebody, once we have verified that it did. */
export const verified = z.object({
  issuer: z.string(),
  subject: z.string(),
  /** The id by which the company's directory knows them, where the connection names a claim for it. */
  directoryId: z.string().nullable(),
  /** An address that the provider says it has verified; asked for an invitation only. It proves nobody's account. */
  email: z.string().nullable().default(null),
  acr: z.string().nullable(),
  amr: z.array(z.string()),
});
export type Verified = z.output<typeof verified>;

const content = z.object({
  purpose,
  /** A path of ours to lead to afterwards. */
  next: z.string().nullable(),
  /** Of the browser that began: whoever comes back must carry it. */
  browser: z.string(),
  step: z.discriminatedUnion("at", [
    z.object({ at: z.literal("oidc"), nonce: z.string(), verifier: z.string() }),
    z.object({ at: z.literal("saml"), requestId: z.string() }),
    /** SAML comes back by another site's POST, which carries no cookie: verified first, then the browser is asked. */
    z.object({ at: z.literal("saml_verified"), verified }),
  ]),
});
export type AttemptContent = z.output<typeof content>;

export interface Attempt extends AttemptContent {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: string;
}

/** Keeps a round trip until it comes back. The state goes to the provider and comes back once. */
export async function beginAttempt(
  handles: IdentityHandles,
  given: Attempt & { readonly forMs?: number },
): Promise<Secret<string>> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const state = randomToken();
  const now = handles.clock();
  const { workspaceId, connectionId, forMs = ATTEMPT_MS, ...rest } = given;
  const row = {
    stateHash: hashState(installation, state.reveal()),
    id: newId<string>(),
    workspaceId,
    connectionId,
    expiresAt: new Date(now.getTime() + forMs),
  };
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const keys = await installation.keysFor(narrow<VaultTables>(tx), [sealedFor(now)]);
    const sealed = keys.seal(sealedFor(now), placeOf(row.id), JSON.stringify(content.parse(rest)));
    const attempts = narrow<SsoTables>(tx);
    await attempts.deleteFrom("identity_sso_attempt").where("expires_at", "<=", now).execute();
    await attempts
      .insertInto("identity_sso_attempt")
      .values({
        state_hash: row.stateHash,
        id: row.id,
        workspace_id: workspaceId,
        connection_id: connectionId,
        content_sealed: sealed,
        expires_at: row.expiresAt,
        mac: installation.mac(LABEL, macFields({ ...row, sealed })),
      })
      .execute();
  });
  return state;
}

/**
 * Takes a round trip, whoever brings its state: it is over either way. Undefined for one that never began here or is
 * over. In a transaction of its own, so that a refusal does not bring it back. Throws ForgedRow.
 */
export async function takeAttempt(
  handles: IdentityHandles,
  state: string | undefined,
): Promise<Attempt | undefined> {
  if (state === undefined || !STATE.test(state)) return undefined;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const row = await narrow<SsoTables>(tx)
      .deleteFrom("identity_sso_attempt")
      .where("state_hash", "=", hashState(installation, state))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at <= handles.clock()) return undefined;
    const workspaceId = row.workspace_id as WorkspaceId;
    const fields = macFields({
      ...{ stateHash: row.state_hash, id: row.id, workspaceId, connectionId: row.connection_id },
      ...{ expiresAt: row.expires_at, sealed: row.content_sealed },
    });
    const isOurs = installation.isMac(LABEL, fields, row.mac);
    if (!isOurs || !installation.isNewest(LABEL, { id: row.id, version: 1 }))
      throw new ForgedRow(LABEL, row.id);
    afterCommit(tx, () => installation.noteEnd(LABEL, row.id));
    const keys = await installation.keysOf(narrow<VaultTables>(tx), [row.content_sealed]);
    const opened = content.parse(JSON.parse(keys.openText(placeOf(row.id), row.content_sealed)));
    return { ...opened, workspaceId, connectionId: row.connection_id };
  });
}

/** What a browser's cookie is remembered by. */
export function hashBrowser(installation: WorkspaceVault, token: string): string {
  return installation.hash("token", `sso-browser:${token}`).toString("hex");
}

/** Removes what nobody came back for. */
export async function dropExpiredAttempts(tx: Tx<IdentityTables>, now: Date): Promise<void> {
  await inScope(tx, INSTALLATION, async () => {
    await narrow<SsoTables>(tx).deleteFrom("identity_sso_attempt").where("expires_at", "<=", now).execute();
  });
}

/** 32 bytes in base64url, as randomToken makes them. */
const STATE = /^[A-Za-z0-9_-]{43}$/;

const LABEL = "identity_sso_attempt";

function hashState(installation: WorkspaceVault, state: string): Buffer {
  return installation.hash("token", `sso-state:${state}`);
}

function sealedFor(now: Date) {
  return { subjectId: INSTALLATION, keyClass: "workspace", at: now } as const;
}

function placeOf(rowId: string) {
  return { table: "identity_sso_attempt", column: "content_sealed", rowId };
}

function macFields(row: {
  readonly stateHash: Buffer;
  readonly id: string;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly expiresAt: Date;
  readonly sealed: Buffer;
}) {
  return [row.stateHash, row.id, row.workspaceId, row.connectionId, row.expiresAt, row.sealed];
}
