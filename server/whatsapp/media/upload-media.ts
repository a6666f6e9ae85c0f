import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Vault, WorkspaceVault } from "../../vault/vault.ts";
import type { GraphClient } from "../graph-client.ts";
import { member, UnreadableAnswer } from "../graph-error.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { mediaKey, referencePlace, type StoredReference } from "./media-place.ts";
import { openMedia } from "./open-media.ts";

/** Meta keeps an upload for 30 days (facts.md, section 3); we count on two days less, in ms. */
const META_KEEPS_MS = 28 * 24 * 60 * 60 * 1000;

export interface MediaUpload {
  readonly db: Kysely<WhatsappTables>;
  readonly vault: Vault;
  readonly graph: GraphClient;
  readonly clock: Clock;
  /** Where the sealed files lie: `<data folder>/media`. */
  readonly folder: string;
}

/**
 * Brings a file of ours to Meta and returns Meta's id for it; the id of an earlier upload while Meta still keeps it.
 * A crash after the upload forgets the id: the next call uploads again, and Meta drops the first one by itself.
 */
export async function uploadMedia(
  upload: MediaUpload,
  { access, mediaId }: { readonly access: NumberAccess; readonly mediaId: string },
): Promise<string> {
  const { db, clock, folder, graph } = upload;
  const workspace = await upload.vault.openWorkspace(access.workspaceId);
  const known = await inWorkspace(db, access.workspaceId, (tx) => readRow(narrow(tx), workspace, mediaId));
  const keptSince = clock().getTime() - META_KEEPS_MS;
  if (known.reference.metaMediaId !== null && (known.uploadedAt?.getTime() ?? 0) > keptSince) {
    return known.reference.metaMediaId;
  }
  const file = await inWorkspace(db, access.workspaceId, (tx) =>
    openMedia(tx, workspace, folder, { mediaId }),
  );
  try {
    const answer = await graph.call(access, {
      method: "POST",
      path: "/{phone}/media",
      ids: { phone: access.phoneNumberId },
      upload: {
        fields: { messaging_product: "whatsapp", type: file.mimeType },
        file: { mimeType: file.mimeType, byteSize: file.size, bytes: file.content },
      },
      actor: "system:sender",
    });
    const metaMediaId = member(answer, "id");
    if (typeof metaMediaId !== "string" || metaMediaId === "") throw new UnreadableAnswer(200);
    await keepMetaId(upload, workspace, mediaId, { known, metaMediaId });
    return metaMediaId;
  } finally {
    file.content.destroy();
  }
}

interface KnownRow {
  readonly reference: StoredReference;
  readonly uploadedAt: Date | null;
  readonly subjectId: string;
  readonly createdAt: Date;
}

async function readRow(
  tx: Parameters<typeof openMedia>[0],
  workspace: WorkspaceVault,
  mediaId: string,
): Promise<KnownRow> {
  const row = await tx
    .selectFrom("whatsapp_media")
    .select(["reference_sealed", "meta_uploaded_at", "subject_id", "created_at"])
    .where("workspace_id", "=", workspace.workspaceId)
    .where("id", "=", mediaId)
    .executeTakeFirstOrThrow();
  const keys = await workspace.keysOf(narrow<VaultTables>(tx), [row.reference_sealed]);
  const reference: StoredReference = JSON.parse(keys.openText(referencePlace(mediaId), row.reference_sealed));
  return {
    reference,
    uploadedAt: row.meta_uploaded_at,
    subjectId: row.subject_id,
    createdAt: row.created_at,
  };
}

async function keepMetaId(
  { db, clock }: MediaUpload,
  workspace: WorkspaceVault,
  mediaId: string,
  { known, metaMediaId }: { readonly known: KnownRow; readonly metaMediaId: string },
): Promise<void> {
  const subject = mediaKey(known.subjectId, known.createdAt);
  await inWorkspace(db, workspace.workspaceId, async (tx) => {
    const keys = await workspace.keysFor(narrow<VaultTables>(tx), [subject]);
    const reference = JSON.stringify({ ...known.reference, metaMediaId });
    await tx
      .updateTable("whatsapp_media")
      .set({
        reference_sealed: keys.seal(subject, referencePlace(mediaId), reference),
        meta_uploaded_at: clock(),
      })
      .where("workspace_id", "=", workspace.workspaceId)
      .where("id", "=", mediaId)
      .execute();
  });
}
