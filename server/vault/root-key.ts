import { createSecretKey, type KeyObject } from "node:crypto";
import { deriveKey, KEY_BYTES } from "./derive-key.ts";
import { unwrapKey, wrapKey } from "./wrap-key.ts";

/**
 * Holds the key above all keys. Asynchronous throughout, so that a KMS or an HSM can be one: the root never has to be
 * in our memory.
 */
export interface RootKeyProvider {
  /** As it stands in the settings: "file", "passphrase". */
  readonly provider: string;
  /** Tells root keys apart without revealing them: 32 hexadecimal digits. */
  id(): Promise<string>;
  wrap(plain: Buffer, associated: Buffer): Promise<Buffer>;
  unwrap(wrapped: Buffer, associated: Buffer): Promise<Buffer>;
  /** 32 bytes that only this root yields for this label. */
  derive(label: string): Promise<Buffer>;
  /** Gets the root key anew where another process may have changed it. A provider of one fixed key has none. */
  renew?(): Promise<void>;
}

/**
 * Whether the database has keys yet. Only on a `first` start may a root key be made; on any later one (`again`) a
 * missing root key is a StartFault, because a new one would open nothing.
 */
export type Start = "first" | "again";

const ID_BYTES = 16;

/** A root key in this process's memory, wherever it came from. */
export class LocalRootKey implements RootKeyProvider {
  readonly provider: string;
  readonly #root: KeyObject;
  readonly #wrapping: KeyObject;

  /** Copies the 32 bytes; wiping `root` afterwards is the caller's. */
  constructor(provider: string, root: Buffer) {
    if (root.length !== KEY_BYTES) throw new Error(`A root key has ${KEY_BYTES} bytes`);
    this.provider = provider;
    this.#root = createSecretKey(root);
    this.#wrapping = deriveKey(this.#root, "wardroom/root/wrap/v1");
  }

  async id(): Promise<string> {
    return deriveKey(this.#root, "wardroom/root/id/v1").export().toString("hex", 0, ID_BYTES);
  }

  async wrap(plain: Buffer, associated: Buffer): Promise<Buffer> {
    return wrapKey(this.#wrapping, plain, associated);
  }

  async unwrap(wrapped: Buffer, associated: Buffer): Promise<Buffer> {
    return unwrapKey(this.#wrapping, wrapped, associated);
  }

  async derive(label: string): Promise<Buffer> {
    return deriveKey(this.#root, `wardroom/root/derive/v1/${label}`).export();
  }
}
