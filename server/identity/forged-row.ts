import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { Refusal } from "../platform/refusal.ts";
import { type IdentityHandles, record } from "./handles.ts";

/** What every event of a forged row carries, so that alarms can be set on it: nobody but a writer of the database makes one. */
export const CRITICAL = { severity: "critical" } as const;

/** A row that gives power and whose MAC does not fit: somebody wrote the database by hand. It gives nothing. */
export class ForgedRow extends Error {
  override readonly name = "ForgedRow";
  readonly table: string;
  readonly rowId: string;

  constructor(table: string, rowId: string) {
    super(`${table}: the MAC does not fit the row`);
    this.table = table;
    this.rowId = rowId;
  }
}

/** Puts a forged row on record, as critical and once per 10 s while it is used. */
export async function recordForgery(
  handles: Pick<IdentityHandles, "db" | "audit" | "refusals" | "clock">,
  forged: ForgedRow,
): Promise<void> {
  const subject = `${forged.table}:${forged.rowId}`;
  const due = handles.refusals.note(`identity.forged_row,${subject}`, {
    occurredAt: handles.clock(),
    kind: "identity.forged_row",
    actor: "anonymous",
    subject,
    outcome: "refusal",
    detail: CRITICAL,
  });
  if (due === undefined) return;
  const { occurredAt: _, ...event } = due;
  await inWorkspace(handles.db, INSTALLATION, (tx) => record(handles, tx, INSTALLATION, event));
}

/** Runs `work`; when it meets a forged row, that is recorded and the caller hears `refusal` instead. */
export async function refuseForged<Result>(
  handles: IdentityHandles,
  refusal: Refusal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ForgedRow)) throw error;
    await recordForgery(handles, error);
    throw refusal;
  }
}
