import { createHash } from "node:crypto";
import { MediaFault } from "./media-fault.ts";
import { SNIFF_BYTES, sniffType } from "./mime-types.ts";

/** What the bytes of a file turned out to be. */
export interface Inspection {
  readonly size: number;
  readonly sha256: Buffer;
  /** The type that the first bytes show. */
  readonly sniffed: string | undefined;
}

/**
 * Passes `source` on, piece by piece, and at its end hands what it was to `judge`, which throws to refuse it: whoever
 * stores the bytes then never comes to an end, and keeps nothing. Throws `media.too_large` above `maxBytes`.
 */
export async function* inspectBytes(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  judge: (inspection: Inspection) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  const head: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    if (size < SNIFF_BYTES) head.push(piece.subarray(0, SNIFF_BYTES - size));
    size += piece.length;
    if (size > maxBytes) throw new MediaFault("media.too_large");
    hash.update(piece);
    yield piece;
  }
  judge({ size, sha256: hash.digest(), sniffed: await sniffType(Buffer.concat(head)) });
}
