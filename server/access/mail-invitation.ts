import type { Role } from "../identity/actor.ts";
import { getWorkspaceName } from "../identity/describe-workspace.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { findAddress } from "../identity/mail-person.ts";
import { listNamesOf } from "../identity/recovery/member-words.ts";
import { queueMail } from "../mail/queue-mail.ts";
import type { MailTables } from "../mail/tables.ts";
import { narrow } from "../platform/database.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { MemberAct } from "./act-on-members.ts";

export interface InvitationMail {
  readonly email: string | null;
  readonly role: Role;
  readonly expiresAt: Date;
  readonly token: Secret<string>;
  readonly installation: WorkspaceVault;
}

/** In the inviter's language: the invited person's is not known yet. Does nothing without SMTP or an address. */
export async function mailInvitation(
  handles: IdentityHandles,
  { tx, vault, self, now }: MemberAct,
  { email, role, expiresAt, token, installation }: InvitationMail,
): Promise<void> {
  if (handles.mail === undefined || email === null) return;
  const inviter = await findAddress(tx, installation, self.personId);
  const names = await listNamesOf(tx, vault, [self.id]);
  const workspaceName = await getWorkspaceName(tx, vault);
  await queueMail(narrow<MailTables>(tx), installation, handles.mail, {
    ...{ kind: "invitation", to: email, language: inviter?.language ?? "en", now, about: vault.workspaceId },
    facts: {
      ...{ workspaceName, role, expiresAt, inviterName: names.get(self.id) ?? "" },
      link: { path: "/invitation", token: token.reveal() },
    },
  });
}
