import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

export const KEY_BYTES = 32;

const NO_SALT = Buffer.alloc(0);

/**
 * HKDF-SHA256 (RFC 5869) with `label` as its info: one key per use, so that no key serves two algorithms.
 *
 * Keys live as KeyObjects: they print as nothing, and Node wipes their memory when they are collected. The bytes
 * that pass through here are wiped at once.
 */
export function deriveKey(from: KeyObject, label: string, salt: Buffer = NO_SALT): KeyObject {
  return takeKey(Buffer.from(hkdfSync("sha256", from, salt, label, KEY_BYTES)));
}

/** Turns raw key bytes into a KeyObject and wipes them: the caller's buffer is empty afterwards. */
export function takeKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
