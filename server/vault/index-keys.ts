import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { deriveKey } from "./derive-key.ts";
import { encodeFields } from "./mac-fields.ts";
import type { MacField } from "./vault.ts";

/**
 * Keyed hashes and row MACs of one workspace, all from its one random index master.
 *
 * The master is not rotated with the workspace key: what it hashed must be found again for as long as it is kept.
 */
export class IndexKeys {
  readonly #master: KeyObject;
  /** By full label. Labels are words in our code, so there are few. */
  readonly #derived = new Map<string, KeyObject>();

  constructor(master: KeyObject) {
    this.#master = master;
  }

  hash(index: string, value: string | Buffer): Buffer {
    const hmac = createHmac("sha256", this.#key(`wardroom/index/v1/${index}`));
    return (typeof value === "string" ? hmac.update(value, "utf8") : hmac.update(value)).digest();
  }

  mac(label: string, fields: readonly MacField[]): Buffer {
    return createHmac("sha256", this.#key(`wardroom/mac/v1/${label}`))
      .update(encodeFields(fields))
      .digest();
  }

  isMac(label: string, fields: readonly MacField[], mac: Buffer): boolean {
    const expected = this.mac(label, fields);
    return mac.length === expected.length && timingSafeEqual(mac, expected);
  }

  #key(label: string): KeyObject {
    let key = this.#derived.get(label);
    if (key === undefined) {
      key = deriveKey(this.#master, label);
      this.#derived.set(label, key);
    }
    return key;
  }
}
