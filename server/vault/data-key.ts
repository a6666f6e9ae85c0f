import type { KeyObject } from "node:crypto";
import type { WorkspaceId } from "../platform/ids.ts";
import { deriveKey } from "./derive-key.ts";

/** One unwrapped data key, and what is derived from it. Holds no bytes that could be printed. */
export class DataKey {
  readonly workspaceId: WorkspaceId;
  readonly id: string;
  /** The id as 32 hexadecimal digits, as sealed values carry it. */
  readonly hexId: string;
  /** See `subjectName`. */
  readonly subject: string;
  readonly #key: KeyObject;
  #sealingKey: KeyObject | undefined;

  constructor(workspaceId: WorkspaceId, id: string, subject: string, key: KeyObject) {
    this.workspaceId = workspaceId;
    this.id = id;
    this.hexId = hexIdOf(id);
    this.subject = subject;
    this.#key = key;
  }

  get sealingKey(): KeyObject {
    this.#sealingKey ??= deriveKey(this.#key, "wardroom/seal/v1");
    return this.#sealingKey;
  }

  /** A key for one file alone, by the salt in the file's head: its chunks can then count their nonces. */
  fileKey(salt: Buffer): KeyObject {
    return deriveKey(this.#key, "wardroom/file/v1", salt);
  }
}

export function hexIdOf(id: string): string {
  return id.replaceAll("-", "");
}
