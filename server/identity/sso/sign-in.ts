import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type SessionId } from "../actor.ts";
import { mayEnrol } from "../factors/enrol-first-factor.ts";
import { refuseForged } from "../forged-row.ts";
import { record, type Visitor } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import { mayComeFrom, networkRefused } from "../require-network.ts";
import { findDirectoryMember } from "../scim/find-directory-member.ts";
import { deleteExpiredSessions, deleteSession, insertSession } from "../session.ts";
import { type StartedSession, startSession } from "../start-session.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt, Verified } from "./attempt.ts";
import { findConnection, type SsoConnection } from "./connection.ts";
import { isFactorTrusted } from "./decide-trust.ts";
import type { SsoHandles } from "./handles.ts";
import { findLink, hashSubject, insertLink, noteLinkUsed, type SsoLink } from "./link.ts";
import type { Protocol } from "./tables.ts";

/** What the browser is given, and what its device was known by when it began. */
export interface SsoSession extends Pick<StartedSession, "token" | "deviceToken"> {
  readonly deviceTokens: readonly string[];
}

/**
 * Signs in whoever this company account belongs to. It belongs to a member because they said so themselves, or because
 * the company's directory made the member and the account carries the directory's own id of them; an e-mail address
 * that matches is nobody's proof. Our second factor is still asked for, unless the connection's attestation covers how
 * the provider says that they signed in.
 */
export async function signInBySso(
  handles: SsoHandles,
  visitor: Visitor,
  attempt: Attempt,
  verified: Verified,
): Promise<SsoSession> {
  const { workspaceId, connectionId } = attempt;
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const outcome = await refuseForged(handles, notLinked(), async () => {
    await requireNetwork(handles, visitor, vault, { connectionId, verified });
    return inWorkspace(handles.db, workspaceId, async (tx) => {
      const connection = await findOwn(tx, vault, connectionId);
      const found = await findWhose(tx, vault, { connectionId, verified });
      if (found?.member.state !== "active") {
        const reason = found === undefined ? "not_linked" : "member_deactivated";
        await recordRefused(handles, tx, attempt, reason);
        return notLinked();
      }
      const { member } = found;
      await noteUse(handles, tx, vault, { connectionId, verified, ...found });
      const now = handles.clock();
      const { trust } = connection.settings;
      const isTrusted = isFactorTrusted(trust, { verified, role: member.role, now });
      const vaults = { installation, workspace: vault };
      return start(handles, tx, vaults, { visitor, attempt, member, method: connection.protocol, isTrusted });
    });
  });
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

async function findOwn(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  connectionId: string,
): Promise<SsoConnection> {
  for (const protocol of ["oidc", "saml"] as const) {
    const connection = await findConnection(tx, vault, protocol);
    if (connection?.id === connectionId && connection.enabled) return connection;
  }
  throw notLinked();
}

/** An account of the connection, as the provider has just told it. */
interface Account {
  readonly connectionId: string;
  readonly verified: Verified;
}

interface Whose {
  readonly member: Member;
  /** Undefined for one whom the directory made and who comes for the first time. */
  readonly link: SsoLink | undefined;
}

/** From a refused network nothing is written but the refusal; so this is asked before, of what is there by then. */
async function requireNetwork(
  handles: SsoHandles,
  { address }: Visitor,
  vault: WorkspaceVault,
  account: Account,
): Promise<void> {
  const { workspaceId } = vault;
  const { found, by } = await inWorkspace(handles.db, workspaceId, async (tx) => ({
    found: await findWhose(tx, vault, account),
    by: (await findOwn(tx, vault, account.connectionId)).protocol,
  }));
  if (found?.member.state !== "active") return;
  const { id: memberId, role } = found.member;
  if (!(await mayComeFrom(handles, { workspaceId, memberId, role, address, by }))) throw networkRefused();
}

/** Whose an account is. Writes nothing. */
async function findWhose(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { connectionId, verified }: Account,
): Promise<Whose | undefined> {
  const link = await findLink(tx, vault, { connectionId, subjectHash: hashSubject(vault, verified) });
  if (link !== undefined) {
    const member = await findMember(tx, vault, link.memberId);
    return member?.personId === link.personId ? { member, link } : undefined;
  }
  if (verified.directoryId === null) return undefined;
  const member = await findDirectoryMember(tx, vault, verified.directoryId);
  if (member === undefined || member.role === "owner" || member.state !== "active") return undefined;
  const own = await findLink(tx, vault, { connectionId, memberId: member.id });
  return own === undefined ? { member, link: undefined } : undefined;
}

/** Writes down that an account signs its member in; one that comes by the directory's own id becomes theirs. */
async function noteUse(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { connectionId, verified, member, link }: Account & Whose,
): Promise<void> {
  const now = handles.clock();
  if (link !== undefined) return noteLinkUsed(tx, vault, link, now);
  const { id: memberId, personId } = member;
  const isMade = await insertLink(tx, vault, {
    ...{ connectionId, memberId, personId, subjectHash: hashSubject(vault, verified), madeBy: "directory" },
    ...{ createdAt: now, usedAt: now },
  });
  if (!isMade) throw notLinked();
  await record(handles, tx, vault.workspaceId, {
    kind: "identity.sso_linked",
    actor: actorName({ memberId }),
    subject: `member:${memberId}`,
    outcome: "success",
    detail: { connection: connectionId, by: "directory" },
  });
}

async function start(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  vaults: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  given: {
    readonly visitor: Visitor;
    readonly attempt: Attempt;
    readonly member: Member;
    readonly method: Protocol;
    readonly isTrusted: boolean;
  },
): Promise<SsoSession> {
  const { attempt, member, method, isTrusted } = given;
  const { workspaceId, purpose, connectionId } = attempt;
  const { id: memberId, personId, role } = member;
  const deviceTokens = purpose.kind === "sign_in" ? purpose.deviceTokens : [];
  const visitor = { ...given.visitor, deviceTokens };
  const now = handles.clock();
  await deleteExpiredSessions(tx, personId, now);
  if (purpose.kind === "sign_in" && purpose.replaces !== null)
    await deleteSession(tx, vaults.installation, purpose.replaces as SessionId);
  if (isTrusted) {
    const detail = { connection: connectionId };
    const whose = { workspaceId, personId, memberId, role };
    const started = await startSession(handles, tx, vaults, { member: whose, method, visitor, detail });
    return { ...started, deviceTokens };
  }
  const pending = await pendingOf(handles, tx, vaults.installation, member);
  const { token, session } = await insertSession(tx, vaults.installation, {
    ...{ workspaceId, personId, memberId, userAgent: visitor.userAgent, now },
    ...{ pending, method: null },
  });
  await record(handles, tx, workspaceId, {
    kind: "identity.sso_proved",
    actor: actorName({ memberId }),
    subject: `session:${session.id}`,
    outcome: "success",
    detail: { method, connection: connectionId },
  });
  return { token, deviceToken: undefined, deviceTokens };
}

/** One whom the directory made may enrol a factor, and nothing else: their leave says so (enrol-first-factor.ts). */
async function pendingOf(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId }: Member,
): Promise<"factor" | "enrol"> {
  const now = handles.clock();
  const may = await inScope(tx, INSTALLATION, () => mayEnrol(tx, installation, { personId, now }));
  return may ? "enrol" : "factor";
}

async function recordRefused(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  { workspaceId, connectionId }: Attempt,
  reason: string,
): Promise<void> {
  await record(handles, tx, workspaceId, {
    kind: "identity.sso_refused",
    actor: "anonymous",
    subject: `connection:${connectionId}`,
    outcome: "refusal",
    detail: { reason },
  });
}

/** One answer whether nobody has this account, or who had it was deactivated. */
function notLinked(): Refusal {
  return new Refusal("forbidden", "sso.not_linked");
}
