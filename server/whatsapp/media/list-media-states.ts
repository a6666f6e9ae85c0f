import type { Db } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/** A file as a message shows it. */
export interface MediaState {
  readonly id: string;
  readonly state: "waiting" | "ready" | "failed";
  readonly mimeType: string;
  /** Of the plain bytes; null until they are here. */
  readonly byteSize: number | null;
  /** A code of MediaFault. */
  readonly failure: string | null;
}

export async function listMediaStates(
  db: Db<WhatsappTables>,
  workspaceId: WorkspaceId,
  mediaIds: readonly string[],
): Promise<Map<string, MediaState>> {
  if (mediaIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("whatsapp_media")
    .select(["id", "state", "mime_type", "byte_size", "failure"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "in", mediaIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        state: row.state === "fetching" ? "waiting" : row.state,
        mimeType: row.mime_type,
        byteSize: row.byte_size === null ? null : Number(row.byte_size),
        failure: row.state === "failed" ? row.failure : null,
      },
    ]),
  );
}
