import type { Kysely } from "kysely";
import type { AccessTables } from "../access/tables.ts";
import { type Reach, readReaches } from "../access/teams/reach.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditTables } from "../audit/tables.ts";
import { type Actor, actorName } from "../identity/actor.ts";
import type { Clock } from "../platform/clock.ts";
import { afterCommit, inWorkspace, narrow, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Vault, WorkspaceVault } from "../vault/vault.ts";
import { ForgedRow, type ForgedRows, recordForgeries } from "./forged-row.ts";
import { isRace } from "./ingest/race-lost.ts";
import type { ListReads } from "./list-reads.ts";
import type { InboxTables } from "./tables.ts";

/** What the acts of this room work with; made once, in compose.ts. */
export interface InboxRoom {
  readonly db: Kysely<InboxTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly lists: ListReads;
  /** A queued message wants to leave: wakes the sender in this process, for one number where it is known. */
  readonly wakeSender: (workspaceId: WorkspaceId, numberId?: string) => void;
}

/** One act of one actor: its transaction, the keys of the workspace, and the moment it happens at. */
export interface Act {
  readonly room: InboxRoom;
  readonly tx: Tx<InboxTables>;
  readonly vault: WorkspaceVault;
  readonly actor: Actor;
  readonly now: Date;
  /** Which chats concern the actor at all. Read once, when it is first asked for. */
  reach(): Promise<Reach>;
  /** Rows that it met and that the program did not write: they give nothing, and `perform` puts them on record. */
  readonly forged: ForgedRows;
}

/** Attempts at an act that others got in the way of. Each loser finds the winner's rows, so few are ever needed. */
const MAX_ATTEMPTS = 8;

/**
 * Runs an act in one transaction of the actor's workspace; once more from the start where another transaction was
 * first, so `work` does nothing outside of the database.
 */
export async function perform<Result>(
  room: InboxRoom,
  actor: Actor,
  work: (act: Act) => Promise<Result>,
): Promise<Result> {
  const vault = await room.vault.openWorkspace(actor.workspaceId);
  const now = room.clock();
  const forged: ForgedRows = new Set();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inWorkspace(room.db, actor.workspaceId, (tx) => {
          let reach: Promise<Reach> | undefined;
          const act: Act = {
            ...{ room, tx, vault, actor, now, forged },
            reach: () => {
              reach ??= readReach({ tx, vault, actor, forged });
              return reach;
            },
          };
          return work(act);
        });
      } catch (error) {
        if (error instanceof ForgedRow) forged.add(error.subject);
        if (!isRace(error) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  } finally {
    const by = { workspaceId: actor.workspaceId, actor: actorName(actor) };
    await recordForgeries(room, by, forged);
  }
}

async function readReach({ tx, vault, actor, forged }: Omit<Act, "room" | "now" | "reach">): Promise<Reach> {
  const read = await readReaches(narrow<AccessTables>(tx), vault, [actor]);
  for (const subject of read.forged) forged.add(subject);
  const reach = read.reaches.get(actor.memberId);
  if (reach === undefined) throw new Error("a reach was read and is gone");
  return reach;
}

/** Writes what the actor did, in the act's own transaction. */
export async function record(
  act: Act,
  event: Pick<AuditEvent, "kind" | "subject" | "contactId" | "detail">,
): Promise<void> {
  const { room, tx, actor, now } = act;
  await room.audit.append(narrow<AuditTables>(tx), actor.workspaceId, [
    { outcome: "success", ...event, actor: actorName(actor), occurredAt: now },
  ]);
}

/**
 * Writes that the actor read something, unless their session read the same a moment ago. `what` names it within the
 * session: "conversation/<id>". It belongs into the transaction that reads: what cannot be recorded is not answered.
 */
export async function recordReading(
  act: Act,
  what: string,
  event: Parameters<typeof record>[1],
): Promise<void> {
  const { room, tx, actor, now } = act;
  if (!room.lists.isNew(actor.sessionId, what, now)) return;
  await record(act, event);
  afterCommit(tx, () => room.lists.remember(actor.sessionId, what, now));
}
