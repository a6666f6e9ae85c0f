import { type Db, narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { readSealedFileHead } from "../../vault/sealed-file.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { Unreadable } from "../../vault/unreadable.ts";
import type { ByteRange, OpenedFile, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { filePlace, mediaPath, referencePlace, type StoredReference } from "./media-place.ts";

export interface OpenMedia extends OpenedFile {
  /** The bytes that `content` holds, counted from 0. */
  readonly first: number;
  readonly last: number;
  readonly mimeType: string;
  readonly fileName: string | null;
}

/**
 * A file's plain bytes, for a caller who has checked that this person may see its message. Read `content` to its end
 * or destroy it. A range that reaches beyond the end is cut there; one that begins there is the whole file, as
 * RFC 9110, section 14.2, allows. Refuses with `media.not_found`, `media.not_ready`, `media.gone` (erased, or lost from the disk).
 */
export async function openMedia(
  db: Db<WhatsappTables>,
  vault: WorkspaceVault,
  folder: string,
  wanted: { readonly mediaId: string; readonly range?: ByteRange },
): Promise<OpenMedia> {
  const { mediaId, range } = wanted;
  const row = await db
    .selectFrom("whatsapp_media")
    .select(["state", "mime_type", "byte_size", "reference_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", mediaId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "media.not_found");
  if (row.state !== "ready") throw new Refusal("conflict", "media.not_ready");
  const path = mediaPath(folder, vault.workspaceId, mediaId);
  try {
    const sealed = [await readSealedFileHead(path), row.reference_sealed];
    const keys = await vault.keysOf(narrow<VaultTables>(db), sealed);
    const text = keys.openText(referencePlace(mediaId), row.reference_sealed);
    const { fileName } = JSON.parse(text) as StoredReference;
    const part = range === undefined ? undefined : within(range, Number(row.byte_size));
    const file = await keys.openFile(filePlace(mediaId), path, part);
    return { ...file, ...(part ?? { first: 0, last: file.size - 1 }), mimeType: row.mime_type, fileName };
  } catch (error) {
    if (isGone(error)) throw new Refusal("not_found", "media.gone", { cause: error });
    throw error;
  }
}

/** `byteSize` is what the database says; whoever has written it wrongly gets no file, not another part of it. */
function within({ first, last }: ByteRange, byteSize: number): ByteRange | undefined {
  return first < byteSize ? { first, last: Math.min(last, byteSize - 1) } : undefined;
}

function isGone(error: unknown): boolean {
  if (error instanceof Unreadable) return error.reason === "key_absent";
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
