import type { Role } from "../identity/actor.ts";
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

type MailHandles = Pick<IdentityHandles, "mail" | "clock" | "vault">;

interface MailOf<Kind extends MailKind> {
  readonly kind: Kind;
  readonly factsOf: (known: Known) => MailFacts[Kind];
}

/**
 * Writes to every active Owner of a workspace, in the transaction of the act that causes it, which must be scoped to the
 * workspace. Does nothing while no SMTP is set. The installation's keys must have been opened before.
 */
export async function mailOwners<Kind extends MailKind>(
  handles: MailHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  mail: MailOf<Kind>,
): Promise<void> {
  await mailRoles(handles, tx, vault, { ...mail, roles: new Set(["owner"]) });
}

/** The same to every active Admin as well. */
export async function mailAdmins<Kind extends MailKind>(
  handles: MailHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  mail: MailOf<Kind>,
): Promise<void> {
  await mailRoles(handles, tx, vault, { ...mail, roles: new Set(["admin", "owner"]) });
}

async function mailRoles<Kind extends MailKind>(
  handles: MailHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  mail: MailOf<Kind> & { readonly roles: ReadonlySet<Role> },
): Promise<void> {
  if (handles.mail === undefined) return;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const members = (await listMemberRows(tx, vault)).filter(({ isOurs }) => isOurs);
  const facts = mail.factsOf({
    workspaceName: await getWorkspaceName(tx, vault),
    nameOf: (memberId) => members.find(({ member }) => member.id === memberId)?.name ?? "",
  });
  for (const { member } of members.filter((each) => isActive(each, mail.roles)))
    await mailPerson(handles, tx, installation, member.personId, {
      ...{ kind: mail.kind, facts, about: vault.workspaceId },
    });
}

function isActive({ member }: MemberRecord, roles: ReadonlySet<Role>): boolean {
  return roles.has(member.role) && member.state === "active";
}
