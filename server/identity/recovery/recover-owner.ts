import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId, PersonId } from "../actor.ts";
import { getWorkspaceName, listWorkspaceIds } from "../describe-workspace.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { findAddress, mailPerson } from "../mail-person.ts";
import { findMember, listMembers } from "../member.ts";
import { hashNewPassword } from "../person.ts";
import { insertSession } from "../session.ts";
import type { IdentityTables } from "../tables.ts";
import { letEnrol } from "./let-enrol.ts";
import type { ShownLink } from "./make-reset-link.ts";
import { listNamesOf } from "./member-words.ts";
import { listMemberships } from "./person-workspaces.ts";
import { endLink, endLinksOf, insertLink, LINK_MS } from "./recovery-link.ts";
import { findWhose, setPassword } from "./reset-password.ts";
import { withLink } from "./use-link.ts";

/** An active Owner, for the operator to choose among. */
export interface RecoverableOwner {
  readonly workspaceId: WorkspaceId;
  readonly workspaceName: string;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly name: string;
  readonly email: string;
}

/** Every active Owner of the installation. Rows that are not ours are left out. */
export async function listOwners(handles: IdentityHandles): Promise<RecoverableOwner[]> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const found: RecoverableOwner[] = [];
  for (const workspaceId of await listWorkspaceIds(handles)) {
    const vault = await handles.vault.openWorkspace(workspaceId);
    found.push(
      ...(await inWorkspace(handles.db, workspaceId, (tx) => ownersOf(tx, { vault, installation }))),
    );
  }
  return found;
}

async function ownersOf(
  tx: Tx<IdentityTables>,
  { vault, installation }: { readonly vault: WorkspaceVault; readonly installation: WorkspaceVault },
): Promise<RecoverableOwner[]> {
  const owners = (await listMembers(tx, vault)).filter(isActiveOwner);
  const ids = owners.map(({ id }) => id);
  const names = await listNamesOf(tx, vault, ids);
  const workspaceName = await getWorkspaceName(tx, vault);
  const described: RecoverableOwner[] = [];
  for (const { id: memberId, personId } of owners) {
    const address = await findAddress(tx, installation, personId);
    if (address === undefined) continue;
    const { email } = address;
    const { workspaceId } = vault;
    described.push({
      workspaceId,
      workspaceName,
      memberId,
      personId,
      name: names.get(memberId) ?? "",
      email,
    });
  }
  return described;
}

/**
 * A link by which an Owner who has lost everything gets in again, for whoever has the machine. Until it is used nothing
 * changes; that it was made is written into both logs and to every Owner.
 */
export async function startOwnerRecovery(
  handles: IdentityHandles,
  { workspaceId, memberId }: Pick<RecoverableOwner, "workspaceId" | "memberId">,
): Promise<ShownLink> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const vault = await handles.vault.openWorkspace(workspaceId);
  return inWorkspace(handles.db, workspaceId, async (tx) => {
    const now = handles.clock();
    const member = await findMember(tx, vault, memberId);
    if (member === undefined || !isActiveOwner(member))
      throw new Refusal("not_found", "identity.not_an_owner");
    const { personId } = member;
    const token = await inScope(tx, INSTALLATION, async () => {
      await endLinksOf(tx, installation, personId, { purposes: ["owner_recovery"], now });
      return insertLink(tx, installation, { personId, purpose: "owner_recovery", aboutId: memberId, now });
    });
    for (const log of [workspaceId, INSTALLATION])
      await inScope(tx, log, () =>
        record(handles, tx, log, {
          ...{ kind: "identity.owner_recovery_started", actor: "operator", outcome: "success" },
          subject: `member:${memberId}`,
          detail: { workspace: workspaceId },
        }),
      );
    await tellOwners(handles, tx, { vault, installation }, { memberId, now });
    return { token, expiresAt: new Date(now.getTime() + LINK_MS.owner_recovery) };
  });
}

async function tellOwners(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  { vault, installation }: { readonly vault: WorkspaceVault; readonly installation: WorkspaceVault },
  { memberId, now }: { readonly memberId: MemberId; readonly now: Date },
): Promise<void> {
  if (handles.mail === undefined) return;
  const workspaceName = await getWorkspaceName(tx, vault);
  const ownerName = (await listNamesOf(tx, vault, [memberId])).get(memberId) ?? "";
  for (const { personId } of (await listMembers(tx, vault)).filter(isActiveOwner))
    await mailPerson(handles, tx, installation, personId, {
      kind: "owner_recovered",
      about: vault.workspaceId,
      facts: { workspaceName, ownerName, at: now },
    });
}

/**
 * What the link is for: a new password in place of the old one, all factors gone, all sessions ended, and one session
 * that may do nothing but enrol.
 */
export async function recoverOwner(
  handles: IdentityHandles,
  visitor: Visitor,
  { token, password }: { readonly token: string; readonly password: Secret<string> },
): Promise<{ readonly token: Secret<string> }> {
  const purposes = ["owner_recovery"] as const;
  const { personId, aboutId, about, memberships } = await withLink(
    handles,
    visitor,
    { token, purposes },
    async (act) => ({
      ...{ aboutId: act.link.aboutId, ...(await findWhose(act)) },
      memberships: await listMemberships(act.tx, act.link.personId),
    }),
  );
  const ended = new Refusal("not_found", "identity.link_ended");
  const membership = memberships.find(({ memberId }) => memberId === aboutId);
  if (membership === undefined) throw ended;
  const { workspaceId, memberId } = membership;
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const phc = await hashNewPassword(handles, installation, { personId, password, about });
  return withLink(handles, visitor, { token, purposes }, async (act) => {
    const { tx, link, now } = act;
    const member = await inScope(tx, workspaceId, () => findMember(tx, vault, memberId));
    if (member === undefined || member.personId !== personId || !isActiveOwner(member)) throw ended;
    await endLink(tx, installation, link, now);
    await letEnrol(tx, installation, { personId, now });
    await setPassword(handles, act, { personId, phc, how: "recovery" });
    const started = await insertSession(tx, installation, {
      ...{ workspaceId, memberId, personId, userAgent: visitor.userAgent, now },
      ...{ pending: "enrol", method: null },
    });
    for (const log of [workspaceId, INSTALLATION])
      await inScope(tx, log, () =>
        record(handles, tx, log, {
          ...{ kind: "identity.owner_recovered", actor: `member:${memberId}`, outcome: "success" },
          subject: `session:${started.session.id}`,
        }),
      );
    return { token: started.token };
  });
}

function isActiveOwner({ role, state }: { readonly role: string; readonly state: string }): boolean {
  return role === "owner" && state === "active";
}
