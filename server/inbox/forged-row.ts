import type { Kysely } from "kysely";
import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditTables } from "../audit/tables.ts";
import { CRITICAL } from "../identity/forged-row.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { Unreadable } from "../vault/unreadable.ts";
import type { ListReads } from "./list-reads.ts";
import type { InboxTables } from "./tables.ts";

/** Rows that an act met and left out, as subjects of the log: "inbox_message:<id>". */
export type ForgedRows = Set<string>;

export function forgedSubject(table: keyof InboxTables, rowId: string): string {
  return `${table}:${rowId}`;
}

/** What was asked for hangs on a row that the program did not write as it stands: somebody wrote the database by hand. */
export class ForgedRow extends Refusal {
  /** For the log. */
  readonly subject: string;

  constructor(table: keyof InboxTables, rowId: string) {
    super("forbidden", "inbox.forged_row");
    this.subject = forgedSubject(table, rowId);
  }
}

/** What `open` gives; undefined when a sealed value does not belong where it stands. */
export function openOrForged<Value>(open: () => Value): Value | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** The part of the inbox's room that this takes. */
interface ForgeryLog {
  readonly db: Kysely<InboxTables>;
  readonly audit: AuditLog;
  readonly lists: ListReads;
  readonly clock: Clock;
}

/**
 * Puts forged rows on record as critical, each once per five minutes however often they are met. In a transaction of its own: the
 * act that met them may have been refused, and is rolled back.
 */
export async function recordForgeries(
  { db, audit, lists, clock }: ForgeryLog,
  { workspaceId, actor }: { readonly workspaceId: WorkspaceId; readonly actor: string },
  forged: Iterable<string>,
): Promise<void> {
  const now = clock();
  const due = [...forged].filter((subject) => lists.isNew("inbox.forged_row", subject, now));
  if (due.length === 0) return;
  await inWorkspace(db, workspaceId, (tx) =>
    audit.append(
      narrow<AuditTables>(tx),
      workspaceId,
      due.map((subject) => ({
        // Of the rooms below: rows that give power over more than a chat.
        kind: subject.startsWith("inbox_") ? "inbox.forged_row" : "identity.forged_row",
        ...{ occurredAt: now, actor, subject, outcome: "refusal", detail: CRITICAL },
      })),
    ),
  );
  for (const subject of due) lists.remember("inbox.forged_row", subject, now);
}
