import type { WorkspaceId } from "../platform/ids.ts";
import { AEAD_OVERHEAD_BYTES, decryptAfter, encryptAfter } from "./aead.ts";
import type { DataKey } from "./data-key.ts";
import { Unreadable } from "./unreadable.ts";
import type { Place } from "./vault.ts";

/*
 * A sealed value: version (1 byte), key id (16), nonce (12), ciphertext, tag (16).
 * A sealed file begins with the same two fields, so that one function reads the key id of both.
 */
const VALUE_VERSION = 1;
export const FILE_VERSION = 2;
const KEY_ID_END = 17;
export const KEY_HEADER_BYTES = KEY_ID_END;
const MIN_VALUE_BYTES = KEY_HEADER_BYTES + AEAD_OVERHEAD_BYTES;

/** The hexadecimal key id at the head of a sealed value or file, or undefined when it is neither. */
export function hexKeyIdOf(sealed: Buffer): string | undefined {
  const version = sealed[0];
  if (sealed.length < KEY_HEADER_BYTES || (version !== VALUE_VERSION && version !== FILE_VERSION))
    return undefined;
  return sealed.toString("hex", 1, KEY_ID_END);
}

export function writeKeyHeader(target: Buffer, version: number, key: DataKey): void {
  target[0] = version;
  target.write(key.hexId, 1, 16, "hex");
}

/** What a seal is bound to. The lengths keep table, column and row apart whatever they contain. */
export function associatedData(use: string, workspaceId: WorkspaceId, key: DataKey, place: Place): Buffer {
  const { table, column, rowId } = place;
  return Buffer.from(
    `${use}|${workspaceId}|${key.hexId}|${table.length}|${column.length}|${table}${column}${rowId}`,
  );
}

const USE = "wardroom/value/v1";

export function sealValue(key: DataKey, place: Place, plaintext: Buffer | string): Buffer {
  const associated = associatedData(USE, key.workspaceId, key, place);
  const sealed = encryptAfter(KEY_HEADER_BYTES, key.sealingKey, associated, plaintext);
  writeKeyHeader(sealed, VALUE_VERSION, key);
  return sealed;
}

/** The keys at hand, by the hexadecimal id that sealed values and files carry. */
export type FindKey = (hexId: string) => DataKey | undefined;

/** `workspaceId` is the asking workspace, never the key's: a row copied from another does not open. */
export function openValue(workspaceId: WorkspaceId, findKey: FindKey, place: Place, sealed: Buffer): Buffer {
  if (sealed[0] !== VALUE_VERSION || sealed.length < MIN_VALUE_BYTES) throw new Unreadable("malformed");
  const key = findKey(sealed.toString("hex", 1, KEY_ID_END));
  if (key === undefined) throw new Unreadable("key_absent");
  const associated = associatedData(USE, workspaceId, key, place);
  const plaintext = decryptAfter(KEY_HEADER_BYTES, key.sealingKey, associated, sealed);
  if (plaintext === undefined) throw new Unreadable("not_authentic");
  return plaintext;
}
