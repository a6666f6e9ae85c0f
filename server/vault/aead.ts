import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TAG_OPTIONS = { authTagLength: TAG_BYTES };

/** Bytes that encryption adds to a plaintext. */
export const AEAD_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** Random bytes drawn at once: one call to the system's generator for 256 nonces. Each is used once, in order. */
const nonces = Buffer.alloc(256 * NONCE_BYTES);
let nextNonce = nonces.length;

function fillNonce(target: Buffer, offset: number): void {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces);
    nextNonce = 0;
  }
  nonces.copy(target, offset, nextNonce, nextNonce + NONCE_BYTES);
  nextNonce += NONCE_BYTES;
}

/**
 * AES-256-GCM with a random 96-bit nonce: `headerBytes` left for the caller to fill, nonce, ciphertext, tag.
 *
 * NIST SP 800-38D allows 2^32 such encryptions per key; our keys are per subject, class and month.
 */
export function encryptAfter(
  headerBytes: number,
  key: KeyObject,
  associated: Buffer,
  plaintext: Buffer | string,
): Buffer {
  const length = typeof plaintext === "string" ? Buffer.byteLength(plaintext) : plaintext.length;
  const out = Buffer.allocUnsafe(headerBytes + AEAD_OVERHEAD_BYTES + length);
  fillNonce(out, headerBytes);
  const body = headerBytes + NONCE_BYTES;
  const cipher = createCipheriv("aes-256-gcm", key, out.subarray(headerBytes, body), TAG_OPTIONS);
  cipher.setAAD(associated);
  const ciphertext =
    typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
  ciphertext.copy(out, body);
  cipher.final();
  cipher.getAuthTag().copy(out, body + length);
  return out;
}

/** The plaintext behind the first `headerBytes`, or undefined when a bit or the associated data differs. */
export function decryptAfter(
  headerBytes: number,
  key: KeyObject,
  associated: Buffer,
  sealed: Buffer,
): Buffer | undefined {
  if (sealed.length < headerBytes + AEAD_OVERHEAD_BYTES) return undefined;
  const body = headerBytes + NONCE_BYTES;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(headerBytes, body), TAG_OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(body, end));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext;
}
