import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { AuditLog } from "../audit/audit-log.ts";
import type { EventKind } from "../audit/event-kinds.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { Clock } from "../platform/clock.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import {
  acquireLease,
  type Lease,
  type LeaseTables,
  releaseLease,
  renewLease,
  requireLease,
} from "../platform/lease.ts";
import { KeyErased } from "../vault/key-erased.ts";
import type { VaultTables } from "../vault/tables.ts";
import { Unreadable } from "../vault/unreadable.ts";
import type { Vault, WorkspaceVault } from "../vault/vault.ts";
import { bodyPlace, recipientPlace, type SealedBody, subjectPlace } from "./mail-message.ts";
import type { Mailer } from "./smtp.ts";
import type { MailTables } from "./tables.ts";

export interface MailSender {
  readonly db: Kysely<MailTables & LeaseTables & VaultTables & AuditTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** The part of Message-ID behind the @: our public name. */
  readonly host: string;
}

/** Longer than one try can take (smtp.ts): nobody else may begin with a mail that is on its way. */
const LEASE_SECONDS = 120;

/** How long a mail waits after its first, second ... try, in ms; the last one from then on. Ours. */
const WAITS_MS = [2, 2, 4, 8, 16, 32, 60].map((minutes) => minutes * 60_000);

/**
 * Sends what is due, one after the other, in one process at a time. A try is committed before it is made. A process that
 * is killed between the server's yes and our commit sends the mail again, once its wait is over, under the same
 * Message-ID: of "twice, now and then" and "not at all, now and then" a link to get back in is better twice.
 */
export async function sendQueued(sender: MailSender, ended: AbortSignal): Promise<void> {
  if (!(await isSomethingDue(sender))) return;
  const lease = await acquireLease(sender.db, { name: "mail", seconds: LEASE_SECONDS });
  if (lease === undefined) return;
  try {
    const installation = await sender.vault.openWorkspace(INSTALLATION);
    while (!ended.aborted && (await renewLease(sender.db, lease, LEASE_SECONDS))) {
      const taken = await takeNext(sender, lease);
      if (taken === undefined) break;
      await sendOne(sender, installation, taken);
    }
  } finally {
    await releaseLease(sender.db, lease);
  }
}

interface Taken {
  readonly id: string;
  readonly kind: string;
  readonly recipient: Buffer;
  readonly subject: Buffer;
  readonly body: Buffer;
  readonly about: WorkspaceId;
  readonly attempts: number;
  readonly createdAt: Date;
}

async function isSomethingDue({ db, clock }: MailSender): Promise<boolean> {
  return inWorkspace(db, INSTALLATION, async (tx) => {
    const { rows } = await sql<{ due: boolean }>`
      select exists (select 1 from mail_message where workspace_id = ${INSTALLATION} and due_at <= ${clock()}) as due`.execute(
      tx,
    );
    return rows[0]?.due === true;
  });
}

/** The longest-waiting one, its try counted and its next one set. */
async function takeNext({ db, clock }: MailSender, lease: Lease): Promise<Taken | undefined> {
  return inWorkspace(db, INSTALLATION, async (tx) => {
    await requireLease(narrow<LeaseTables>(tx), lease);
    const now = clock();
    const row = await tx
      .selectFrom("mail_message")
      .where("workspace_id", "=", INSTALLATION)
      .where("due_at", "<=", now)
      .selectAll()
      .orderBy("due_at")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const wait = WAITS_MS[Math.min(row.attempts, WAITS_MS.length - 1)] ?? 0;
    await tx
      .updateTable("mail_message")
      .set({ attempts: row.attempts + 1, due_at: new Date(now.getTime() + wait) })
      .where("workspace_id", "=", INSTALLATION)
      .where("id", "=", row.id)
      .execute();
    return {
      ...{ id: row.id, kind: row.kind, attempts: row.attempts + 1, createdAt: row.created_at },
      ...{ recipient: row.recipient_sealed, subject: row.subject_sealed, body: row.body_sealed },
      about: (row.about_workspace ?? INSTALLATION) as WorkspaceId,
    };
  });
}

async function sendOne(sender: MailSender, installation: WorkspaceVault, taken: Taken): Promise<void> {
  const opened = await open(sender, installation, taken);
  if (opened === undefined) return settle(sender, installation, taken, "mail.failed", "unreadable");
  const { to, subject, body } = opened;
  if (body.isForNobody) return settle(sender, installation, taken, undefined);
  if (body.expiresAt <= sender.clock().getTime())
    return settle(sender, installation, taken, "mail.failed", "expired");
  const messageId = `<${taken.id}@${sender.host}>`;
  const { text, html, language } = body;
  const { verdict, reason } = await sender.mailer.send({ messageId, to, subject, text, html, language });
  if (verdict === "sent") return settle(sender, installation, taken, "mail.sent", reason);
  if (verdict === "permanent") return settle(sender, installation, taken, "mail.failed", reason);
}

interface OpenedMail {
  readonly to: string;
  readonly subject: string;
  readonly body: SealedBody;
}

/** Undefined for a row that we did not write, or not there: it is dropped. */
async function open(
  { db }: MailSender,
  installation: WorkspaceVault,
  { id, recipient, subject, body }: Taken,
): Promise<OpenedMail | undefined> {
  try {
    const keys = await inWorkspace(db, INSTALLATION, (tx) =>
      installation.keysOf(narrow<VaultTables>(tx), [recipient, subject, body]),
    );
    return {
      to: keys.openText(recipientPlace(id), recipient),
      subject: keys.openText(subjectPlace(id), subject),
      body: JSON.parse(keys.openText(bodyPlace(id), body)),
    };
  } catch (error) {
    if (error instanceof Unreadable || error instanceof KeyErased) return undefined;
    throw error;
  }
}

/** The row goes, its key is destroyed, and the log is told, without a word of to whom. */
async function settle(
  { db, audit, clock }: MailSender,
  installation: WorkspaceVault,
  { id, kind, about, attempts }: Taken,
  outcome: EventKind | undefined,
  reason = "",
): Promise<void> {
  await inWorkspace(db, INSTALLATION, async (tx) => {
    const gone = await tx
      .deleteFrom("mail_message")
      .where("workspace_id", "=", INSTALLATION)
      .where("id", "=", id)
      .returning("id")
      .executeTakeFirst();
    if (gone === undefined) return;
    await installation.destroyKeys(narrow<VaultTables>(tx), [id], clock());
    if (outcome === undefined) return;
    await inScope(tx, about, () =>
      audit.append(narrow<AuditTables>(tx), about, [
        {
          kind: outcome,
          occurredAt: clock(),
          actor: "system:mail",
          subject: `mail:${id}`,
          outcome: outcome === "mail.sent" ? "success" : "failure",
          detail: { mail: kind, reason, attempts },
        },
      ]),
    );
  });
}

/** How long a mark of pace is kept, in ms. Ours: far longer than the minute that it is for. */
const PACE_KEPT_MS = 60 * 60_000;

/** For a job, some times a day. */
export async function purgeMailPace(tx: Tx<MailTables>, now: Date): Promise<void> {
  await tx
    .deleteFrom("mail_pace")
    .where("workspace_id", "=", INSTALLATION)
    .where("queued_at", "<", new Date(now.getTime() - PACE_KEPT_MS))
    .execute();
}
