import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";

/** The channel of PostgreSQL's NOTIFY. A hint only: who misses one asks again (architecture.md, "Live updates"). */
export const LIVE_CHANNEL = "wardroom_live";

/** NOTIFY takes less than 8000 bytes; beyond it we say only that something changed. */
const MAX_PAYLOAD_BYTES = 7_900;

export type ChangedThing =
  | "numbers"
  | "templates"
  | "members"
  | "teams"
  | "quarantine"
  | "contacts"
  | "devices";

/** Whose a conversation was. */
export interface MovedConversation {
  readonly id: string;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
}

/** What one transaction changed, as ids. */
export interface LiveChange {
  readonly workspaceId: WorkspaceId;
  /** Conversations whose row or place in a list changed. */
  readonly conversations?: readonly string[];
  /** Those of them that are somebody else's now, and whose they were: only who saw one is told that it is gone. */
  readonly moved?: readonly MovedConversation[];
  /** Messages that are new or changed, with their conversation. */
  readonly messages?: ReadonlyArray<{ readonly conversationId: string; readonly messageId: string }>;
  readonly things?: readonly ChangedThing[];
  /** Too much to name: ask again for everything. */
  readonly gap?: true;
}

/** Tells every process after the commit what changed. Once per transaction. */
export async function announce<Tables>(tx: Tx<Tables>, change: LiveChange): Promise<void> {
  const full = JSON.stringify(change);
  const payload =
    Buffer.byteLength(full) <= MAX_PAYLOAD_BYTES
      ? full
      : JSON.stringify({ workspaceId: change.workspaceId, gap: true });
  await sql`select pg_notify(${LIVE_CHANNEL}, ${payload})`.execute(tx);
}

/** Reads a payload that `announce` wrote; undefined for anything else. */
export function readChange(payload: string): LiveChange | undefined {
  try {
    const change: unknown = JSON.parse(payload);
    return typeof change === "object" && change !== null && "workspaceId" in change
      ? (change as LiveChange)
      : undefined;
  } catch {
    return undefined;
  }
}
