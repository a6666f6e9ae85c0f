import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { Unreadable } from "./unreadable.ts";

/*
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance, 2015), as age uses it: chunks of one size under a key of the file's own, each with
 * its number and a mark on the last one in its nonce. A chunk moved, missing, doubled or added does not open.
 */

/** Plaintext bytes of every chunk but the last, which has 1 to this many; none only when the file is empty. */
export const CHUNK_BYTES = 64 * 1024;

const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const TAG_OPTIONS = { authTagLength: TAG_BYTES };

/** One file's key and what its chunks are bound to. The key must never seal a second file. */
export interface StreamKey {
  readonly key: KeyObject;
  readonly associated: Buffer;
}

/** Which chunk of its file: its number from 0, and whether it is the last. */
export interface ChunkPosition {
  readonly index: number;
  readonly isLast: boolean;
}

export function sealChunk(
  { key, associated }: StreamKey,
  position: ChunkPosition,
  plaintext: Buffer,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(position), TAG_OPTIONS);
  cipher.setAAD(associated);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

/** Throws Unreadable when this is not that chunk of that file. */
export function openChunk({ key, associated }: StreamKey, position: ChunkPosition, sealed: Buffer): Buffer {
  if (sealed.length < TAG_BYTES) throw new Unreadable("not_authentic");
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(position), TAG_OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    throw new Unreadable("not_authentic");
  }
  return plaintext;
}

/** Seals a stream of any chunking; the result is one sealed chunk per item. */
export async function* sealStream(key: StreamKey, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let index = 0;
  for await (const piece of source) {
    pieces.push(piece);
    bytes += piece.length;
    // A full chunk is kept back until there is more: only then is it known not to be the last.
    if (bytes <= CHUNK_BYTES) continue;
    let waiting = Buffer.concat(pieces);
    for (; waiting.length > CHUNK_BYTES; waiting = waiting.subarray(CHUNK_BYTES), index++) {
      yield sealChunk(key, { index, isLast: false }, waiting.subarray(0, CHUNK_BYTES));
    }
    pieces = [waiting];
    bytes = waiting.length;
  }
  yield sealChunk(key, { index, isLast: true }, Buffer.concat(pieces));
}

/** The sizes of a sealed stream of `bytes` bytes, or undefined when no stream has that size. */
export function measureStream(bytes: number): { readonly chunks: number; readonly size: number } | undefined {
  const chunks = Math.max(1, Math.ceil(bytes / SEALED_CHUNK_BYTES));
  const size = bytes - chunks * TAG_BYTES;
  const lastChunk = size - (chunks - 1) * CHUNK_BYTES;
  if (size < 0 || (chunks > 1 && lastChunk < 1)) return undefined;
  return { chunks, size };
}

/** 11 bytes of chunk number, big-endian, and 1 for the last chunk or 0. */
function nonceOf({ index, isLast }: ChunkPosition): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
