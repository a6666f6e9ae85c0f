import type { WorkspaceId } from "../platform/ids.ts";
import type { DataKey } from "./data-key.ts";
import { subjectName } from "./key-subject.ts";
import { openFile, sealFile } from "./sealed-file.ts";
import { type FindKey, hexKeyIdOf, openValue, sealValue } from "./sealed-value.ts";
import type { ByteRange, KeySubject, OpenedFile, OpeningKeys, Place, SealingKeys } from "./vault.ts";

/** The keys of one batch, in memory: from here on nothing waits. */
export class LoadedKeys implements SealingKeys, OpeningKeys {
  readonly #workspaceId: WorkspaceId;
  readonly #bySubject = new Map<string, DataKey>();
  readonly #byHexId = new Map<string, DataKey>();

  readonly #findKey: FindKey = (hexId) => this.#byHexId.get(hexId);

  constructor(workspaceId: WorkspaceId, keys: readonly DataKey[]) {
    this.#workspaceId = workspaceId;
    for (const key of keys) {
      this.#bySubject.set(key.subject, key);
      this.#byHexId.set(key.hexId, key);
    }
  }

  seal(subject: KeySubject, place: Place, plaintext: Buffer | string): Buffer {
    return sealValue(this.#getKey(subject), place, plaintext);
  }

  keyId(subject: KeySubject): string {
    return this.#getKey(subject).id;
  }

  sealFile(
    subject: KeySubject,
    place: Place,
    source: AsyncIterable<Uint8Array>,
    path: string,
  ): Promise<{ readonly size: number }> {
    return sealFile(this.#getKey(subject), place, source, path);
  }

  open(place: Place, sealed: Buffer): Buffer {
    return openValue(this.#workspaceId, this.#findKey, place, sealed);
  }

  openText(place: Place, sealed: Buffer): string {
    return this.open(place, sealed).toString("utf8");
  }

  canOpen(sealed: Buffer): boolean {
    const hexId = hexKeyIdOf(sealed);
    return hexId !== undefined && this.#byHexId.has(hexId);
  }

  openFile(place: Place, path: string, range?: ByteRange): Promise<OpenedFile> {
    return openFile(this.#workspaceId, this.#findKey, { place, path, range });
  }

  #getKey(subject: KeySubject): DataKey {
    const key = this.#bySubject.get(subjectName(subject));
    if (key === undefined) throw new Error(`No key was asked for this subject of class ${subject.keyClass}`);
    return key;
  }
}
