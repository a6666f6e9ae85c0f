import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type SessionId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { record, type Visitor } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import { findDirectoryMember } from "../scim/find-directory-member.ts";
import { deleteExpiredSessions, deleteSession, insertSession } from "../session.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt, Verified } from "./attempt.ts";
import { findConnection, type SsoConnection } from "./connection.ts";
import { isFactorTrusted } from "./decide-trust.ts";
import type { SsoHandles } from "./handles.ts";
import { findLink, hashSubject, insertLink, noteLinkUsed } from "./link.ts";

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
): Promise<Secret<string>> {
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
      return start(handles, tx, installation, { visitor, attempt, member, method: connection.protocol, isTrusted });
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
  installation: WorkspaceVault,
  given: {
    readonly visitor: Visitor;
    readonly attempt: Attempt;
    readonly member: Member;
    readonly method: "oidc" | "saml";
    readonly isTrusted: boolean;
  },
): Promise<Secret<string>> {
  const { visitor, attempt, member, method, isTrusted } = given;
  const { workspaceId, purpose } = attempt;
  const now = handles.clock();
  const { token, session } = await inScope(tx, INSTALLATION, async () => {
    await deleteExpiredSessions(tx, member.personId, now);
    if (purpose.kind === "sign_in" && purpose.replaces !== null) await deleteSession(tx, purpose.replaces as SessionId);
    return insertSession(tx, installation, {
      ...{ workspaceId, personId: member.personId, memberId: member.id, userAgent: visitor.userAgent, now },
      assurance: isTrusted ? 2 : 1,
      // The provider's factor opens the door; sensitive acts ask for ours in place.
      ...(isTrusted ? { factorAt: null } : {}),
    });
  });
  await record(handles, tx, workspaceId, {
    kind: isTrusted ? "identity.signed_in" : "identity.sso_proved",
    actor: actorName({ memberId: member.id }),
    subject: `session:${session.id}`,
    outcome: "success",
    detail: isTrusted ? { factor: method, connection: attempt.connectionId } : { method, connection: attempt.connectionId },
  });
  return token;
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
