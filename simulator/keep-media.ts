import { GraphError } from "./graph-error.ts";
import { mintGraphId } from "./meta-ids.ts";
import type { MediaRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

const KB = 1_024;
const MB = 1_024 * KB;

/** Types and sizes that WhatsApp takes (facts.md, 3). Documents may be of any type. */
const SIZE_BY_TYPE: Readonly<Record<string, number>> = {
  "audio/aac": 16 * MB,
  "audio/amr": 16 * MB,
  "audio/mpeg": 16 * MB,
  "audio/mp4": 16 * MB,
  "audio/ogg": 16 * MB,
  "image/jpeg": 5 * MB,
  "image/png": 5 * MB,
  "image/webp": 500 * KB,
  "video/mp4": 16 * MB,
  "video/3gpp": 16 * MB,
};
const DOCUMENT_BYTES = 100 * MB;
const DOCUMENT_TYPES =
  /^(text\/plain|application\/(pdf|msword|vnd\.ms-(excel|powerpoint)|vnd\.openxmlformats-officedocument\.[\w.-]+))$/;

/** What a business may upload: unknown types are refused with 100, too large ones with 131053. */
export function checkUpload(mimeType: string, sizeBytes: number): void {
  const type = bareType(mimeType);
  const limit = SIZE_BY_TYPE[type] ?? (DOCUMENT_TYPES.test(type) ? DOCUMENT_BYTES : undefined);
  if (limit === undefined) {
    throw new GraphError(100, { details: "Param file must be a file with one of the supported types" });
  }
  if (sizeBytes === 0) throw new GraphError(100, { details: "Param file is empty" });
  if (sizeBytes > limit)
    throw new GraphError(131053, { details: "The file is larger than WhatsApp allows for its type" });
}

/** Seals the bytes beside the state and gives them an id. */
export async function keepMedia(
  sim: Simulation,
  input: { phoneNumberId: string; bytes: Buffer; mimeType: string },
): Promise<MediaRecord> {
  const file = await sim.mediaFiles.write(input.bytes);
  const record: MediaRecord = {
    mediaId: mintGraphId(),
    phoneNumberId: input.phoneNumberId,
    mimeType: input.mimeType,
    createdAt: sim.now(),
    ...file,
  };
  sim.state.put("media", record.mediaId, record);
  return record;
}

function bareType(mimeType: string): string {
  return mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
