import type { NumberAccess } from "../numbers/number-access.ts";
import type { OpenRow } from "./claim-rows.ts";
import { type Outcome, outcomeOfError } from "./outcome.ts";
import { mediaOf } from "./send-payload.ts";

/** Brings a file of ours to Meta, or finds that Meta still has it, and returns Meta's id for it. */
export type UploadMedia = (request: {
  readonly access: NumberAccess;
  /** Of whatsapp_media. */
  readonly mediaId: string;
}) => Promise<string>;

/** How long a file is tried before its message fails, in ms. Ours. */
const GIVE_UP_AFTER_MS = 15 * 60 * 1000;

export type Prepared =
  | { readonly ready: true; readonly metaMediaIds: ReadonlyMap<string, string> }
  | { readonly ready: false; readonly outcome: Outcome };

/**
 * Meta's ids of a message's files. Nothing of the message has left yet, so whatever fails here may be done again:
 * only a refusal that will not change fails the message, and time.
 */
export async function prepareMedia(
  upload: UploadMedia,
  access: NumberAccess,
  row: OpenRow,
  triedForMs: number,
): Promise<Prepared> {
  const metaMediaIds = new Map<string, string>();
  try {
    for (const mediaId of mediaOf(row.payload)) {
      metaMediaIds.set(mediaId, await upload({ access, mediaId }));
    }
    return { ready: true, metaMediaIds };
  } catch (error) {
    return { ready: false, outcome: decideOnUpload(error, triedForMs) };
  }
}

function decideOnUpload(error: unknown, triedForMs: number): Outcome {
  const outcome = knownOutcome(error);
  if (outcome?.kind === "failed" || outcome?.kind === "stopped") return outcome;
  const failure = { code: null, reason: "media_unavailable" };
  if (triedForMs >= GIVE_UP_AFTER_MS) return { kind: "failed", failure, alarm: false };
  return outcome?.kind === "again" ? outcome : { kind: "again", failure, holds: "contact", waitMs: null };
}

/** The file may be missing on our side, too; that is no word of Meta's. */
function knownOutcome(error: unknown): Outcome | undefined {
  try {
    return outcomeOfError(error);
  } catch {
    return undefined;
  }
}
