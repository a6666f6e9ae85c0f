import type { Kysely } from "kysely";
import { afterCommit, inScope, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, isId, newId, type WorkspaceId } from "../platform/ids.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { FactorMethod, MemberId, PersonId, SessionId } from "./actor.ts";
import { columnsOfBinding, type SessionBinding } from "./binding/session-binding.ts";
import { ForgedRow } from "./forged-row.ts";
import { lockPerson } from "./lock-person.ts";
import { randomToken } from "./random-code.ts";
import {
  isOurSession,
  SESSION_COLUMNS,
  type Session,
  type SessionRow,
  sessionMac,
  sessionOfRow,
} from "./session-row.ts";
import type { IdentityTables, Pending } from "./tables.ts";

/**
 * How long a session with both factors lasts, in ms, used or not. Ours: a shift; the next one starts with a fresh
 * second factor. Proving a factor again in between moves nothing of it. It is locked long before, when nobody is there.
 */
export const SESSION_MS = 12 * 60 * 60 * 1000;

/** How long one that lacks something waits for it, in ms. Ours: a code is at hand, a colleague has to be found. */
const WAIT_MS: Readonly<Record<Pending, number>> = {
  factor: 10 * 60 * 1000,
  enrol: 30 * 60 * 1000,
  device: 30 * 60 * 1000,
  password: 30 * 60 * 1000,
};

/** User agents are cut to this: enough to recognise a browser by, in characters. */
const MAX_USER_AGENT = 300;

export interface NewSession {
  readonly workspaceId: WorkspaceId;
  readonly personId: PersonId;
  readonly memberId: MemberId;
  /** What it lacks; null for one that may act. */
  readonly pending: Pending | null;
  /** How the second factor was proved; null while it was not, or the provider at which a half session began. */
  readonly method: FactorMethod | null;
  readonly place?: SessionPlace | undefined;
  /** The session whose time runs on in this one; without it the time begins now. */
  readonly continues?: Pick<Session, "createdAt" | "expiresAt"> | undefined;
  /** When the factor was proved; just now unless told. Of a provider's factor nothing is kept. */
  readonly factorAt?: Date | null;
  readonly userAgent: string | undefined;
  /** The binding that it takes over. */
  readonly binding?: SessionBinding | null | undefined;
  readonly now: Date;
}

/** Where a session runs. */
export type SessionPlace = Pick<Session, "deviceId" | "deviceHash" | "networkHash" | "countryHash">;

const NOWHERE: SessionPlace = { deviceId: null, deviceHash: null, networkHash: null, countryHash: null };

/** Starts a session in whatever scope `tx` has. The token is the only thing that opens it; we keep a keyed hash. */
export async function insertSession(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: NewSession,
): Promise<{ token: Secret<string>; session: Session }> {
  const token = randomToken();
  const { workspaceId, personId, memberId, pending, method, now } = given;
  const id = newId<SessionId>();
  const waitMs = pending === null ? SESSION_MS : WAIT_MS[pending];
  const session: Session = {
    tokenHash: hashSessionToken(installation, token.reveal()),
    id,
    workspaceId,
    personId,
    memberId,
    version: 1,
    assurance: pending === null ? 2 : 1,
    pending,
    method,
    ...(given.place ?? NOWHERE),
    createdAt: given.continues?.createdAt ?? now,
    factorAt: isOurFactor(method) ? (given.factorAt === undefined ? now : given.factorAt) : null,
    activeAt: now,
    lockedAt: null,
    expiresAt: given.continues?.expiresAt ?? new Date(now.getTime() + waitMs),
    userAgentSealed: await sealUserAgent(tx, installation, { ...given, id }),
    binding: given.binding ?? null,
  };
  await tx
    .insertInto("identity_session")
    .values({
      token_hash: session.tokenHash,
      id,
      workspace_id: workspaceId,
      person_id: personId,
      member_id: memberId,
      version: BigInt(session.version),
      assurance: session.assurance,
      pending,
      method,
      device_id: session.deviceId,
      device_hash: session.deviceHash,
      network_hash: session.networkHash,
      country_hash: session.countryHash,
      created_at: session.createdAt,
      factor_at: session.factorAt,
      active_at: session.activeAt,
      locked_at: session.lockedAt,
      seen_at: now,
      expires_at: session.expiresAt,
      user_agent_sealed: session.userAgentSealed,
      ...columnsOfBinding(session.binding),
      mac: sessionMac(installation, session),
    })
    .execute();
  return { token, session };
}

/** A provider's factor opens the door where an Admin attested that; sensitive acts ask for one of ours in place. */
function isOurFactor(method: FactorMethod | null): boolean {
  return method !== null && method !== "oidc" && method !== "saml";
}

/** One session, locked until the transaction ends. Throws ForgedRow. */
export async function lockSession(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  sessionId: SessionId,
): Promise<Session | undefined> {
  const row = await tx
    .selectFrom("identity_session")
    .where("id", "=", sessionId)
    .select(SESSION_COLUMNS)
    .forUpdate()
    .executeTakeFirst();
  return row && ownSession(installation, row);
}

/** 32 bytes in base64url. Anything else was never ours and costs no query. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The session that a token opens, whoever shows it from wherever: for what a token alone may not do. Throws ForgedRow. */
export async function findSessionByToken(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  { token, now }: { readonly token: string | undefined; readonly now: Date },
): Promise<Session | undefined> {
  if (token === undefined || !TOKEN.test(token)) return undefined;
  const tokenHash = hashSessionToken(installation, token);
  const row = await selectRunning(db, now).where("token_hash", "=", tokenHash).executeTakeFirst();
  return row && ownSession(installation, row);
}

/** The session that a browser calls by its binding. Throws ForgedRow. */
export async function findSessionByBinding(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  { bindingId, now }: { readonly bindingId: string | undefined; readonly now: Date },
): Promise<Session | undefined> {
  if (bindingId === undefined || !isId(bindingId)) return undefined;
  const row = await selectRunning(db, now).where("binding_id", "=", bindingId).executeTakeFirst();
  return row && ownSession(installation, row);
}

function selectRunning(db: Kysely<IdentityTables>, now: Date) {
  return db.selectFrom("identity_session").where("expires_at", ">", now).select(SESSION_COLUMNS);
}

function ownSession(installation: WorkspaceVault, row: SessionRow): Session {
  const session = sessionOfRow(row);
  if (!isOurSession(installation, session, row.mac)) throw new ForgedRow("identity_session", row.id);
  return session;
}

/** What of a running session changes under its token. */
type SessionChange = Partial<
  Pick<Session, "activeAt" | "lockedAt" | "networkHash" | "countryHash" | "binding">
>;

/** Writes a change; undefined when somebody else changed or ended the session first, who then knows better. */
export async function updateSession(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  before: Session,
  change: SessionChange,
): Promise<Session | undefined> {
  const session: Session = { ...before, ...change, version: before.version + 1 };
  const { numUpdatedRows } = await db
    .updateTable("identity_session")
    .set({
      version: BigInt(session.version),
      network_hash: session.networkHash,
      country_hash: session.countryHash,
      active_at: session.activeAt,
      locked_at: session.lockedAt,
      ...columnsOfBinding(session.binding),
      mac: sessionMac(installation, session),
    })
    .where("id", "=", before.id)
    .where("version", "=", String(before.version))
    .executeTakeFirst();
  return numUpdatedRows === 1n ? session : undefined;
}

/** From now on a row of these sessions is one that somebody put back; this process will know it. */
export function noteEnded(installation: WorkspaceVault, sessionIds: readonly string[]): void {
  for (const id of sessionIds) installation.noteEnd("identity_session", id);
}

/** Ends one session at once. False when it had ended already: of two who end it, one did. */
export async function deleteSession(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  sessionId: SessionId,
): Promise<boolean> {
  const ended = await deleteSessions(tx, installation, { ids: [sessionId] });
  return ended.length > 0;
}

/**
 * Ends all that answer every part of `which` at once; the ids of those that had not ended already. All of a person's:
 * one that begins at that moment as well.
 */
export async function deleteSessions(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  which: {
    readonly ids?: readonly SessionId[];
    readonly personId?: PersonId;
    readonly memberId?: MemberId;
    readonly deviceId?: string;
    readonly except?: SessionId;
  },
): Promise<SessionId[]> {
  if (which.personId !== undefined) await lockPerson(tx, which.personId);
  const rows = await tx
    .deleteFrom("identity_session")
    .$if(which.ids !== undefined, (query) => query.where("id", "in", which.ids as SessionId[]))
    .$if(which.personId !== undefined, (query) => query.where("person_id", "=", which.personId as string))
    .$if(which.memberId !== undefined, (query) => query.where("member_id", "=", which.memberId as string))
    .$if(which.deviceId !== undefined, (query) => query.where("device_id", "=", which.deviceId as string))
    .$if(which.except !== undefined, (query) => query.where("id", "!=", which.except as string))
    .returning("id")
    .execute();
  const ended = rows.map(({ id }) => id as SessionId);
  afterCommit(tx, () => noteEnded(installation, ended));
  return ended;
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
