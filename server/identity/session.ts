import { inScope, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { Actor, MemberId, PersonId, Role, SessionId } from "./actor.ts";
import { randomToken } from "./random-code.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * How long a session with both factors lasts, in ms, used or not. Ours: a shift; the next one starts with a fresh
 * second factor. Idle time has no shorter limit of its own.
 */
export const SESSION_MS = 12 * 60 * 60 * 1000;

/** How long a password alone waits for its second factor, in ms. Ours. */
const FACTOR_WAIT_MS = 10 * 60 * 1000;

/** User agents are cut to this: enough to recognise a browser by, in characters. */
const MAX_USER_AGENT = 300;

/** What a session row gives power by. `seen_at` is left out of the MAC: it is written by every reader. */
export interface Session {
  readonly tokenHash: Buffer;
  readonly id: SessionId;
  readonly workspaceId: WorkspaceId;
  readonly personId: PersonId;
  readonly memberId: MemberId;
  readonly assurance: 1 | 2;
  readonly createdAt: Date;
  readonly factorAt: Date | null;
  readonly expiresAt: Date;
  readonly userAgentSealed: Buffer | null;
}

export interface NewSession {
  readonly workspaceId: WorkspaceId;
  readonly personId: PersonId;
  readonly memberId: MemberId;
  readonly assurance: 1 | 2;
  readonly userAgent: string | undefined;
  readonly now: Date;
  /** When our second factor was proved; now unless told, for a session of both. Null: the provider's stands for it. */
  readonly factorAt?: null;
}

/** Starts a session in whatever scope `tx` has. The token is the only thing that opens it; we keep a keyed hash. */
export async function insertSession(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: NewSession,
): Promise<{ token: Secret<string>; session: Session }> {
  const token = randomToken();
  const { workspaceId, personId, memberId, assurance, now } = given;
  const id = newId<SessionId>();
  const session: Session = {
    tokenHash: hashSessionToken(installation, token.reveal()),
    id,
    workspaceId,
    personId,
    memberId,
    assurance,
    createdAt: now,
    factorAt: assurance === 2 && given.factorAt !== null ? now : null,
    expiresAt: new Date(now.getTime() + (assurance === 2 ? SESSION_MS : FACTOR_WAIT_MS)),
    userAgentSealed: await sealUserAgent(tx, installation, { ...given, id }),
  };
  await tx
    .insertInto("identity_session")
    .values({
      token_hash: session.tokenHash,
      id,
      workspace_id: workspaceId,
      person_id: personId,
      member_id: memberId,
      assurance,
      created_at: now,
      factor_at: session.factorAt,
      seen_at: now,
      expires_at: session.expiresAt,
      user_agent_sealed: session.userAgentSealed,
      mac: installation.mac(LABEL, macFields(session)),
    })
    .execute();
  return { token, session };
}

/** Ends one session at once. False when it had ended already: of two who end it, one did. */
export async function deleteSession(tx: Tx<IdentityTables>, sessionId: SessionId): Promise<boolean> {
  const ended = await tx
    .deleteFrom("identity_session")
    .where("id", "=", sessionId)
    .returning("id")
    .executeTakeFirst();
  return ended !== undefined;
}

/** Ends all sessions of a person at once. */
export async function deleteSessionsOfPerson(tx: Tx<IdentityTables>, personId: PersonId): Promise<void> {
  await tx.deleteFrom("identity_session").where("person_id", "=", personId).execute();
}

/** Ends all sessions of a member at once. */
export async function deleteSessionsOfMember(tx: Tx<IdentityTables>, memberId: MemberId): Promise<void> {
  await tx.deleteFrom("identity_session").where("member_id", "=", memberId).execute();
}

/** What a person's sessions that ended by themselves leave behind. */
export async function deleteExpiredSessions(
  tx: Tx<IdentityTables>,
  personId: PersonId,
  now: Date,
): Promise<void> {
  await tx
    .deleteFrom("identity_session")
    .where("person_id", "=", personId)
    .where("expires_at", "<=", now)
    .execute();
}

export function hashSessionToken(installation: WorkspaceVault, token: string): Buffer {
  return installation.hash("token", `session:${token}`);
}

export function isOurSession(installation: WorkspaceVault, session: Session, mac: Buffer): boolean {
  return installation.isMac(LABEL, macFields(session), mac);
}

/** The actor that a checked session and a checked member make. */
export function actorOfSession(session: Session, role: Role): Actor {
  const { workspaceId, memberId, personId, assurance, factorAt } = session;
  return { workspaceId, memberId, personId, role, sessionId: session.id, assurance, factorAt };
}

const LABEL = "identity_session";

function macFields(session: Session): Array<string | number | Buffer | Date | null> {
  return [
    session.tokenHash,
    session.id,
    session.workspaceId,
    session.personId,
    session.memberId,
    session.assurance,
    session.createdAt,
    session.factorAt,
    session.expiresAt,
    session.userAgentSealed,
  ];
}

async function sealUserAgent(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: NewSession & { readonly id: SessionId },
): Promise<Buffer | null> {
  const { userAgent } = given;
  if (userAgent === undefined) return null;
  const subject = { subjectId: given.personId, keyClass: "member", at: given.now } as const;
  const place = { table: "identity_session", column: "user_agent_sealed", rowId: given.id };
  return inScope(tx, INSTALLATION, async () => {
    const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
    return keys.seal(subject, place, userAgent.slice(0, MAX_USER_AGENT));
  });
}
