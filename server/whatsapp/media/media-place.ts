import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { KeySubject, Place } from "../../vault/vault.ts";

/** What `reference_sealed` says, as JSON. Sealed: a file's name is the customer's own words. */
export interface StoredReference {
  /** Meta's id: of an inbound file from the webhook, of one of ours once Meta has it. */
  readonly metaMediaId: string | null;
  /** Hex, of the plain bytes: expected for an inbound file, computed for one of ours. */
  readonly sha256: string | null;
  readonly fileName: string | null;
}

export function referencePlace(mediaId: string): Place {
  return { table: "whatsapp_media", column: "reference_sealed", rowId: mediaId };
}

/** The bytes on disk, as if they were a column of the row. */
export function filePlace(mediaId: string): Place {
  return { table: "whatsapp_media", column: "file", rowId: mediaId };
}

/** Row and file are sealed under one key: that of the conversation in the month in which the row was made. */
export function mediaKey(subjectId: string, createdAt: Date): KeySubject {
  return { subjectId, keyClass: "conversation", at: createdAt };
}

export function workspaceFolder(folder: string, workspaceId: WorkspaceId): string {
  return join(folder, workspaceId);
}

/** Spread by the end of the id: its beginning is the time, and would put a whole year into one folder. */
export function mediaPath(folder: string, workspaceId: WorkspaceId, mediaId: string): string {
  return join(workspaceFolder(folder, workspaceId), mediaId.slice(-2), mediaId);
}

export async function makeFolderOf(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
}
