import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/log.ts";
import { resumeNumber, stopNumber } from "./number-stop.ts";
import type { OnSettled, OutboxTables } from "./outbox.ts";
import type { Outcome } from "./outcome.ts";
import { type Finished, settleAttempts } from "./settle-attempts.ts";

/** How long the database may refuse a result before it is tried again, in ms. Ours. */
const RETRY_MS = 500;

export interface WriteTools {
  readonly db: Kysely<OutboxTables>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onSettled: OnSettled;
}

/**
 * Writes results, all that wait in one transaction. Returns those that could not be written, to be tried again: a
 * result that is lost is a message in doubt. One that fails does not hold up the others.
 */
export async function writeResults(
  tools: WriteTools,
  number: { readonly workspaceId: WorkspaceId; readonly numberId: string },
  waiting: readonly Finished[],
): Promise<Finished[]> {
  if (waiting.length === 0) return [];
  try {
    await writeTogether(tools, number, waiting);
    return [];
  } catch (error) {
    tools.log.error(
      { err: error, numberId: number.numberId, count: waiting.length },
      "results could not be written",
    );
  }
  const unwritten: Finished[] = [];
  for (const one of waiting) {
    await writeTogether(tools, number, [one]).catch(() => void unwritten.push(one));
  }
  if (unwritten.length > 0) await sleep(RETRY_MS);
  return unwritten;
}

async function writeTogether(
  { db, audit, clock, onSettled }: WriteTools,
  number: { readonly workspaceId: WorkspaceId; readonly numberId: string },
  finished: readonly Finished[],
): Promise<void> {
  const now = clock();
  const { workspaceId } = number;
  await inWorkspace(db, workspaceId, async (tx) => {
    await Promise.all([
      settleAttempts(tx, onSettled, { workspaceId, finished, now }),
      writeNumber(tx, audit, { ...number, now }, finished),
    ]);
  });
}

/** Whether the number goes on. Asked behind the rows of the outbox, so that locks are taken in one order. */
async function writeNumber(
  tx: Tx<OutboxTables>,
  audit: AuditLog,
  number: Omit<Parameters<typeof stopNumber>[2], "failure">,
  finished: readonly Finished[],
): Promise<void> {
  const stop = finished.map(({ outcome }) => outcome).find(isStop);
  if (stop !== undefined) await stopNumber(tx, audit, { ...number, failure: stop.failure });
  else if (finished.some(({ outcome }) => outcome.kind === "accepted"))
    await resumeNumber(tx, audit, { ...number, actor: "system:sender" });
}

function isStop(outcome: Outcome): outcome is Extract<Outcome, { kind: "stopped" }> {
  return outcome.kind === "stopped";
}
