import { type MailFacts, type MailKind, NOTICES } from "../mail/mail-kinds.ts";
import { queueMail } from "../mail/queue-mail.ts";
import type { MailTables } from "../mail/tables.ts";
import { inScope, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import type { IdentityHandles } from "./handles.ts";
import { emailPlace } from "./person.ts";
import type { IdentityTables, Language } from "./tables.ts";
import { listWhomToReach } from "./whom-to-reach.ts";

/** Where a person is written to, and in which language. */
export interface PersonAddress {
  readonly email: string;
  readonly language: Language;
}

/** `tx` in any scope. Undefined for a person who is not there. */
export async function findAddress(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: string,
): Promise<PersonAddress | undefined> {
  return inScope(tx, INSTALLATION, async () => {
    const row = await tx
      .selectFrom("identity_person")
      .where("workspace_id", "=", INSTALLATION)
      .where("id", "=", personId)
      .select(["email_sealed", "language"])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const keys = await installation.keysOf(narrow<VaultTables>(tx), [row.email_sealed]);
    return { email: keys.openText(emailPlace(personId), row.email_sealed), language: row.language };
  });
}

export interface PersonMail<Kind extends MailKind> {
  readonly kind: Kind;
  readonly facts: MailFacts[Kind];
  /** Whose log is told what became of it. */
  readonly about?: WorkspaceId | undefined;
  /** The workspace in which a notice names whom to tell; that of `about` unless it is said. Its keys are open. */
  readonly within?: WorkspaceId | undefined;
}

/**
 * Writes to a person at their address and in their language, in the transaction of the act that causes it; any scope.
 * Does nothing while no SMTP is set.
 */
export async function mailPerson<Kind extends MailKind>(
  handles: Pick<IdentityHandles, "mail" | "clock" | "vault">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  mail: PersonMail<Kind>,
): Promise<void> {
  if (handles.mail === undefined) return;
  const to = await findAddress(tx, installation, personId);
  if (to === undefined) return;
  const { within: workspaceId = mail.about } = mail;
  const reach =
    workspaceId === undefined || !NOTICES.has(mail.kind)
      ? []
      : await listWhomToReach(handles, tx, { workspaceId, personId });
  await queueMail(narrow<MailTables>(tx), installation, handles.mail, {
    ...{ ...mail, reach, to: to.email, language: to.language, now: handles.clock() },
  });
}
