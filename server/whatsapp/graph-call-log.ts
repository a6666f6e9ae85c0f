import type { Kysely } from "kysely";
import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditTables } from "../audit/tables.ts";
import { inWorkspace } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import type { GraphCall } from "./graph-client.ts";

/** How long a call may wait to be written, in ms. Ours: what a kill may lose of the list of calls, never of messages. */
const FLUSH_MS = 1_000;

/** Entries per transaction. Ours. */
const BATCH = 200;

/** Calls kept while the database is away. Ours; beyond it the oldest are dropped, and the log says how many. */
const MAX_WAITING = 20_000;

/**
 * Every call to Meta as an entry of the audit log (controls.md, G9): who, what, when, to which end; no content. Beside
 * the acts and not within their transactions, because a call has happened whatever becomes of the act.
 */
export interface GraphCallLog extends AsyncDisposable {
  record(call: GraphCall): void;
}

export interface GraphCallLogOptions {
  readonly db: Kysely<AuditTables>;
  readonly audit: AuditLog;
  readonly log: Logger;
}

export function openGraphCallLog(options: GraphCallLogOptions): GraphCallLog {
  const waiting: GraphCall[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = () => {
    writing = writing.then(() => writeAll(options, waiting));
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    record(call) {
      waiting.push(call);
      if (waiting.length <= MAX_WAITING) return;
      waiting.shift();
      options.log.error({ dropped: 1 }, "a call to Meta could not be recorded");
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
    },
  };
}

async function writeAll({ db, audit, log }: GraphCallLogOptions, waiting: GraphCall[]): Promise<void> {
  while (waiting.length > 0) {
    const workspaceId = waiting[0]?.workspaceId as WorkspaceId;
    const batch = waiting.filter((call) => call.workspaceId === workspaceId).slice(0, BATCH);
    try {
      await inWorkspace(db, workspaceId, (tx) => audit.append(tx, workspaceId, batch.map(entryOf)));
    } catch (error) {
      log.error({ err: error, count: batch.length }, "calls to Meta could not be recorded yet");
      return;
    }
    const written = new Set(batch);
    waiting.splice(0, waiting.length, ...waiting.filter((call) => !written.has(call)));
  }
}

function entryOf(call: GraphCall): AuditEvent {
  return {
    occurredAt: call.occurredAt,
    kind: "graph.called",
    actor: call.actor,
    subject: `app:${call.appId}`,
    outcome: call.outcome,
    detail: {
      method: call.method,
      path: call.path,
      httpStatus: call.httpStatus,
      errorCode: call.errorCode,
      failure: call.failure,
      durationMs: call.durationMs,
    },
  };
}
