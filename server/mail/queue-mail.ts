import { sql } from "kysely";
import { inScope, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type MailFacts, type MailKind, type MailLanguage, STRANGERS_KINDS, WORTH_MS } from "./mail-kinds.ts";
import { bodyPlace, mailKeySubject, recipientPlace, type SealedBody, subjectPlace } from "./mail-message.ts";
import type { MailRoom } from "./mail-room.ts";
import { renderMail } from "./render-mail.ts";
import type { MailTables } from "./tables.ts";

export interface NewMail<Kind extends MailKind> {
  readonly kind: Kind;
  readonly facts: MailFacts[Kind];
  /** An address that we already know: of a person, or the one that an invitation names. */
  readonly to: string;
  readonly language: MailLanguage;
  readonly now: Date;
  /** Whose log is told what became of it; the installation's unless it is said. */
  readonly about?: WorkspaceId | undefined;
  /** Names of those whom the reader tells when it was not them. */
  readonly reach?: readonly string[] | undefined;
  /**
   * Queued like any other and then not sent: where a stranger must not learn from the time it takes that there is
   * nobody to write to.
   */
  readonly forNobody?: true | undefined;
}

/** How often a stranger can make us write to one recipient, in ms (issue 4). */
export const PACE_MS = 60_000;

/**
 * Puts a mail into the queue in the transaction of the act that causes it: both or neither. Any scope; the rows are the
 * installation's. False when it was left out, because a stranger has caused one to this recipient a moment ago.
 */
export async function queueMail<Kind extends MailKind>(
  tx: Tx<MailTables>,
  installation: WorkspaceVault,
  room: MailRoom,
  mail: NewMail<Kind>,
): Promise<boolean> {
  const { kind, now } = mail;
  const rendered = renderMail(mail, room.publicUrl);
  const expiresAt = now.getTime() + (WORTH_MS[kind] ?? WORTH_MS.other);
  const body: SealedBody = {
    text: rendered.text,
    html: rendered.html,
    language: mail.language,
    expiresAt,
    isForNobody: mail.forNobody === true,
  };
  return inScope(tx, INSTALLATION, async () => {
    if (STRANGERS_KINDS.has(kind) && !(await keepPace(tx, installation, mail))) return false;
    const id = newId<string>();
    const subject = mailKeySubject(id, now);
    const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
    await tx
      .insertInto("mail_message")
      .values({
        workspace_id: INSTALLATION,
        id,
        kind,
        recipient_sealed: keys.seal(subject, recipientPlace(id), mail.to),
        subject_sealed: keys.seal(subject, subjectPlace(id), rendered.subject),
        body_sealed: keys.seal(subject, bodyPlace(id), JSON.stringify(body)),
        about_workspace: mail.about ?? null,
        attempts: 0,
        created_at: now,
        due_at: now,
      })
      .execute();
    return true;
  });
}

async function keepPace(
  tx: Tx<MailTables>,
  installation: WorkspaceVault,
  { kind, to, now }: NewMail<MailKind>,
): Promise<boolean> {
  const key = installation.hash("mail_pace", `${kind}:${to}`);
  const { rows } = await sql`
    insert into mail_pace as pace (workspace_id, key_hash, queued_at) values (${INSTALLATION}, ${key}, ${now})
    on conflict (workspace_id, key_hash) do update set queued_at = excluded.queued_at
      where pace.queued_at <= ${new Date(now.getTime() - PACE_MS)}
    returning 1`.execute(tx);
  return rows.length > 0;
}
