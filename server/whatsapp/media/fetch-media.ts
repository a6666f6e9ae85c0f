import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { KeyErased } from "../../vault/key-erased.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { Unreadable } from "../../vault/unreadable.ts";
import type { SealingKeys, Vault, WorkspaceVault } from "../../vault/vault.ts";
import type { GraphClient } from "../graph-client.ts";
import type { NumberAccess } from "../numbers/number-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { type ClaimedMedia, claimMedia, markFault, markReady } from "./claim-media.ts";
import { type Download, faultOf, openDownload } from "./download-media.ts";
import { type Inspection, inspectBytes } from "./inspect-bytes.ts";
import { MediaFault } from "./media-fault.ts";
import {
  filePlace,
  makeFolderOf,
  mediaKey,
  mediaPath,
  referencePlace,
  type StoredReference,
} from "./media-place.ts";
import { decideType, MAX_INBOUND_BYTES } from "./mime-types.ts";

export interface MediaFetch {
  readonly db: Kysely<WhatsappTables>;
  readonly vault: Vault;
  readonly graph: GraphClient;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Where the sealed files lie: `<data folder>/media`. */
  readonly folder: string;
  /** `getNumberAccess` with the hosts filled in. */
  readonly accessNumber: (
    tx: Tx<WhatsappTables>,
    vault: WorkspaceVault,
    numberId: string,
  ) => Promise<NumberAccess>;
  /** Told in the transaction that settles a file's row, one way or the other. */
  readonly onSettled?: (tx: Tx<WhatsappTables>, workspaceId: WorkspaceId, mediaId: string) => Promise<void>;
}

/** Files at once. Ours: enough to hide Meta's latency, too few to fill a line that people wait for. */
const CONCURRENCY = 4;

/**
 * Fetches the inbound files that are due: by id from Meta, checked, sealed, on disk. Returns how many it took up;
 * call again until that is 0. Any number may run at once; one that dies leaves rows that the next one takes up when
 * their lease ends, and no file under a name that counts.
 */
export async function runMediaFetch(fetch: MediaFetch, workspaceId: WorkspaceId): Promise<number> {
  const claimed = await inWorkspace(fetch.db, workspaceId, (tx) =>
    claimMedia(tx, { workspaceId, now: fetch.clock(), limit: CONCURRENCY }),
  );
  if (claimed.length === 0) return 0;
  const workspace = await fetch.vault.openWorkspace(workspaceId);
  await Promise.all(claimed.map((media) => fetchOne(fetch, workspace, media)));
  return claimed.length;
}

async function fetchOne(fetch: MediaFetch, workspace: WorkspaceVault, media: ClaimedMedia): Promise<void> {
  const { workspaceId } = workspace;
  try {
    const prepared = await inWorkspace(fetch.db, workspaceId, (tx) => prepare(fetch, workspace, tx, media));
    const file = await download(fetch, prepared, workspaceId, media);
    await inWorkspace(fetch.db, workspaceId, async (tx) => {
      // Held again until the commit: an erasure meanwhile ends this attempt instead of leaving a file that looks kept.
      await workspace.keysFor(narrow<VaultTables>(tx), [mediaKey(media.subjectId, media.createdAt)]);
      if (await markReady(tx, workspaceId, media, file)) await fetch.onSettled?.(tx, workspaceId, media.id);
    });
  } catch (error) {
    const code = codeOf(error);
    await inWorkspace(fetch.db, workspaceId, async (tx) => {
      await markFault(tx, workspaceId, media, { code, now: fetch.clock() });
      await fetch.onSettled?.(tx, workspaceId, media.id);
    });
  }
}

interface Prepared {
  readonly access: NumberAccess;
  readonly reference: StoredReference;
  readonly keys: SealingKeys;
}

async function prepare(
  fetch: MediaFetch,
  workspace: WorkspaceVault,
  tx: Tx<WhatsappTables>,
  media: ClaimedMedia,
): Promise<Prepared> {
  const vaultTx = narrow<VaultTables>(tx);
  const keys = await workspace.keysFor(vaultTx, [mediaKey(media.subjectId, media.createdAt)]);
  const opening = await workspace.keysOf(vaultTx, [media.referenceSealed]);
  const reference = JSON.parse(opening.openText(referencePlace(media.id), media.referenceSealed));
  return { access: await fetch.accessNumber(tx, workspace, media.numberId), reference, keys };
}

async function download(
  fetch: MediaFetch,
  { access, reference, keys }: Prepared,
  workspaceId: WorkspaceId,
  media: ClaimedMedia,
): Promise<{ size: number; mimeType: string }> {
  if (reference.metaMediaId === null) throw new MediaFault("media.expired");
  const found = await openDownload(fetch, access, reference.metaMediaId);
  try {
    let mimeType = media.mimeType;
    const bytes = inspectBytes(found.bytes, MAX_INBOUND_BYTES, (inspection) => {
      judge(inspection, found, reference);
      mimeType = decideType(media.mimeType, inspection.sniffed);
    });
    const path = mediaPath(fetch.folder, workspaceId, media.id);
    await makeFolderOf(path);
    const subject = mediaKey(media.subjectId, media.createdAt);
    const { size } = await keys.sealFile(subject, filePlace(media.id), bytes, path);
    return { size, mimeType };
  } finally {
    found.discard();
  }
}

/** The webhook was signed and the metadata came over TLS: the bytes must be what both say. */
function judge(inspection: Inspection, found: Download, reference: StoredReference): void {
  const expected = [reference.sha256 === null ? null : Buffer.from(reference.sha256, "hex"), found.sha256];
  const differs = expected.some((hash) => hash !== null && !hash.equals(inspection.sha256));
  const isShort = found.size !== null && found.size !== inspection.size;
  if (differs || isShort) throw new MediaFault("media.hash_mismatch");
}

function codeOf(error: unknown): MediaFault["code"] {
  const fault = faultOf(error);
  if (fault instanceof MediaFault) return fault.code;
  const isErased =
    fault instanceof KeyErased || (fault instanceof Unreadable && fault.reason === "key_absent");
  // What is left is ours: a full disk, a folder without rights, the database gone for a moment.
  return isErased ? "media.erased" : "media.not_stored";
}
