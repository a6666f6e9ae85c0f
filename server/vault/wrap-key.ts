import type { KeyObject } from "node:crypto";
import { AEAD_OVERHEAD_BYTES, decryptAfter, encryptAfter } from "./aead.ts";
import { KEY_BYTES } from "./derive-key.ts";

const VERSION = 1;
const HEADER_BYTES = 1;

export const WRAPPED_KEY_BYTES = HEADER_BYTES + AEAD_OVERHEAD_BYTES + KEY_BYTES;

/** `plain` sealed under another key: version byte, nonce, ciphertext, tag. `associated` says whose key it is. */
export function wrapKey(under: KeyObject, plain: Buffer, associated: Buffer): Buffer {
  const wrapped = encryptAfter(HEADER_BYTES, under, associated, plain);
  wrapped[0] = VERSION;
  return wrapped;
}

/** Throws when `wrapped` was not made by `wrapKey` with the same key and the same associated data. */
export function unwrapKey(under: KeyObject, wrapped: Buffer, associated: Buffer): Buffer {
  const plain = wrapped[0] === VERSION ? decryptAfter(HEADER_BYTES, under, associated, wrapped) : undefined;
  if (plain === undefined) throw new Error("A wrapped key does not open under the key that should open it");
  return plain;
}
