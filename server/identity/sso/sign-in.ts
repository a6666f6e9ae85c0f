import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { record, type Visitor } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import { mayComeFrom, networkRefused } from "../require-network.ts";
import { findDirectoryMember } from "../scim/find-directory-member.ts";
import { holdIdOfComer } from "../scim/hold-id.ts";
import type { IdentityTables } from "../tables.ts";
import type { Attempt, Verified } from "./attempt.ts";
import { findOwnConnection } from "./connection.ts";
import { isFactorTrusted } from "./decide-trust.ts";
import type { SsoHandles } from "./handles.ts";
import { findLink, hashSubject, insertLink, noteLinkUsed, type SsoLink } from "./link.ts";
import type { SsoSession } from "./sso-session.ts";
import { startByAccount } from "./start-by-account.ts";

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
      const connection = await findOwnConnection(tx, vault, connectionId);
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
      return startByAccount(handles, tx, vaults, {
        visitor,
        attempt,
        member,
        method: connection.protocol,
        isTrusted,
      });
    });
  });
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
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
    by: (await findOwnConnection(tx, vault, account.connectionId)).protocol,
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
  const { directoryId } = verified;
  if (directoryId === null || !(await holdIdOfComer(tx, vault, { directoryId, member }))) throw notLinked();
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
