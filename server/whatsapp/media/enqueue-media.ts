import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MediaReference } from "../inbound/update.ts";
import type { WhatsappTables } from "../tables.ts";
import { mediaKey, referencePlace, type StoredReference } from "./media-place.ts";
import { bareType, UNKNOWN_TYPE } from "./mime-types.ts";

export interface WantedMedia {
  /** Of the row to be, as the message names it. */
  readonly id: string;
  readonly numberId: string;
  readonly contactId: string;
  readonly reference: MediaReference;
}

/** Queues the files of inbound messages for fetching, in the transaction that stores the messages. */
export async function enqueueMedia(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  now: Date,
  wanted: readonly WantedMedia[],
): Promise<void> {
  if (wanted.length === 0) return;
  const subjects = wanted.map(({ contactId }) => mediaKey(contactId, now));
  const keys = await vault.keysFor(narrow<VaultTables>(tx), subjects);
  const sealed = wanted.map(({ id, contactId, reference }) => {
    const stored: StoredReference = {
      metaMediaId: reference.metaMediaId,
      sha256: reference.sha256?.toString("hex") ?? null,
      fileName: reference.fileName,
    };
    return keys.seal(mediaKey(contactId, now), referencePlace(id), JSON.stringify(stored));
  });
  await sql`
    insert into whatsapp_media
      (workspace_id, id, number_id, subject_id, direction, state, reference_sealed, mime_type, due_at, created_at)
    select ${vault.workspaceId}::uuid, m.id, m.number_id, m.subject_id, 'in', 'waiting', m.reference, m.mime_type,
      ${now}, ${now}
    from unnest(
      ${wanted.map(({ id }) => id)}::uuid[],
      ${wanted.map(({ numberId }) => numberId)}::uuid[],
      ${wanted.map(({ contactId }) => contactId)}::uuid[],
      ${sealed}::bytea[],
      ${wanted.map(({ reference }) => cleanType(reference.mimeType))}::text[]
    ) as m (id, number_id, subject_id, reference, mime_type)
  `.execute(tx);
}

const MIME_TYPE = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+_-]{0,120}$/;

/** The column is readable and reaches reply headers: nothing but a media type gets in. */
function cleanType(mimeType: string): string {
  const bare = bareType(mimeType);
  return MIME_TYPE.test(bare) ? bare : UNKNOWN_TYPE;
}
