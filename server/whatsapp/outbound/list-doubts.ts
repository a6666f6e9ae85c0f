import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";
import { DOUBT_DECIDED_AFTER_MS } from "./outbox.ts";

/** What is known of a message in doubt. */
export interface Doubt {
  /** Of docs/errors.md, "Sending": no_answer, meta_unavailable or restarted. */
  readonly reason: string;
  /** When its last attempt began. */
  readonly since: Date;
  /** From when on a person may send it again or drop it. */
  readonly decidableAt: Date;
}

/** The doubts among these messages, by id. */
export async function listDoubts(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Doubt>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; reason: string | null; attempted_at: Date }>`
    select id, failure_reason as reason, attempted_at from whatsapp_outbox
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) and state = 'in_doubt'`.execute(tx);
  return new Map(
    rows.map(({ id, reason, attempted_at: since }) => [
      id,
      {
        reason: reason ?? "no_answer",
        since,
        decidableAt: new Date(since.getTime() + DOUBT_DECIDED_AFTER_MS),
      },
    ]),
  );
}
