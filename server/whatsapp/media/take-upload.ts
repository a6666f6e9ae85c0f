import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WhatsappTables } from "../tables.ts";
import { type FileKind, kindOf } from "./mime-types.ts";

export interface StoredUpload {
  readonly id: string;
  readonly kind: FileKind;
  readonly mimeType: string;
  readonly byteSize: number;
}

/**
 * An agent's file that a message to this contact from this number is about to carry. One that was uploaded for
 * somebody else is not there: it is sealed under their key, and dies with it. Refuses with `media.upload_not_found`.
 */
export async function takeUpload(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  wanted: { readonly id: string; readonly contactId: string; readonly numberId: string },
): Promise<StoredUpload> {
  const row = await tx
    .selectFrom("whatsapp_media")
    .select(["mime_type", "byte_size"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", wanted.id)
    .where("subject_id", "=", wanted.contactId)
    .where("number_id", "=", wanted.numberId)
    .where("direction", "=", "out")
    .where("state", "=", "ready")
    .executeTakeFirst();
  const kind = row === undefined ? undefined : kindOf(row.mime_type);
  if (row === undefined || kind === undefined) throw new Refusal("not_found", "media.upload_not_found");
  return { id: wanted.id, kind, mimeType: row.mime_type, byteSize: Number(row.byte_size) };
}
