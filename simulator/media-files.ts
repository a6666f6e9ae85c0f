import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSealed, sealBytes } from "./sealed-box.ts";

/** Sealed files beside the state file, under random names. Whole files in memory: Meta's limit is 100 MB. */
export class MediaFiles {
  readonly #folder: string;
  readonly #key: Buffer;

  constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  async write(bytes: Buffer): Promise<{ fileName: string; sha256Hex: string; sizeBytes: number }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const fileName = randomBytes(16).toString("hex");
    const sealed = sealBytes(this.#key, Buffer.from(fileName), bytes);
    await writeFile(join(this.#folder, fileName), sealed, { mode: 0o600 });
    const sha256Hex = createHash("sha256").update(bytes).digest("hex");
    return { fileName, sha256Hex, sizeBytes: bytes.length };
  }

  async read(fileName: string): Promise<Buffer> {
    const plain = openSealed(this.#key, Buffer.from(fileName), await readFile(join(this.#folder, fileName)));
    if (plain === undefined) throw new Error("simulator: a media file does not open");
    return plain;
  }

  async remove(fileName: string): Promise<void> {
    await rm(join(this.#folder, fileName), { force: true });
  }
}
