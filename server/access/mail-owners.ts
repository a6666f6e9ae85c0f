import { getWorkspaceName } from "../identity/describe-workspace.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { mailPerson } from "../identity/mail-person.ts";
import { listMemberRows, type MemberRecord } from "../identity/member.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { MailFacts, MailKind } from "../mail/mail-kinds.ts";
import type { Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";

/** What a mail's facts may name. */
interface Known {
  readonly workspaceName: string;
  /** A member's name; empty for one who is not there. */
  readonly nameOf: (memberId: string) => string;
}

/**
 * Writes to every active Owner of a workspace, in the transaction of the act that causes it, which must be scoped to the
 * workspace. Does nothing while no SMTP is set. The installation's keys must have been opened before.
 */
export async function mailOwners<Kind extends MailKind>(
  handles: Pick<IdentityHandles, "mail" | "clock" | "vault">,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  mail: { readonly kind: Kind; readonly factsOf: (known: Known) => MailFacts[Kind] },
): Promise<void> {
  if (handles.mail === undefined) return;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const members = (await listMemberRows(tx, vault)).filter(({ isOurs }) => isOurs);
  const facts = mail.factsOf({
    workspaceName: await getWorkspaceName(tx, vault),
    nameOf: (memberId) => members.find(({ member }) => member.id === memberId)?.name ?? "",
  });
  for (const { member } of members.filter(isActiveOwner))
    await mailPerson(handles, tx, installation, member.personId, {
      ...{ kind: mail.kind, facts, about: vault.workspaceId },
    });
}

function isActiveOwner({ member }: MemberRecord): boolean {
  return member.role === "owner" && member.state === "active";
}
