import { unlink } from "node:fs/promises";
import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { SealingKeys, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { type Inspection, inspectBytes } from "./inspect-bytes.ts";
import { MediaFault } from "./media-fault.ts";
import { filePlace, makeFolderOf, mediaKey, mediaPath, referencePlace } from "./media-place.ts";
import { bareType, type FileKind, isCompatible, kindOf, MAX_BYTES } from "./mime-types.ts";

export interface NewUpload {
  readonly numberId: string;
  /** The contact whose conversation it is for: their key seals it. */
  readonly contactId: string;
  readonly declaredType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface StoredFile {
  readonly id: string;
  readonly kind: FileKind;
  readonly mimeType: string;
  readonly byteSize: number;
}

export interface UploadStore {
  readonly db: Kysely<WhatsappTables>;
  readonly vault: WorkspaceVault;
  readonly clock: Clock;
  /** Where the sealed files lie: `<data folder>/media`. */
  readonly folder: string;
}

/**
 * Seals an agent's file and makes its row. Opens transactions of its own: bytes that come at the pace of a phone line
 * would hold one open. A crash in between leaves a file without a row, which `sweepMediaFiles` removes.
 *
 * Refuses with `media.type_not_allowed`, `media.type_mismatch`, `media.empty`, and `media.too_large`.
 */
export async function storeUpload(store: UploadStore, upload: NewUpload): Promise<StoredFile> {
  const { db, vault, clock, folder } = store;
  const kind = kindOf(upload.declaredType);
  if (kind === undefined) throw new Refusal("invalid", "media.type_not_allowed");
  const id = newId<string>();
  const createdAt = clock();
  const subject = mediaKey(upload.contactId, createdAt);
  const holdKeys = (tx: Parameters<WorkspaceVault["keysFor"]>[0]) => vault.keysFor(tx, [subject]);

  const keys = await inWorkspace(db, vault.workspaceId, (tx) => holdKeys(narrow<VaultTables>(tx)));
  const path = mediaPath(folder, vault.workspaceId, id);
  const inspection = await sealUpload(keys, { id, path, upload, maxBytes: MAX_BYTES[kind], createdAt });
  const mimeType = bareType(upload.declaredType);
  try {
    await inWorkspace(db, vault.workspaceId, async (tx) => {
      const held = await holdKeys(narrow<VaultTables>(tx));
      const sha256 = inspection.sha256.toString("hex");
      const reference = JSON.stringify({ metaMediaId: null, sha256, fileName: null });
      await tx
        .insertInto("whatsapp_media")
        .values({
          workspace_id: vault.workspaceId,
          id,
          number_id: upload.numberId,
          subject_id: upload.contactId,
          direction: "out",
          state: "ready",
          reference_sealed: held.seal(subject, referencePlace(id), reference),
          mime_type: mimeType,
          byte_size: String(inspection.size),
          due_at: createdAt,
          created_at: createdAt,
        })
        .execute();
    });
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
  return { id, kind, mimeType, byteSize: inspection.size };
}

async function sealUpload(
  keys: SealingKeys,
  file: {
    readonly id: string;
    readonly path: string;
    readonly upload: NewUpload;
    readonly maxBytes: number;
    readonly createdAt: Date;
  },
): Promise<Inspection> {
  const { id, path, upload, maxBytes, createdAt } = file;
  let result: Inspection | undefined;
  const bytes = inspectBytes(upload.bytes, maxBytes, (inspection) => {
    if (inspection.size === 0) throw new Refusal("invalid", "media.empty");
    if (!isCompatible(upload.declaredType, inspection.sniffed)) {
      throw new Refusal("invalid", "media.type_mismatch");
    }
    result = inspection;
  });
  await makeFolderOf(path);
  try {
    await keys.sealFile(mediaKey(upload.contactId, createdAt), filePlace(id), bytes, path);
  } catch (error) {
    if (error instanceof MediaFault) throw new Refusal("too_large", error.code, { cause: error });
    throw error;
  }
  if (result === undefined) throw new Error("a sealed file was not inspected");
  return result;
}
