import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type SessionId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { record, type Visitor } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import { findDirectoryMember } from "../scim/find-directory-member.ts";
import { findUser } from "../scim/user-row.ts";
import { deleteExpiredSessions, deleteSession, insertSession } from "../session.ts";
import { type StartedSession, startSession } from "../start-session.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt, Verified } from "./attempt.ts";
import { findConnection, type SsoConnection } from "./connection.ts";
import { isFactorTrusted } from "./decide-trust.ts";
import type { SsoHandles } from "./handles.ts";
import { hasAnyCredential } from "./has-own-sign-in.ts";
import { findLink, hashSubject, insertLink, noteLinkUsed } from "./link.ts";
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
  const outcome = await refuseForged(handles, notLinked(), () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      const connection = await findOwn(tx, vault, connectionId);
      const member = await findLinkedMember(handles, tx, vault, { connection, verified });
      if (member?.state !== "active") {
        const reason = member === undefined ? "not_linked" : "member_deactivated";
        await recordRefused(handles, tx, attempt, reason);
        return notLinked();
      }
      const now = handles.clock();
      const { trust } = connection.settings;
      const isTrusted = isFactorTrusted(trust, { verified, role: member.role, now });
      const vaults = { installation, workspace: vault };
      return start(handles, tx, vaults, { visitor, attempt, member, method: connection.protocol, isTrusted });
    }),
  );
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

async function findLinkedMember(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { connection, verified }: { readonly connection: SsoConnection; readonly verified: Verified },
): Promise<Member | undefined> {
  const connectionId = connection.id;
  const subjectHash = hashSubject(vault, verified);
  const now = handles.clock();
  const link = await findLink(tx, vault, { connectionId, subjectHash });
  if (link !== undefined) {
    const member = await findMember(tx, vault, link.memberId);
    if (member === undefined || member.personId !== link.personId) return undefined;
    if (member.state === "active") await noteLinkUsed(tx, vault, link, now);
    return member;
  }
  if (verified.directoryId === null) return undefined;
  const member = await findDirectoryMember(tx, vault, verified.directoryId);
  if (member === undefined || member.role === "owner" || member.state !== "active") return undefined;
  const { id: memberId, personId } = member;
  const isMade = await insertLink(tx, vault, {
    ...{ connectionId, memberId, personId, subjectHash, madeBy: "directory" },
    ...{ createdAt: now, usedAt: now },
  });
  if (!isMade) return undefined;
  await record(handles, tx, vault.workspaceId, {
    kind: "identity.sso_linked",
    actor: actorName({ memberId }),
    subject: `member:${memberId}`,
    outcome: "success",
    detail: { connection: connectionId, by: "directory" },
  });
  return member;
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
  const pending = await pendingOf(tx, vaults.workspace, member);
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

/** One whom the directory made has nothing of ours to prove yet, and may do nothing but enrol it. */
async function pendingOf(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { id, personId }: Member,
): Promise<"factor" | "enrol"> {
  const user = await findUser(tx, vault, { memberId: id });
  if (user?.origin !== "made") return "factor";
  return (await inScope(tx, INSTALLATION, () => hasAnyCredential(tx, personId))) ? "factor" : "enrol";
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
