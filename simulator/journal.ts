import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { openSealed, sealBytes } from "./sealed-box.ts";

const MAGIC = Buffer.from("WRSIM-J1", "latin1");
const FILE_ID_BYTES = 16;
const HEADER_BYTES = MAGIC.length + FILE_ID_BYTES;
const LENGTH_BYTES = 4;

export interface OpenedJournal {
  readonly journal: Journal;
  readonly entries: readonly unknown[];
  /** Bytes of a half-written tail that were dropped: 0 unless the last writer was killed. */
  readonly droppedBytes: number;
}

/**
 * An append-only file of sealed JSON entries. Each entry is in the operating system's hands when `append` returns, so
 * kill -9 loses nothing; there is no fsync, so a power cut may lose the last moments (a simulator may).
 * Layout: magic, random file id, then frames of length + AES-256-GCM; the associated data is file id and frame number,
 * so that frames cannot be moved. Frame 0 is a key check: a wrong key must never look like a torn file.
 */
export class Journal {
  readonly #path: string;
  readonly #key: Buffer;
  #fd: number;
  #fileId: Buffer;
  #frames: number;

  private constructor(path: string, key: Buffer, file: { fd: number; fileId: Buffer; frames: number }) {
    this.#path = path;
    this.#key = key;
    this.#fd = file.fd;
    this.#fileId = file.fileId;
    this.#frames = file.frames;
  }

  static open(path: string, key: Buffer): OpenedJournal {
    if (key.length !== 32) throw new Error("simulator: the state key must be 32 bytes");
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) {
      const journal = new Journal(path, key, writeNewFile(path, key, []));
      return { journal, entries: [], droppedBytes: 0 };
    }
    const bytes = readFileSync(path);
    const read = readFrames(bytes, key);
    const fd = openSync(path, "r+");
    ftruncateSync(fd, read.goodBytes);
    closeSync(fd);
    const journal = new Journal(path, key, {
      fd: openSync(path, "a", 0o600),
      fileId: read.fileId,
      frames: read.entries.length + 1,
    });
    return { journal, entries: read.entries, droppedBytes: bytes.length - read.goodBytes };
  }

  get entryCount(): number {
    return this.#frames - 1;
  }

  append(entry: unknown): void {
    writeSync(this.#fd, frame(this.#key, this.#fileId, this.#frames, entry));
    this.#frames += 1;
  }

  /** Replaces the file by one that holds exactly these entries; the old one stays until the new one is whole. */
  rewrite(entries: Iterable<unknown>): void {
    const next = writeNewFile(`${this.#path}.next`, this.#key, entries);
    renameSync(`${this.#path}.next`, this.#path);
    closeSync(this.#fd);
    this.#fd = next.fd;
    this.#fileId = next.fileId;
    this.#frames = next.frames;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function writeNewFile(path: string, key: Buffer, entries: Iterable<unknown>) {
  const fileId = randomBytes(FILE_ID_BYTES);
  const fd = openSync(path, "w", 0o600);
  writeSync(fd, Buffer.concat([MAGIC, fileId, frame(key, fileId, 0, "key check")]));
  let frames = 1;
  for (const entry of entries) {
    writeSync(fd, frame(key, fileId, frames, entry));
    frames += 1;
  }
  return { fd, fileId, frames };
}

function frame(key: Buffer, fileId: Buffer, number: number, entry: unknown): Buffer {
  const sealed = sealBytes(key, place(fileId, number), Buffer.from(JSON.stringify(entry)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

function place(fileId: Buffer, number: number): Buffer {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(number));
  return Buffer.concat([fileId, counter]);
}

function readFrames(bytes: Buffer, key: Buffer) {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw new Error("simulator: not a simulator state file");
  const fileId = bytes.subarray(MAGIC.length, HEADER_BYTES);
  const check = readFrame(bytes, HEADER_BYTES, place(fileId, 0), key);
  if (check === undefined) throw new Error("simulator: the state key does not open the state file");
  const entries: unknown[] = [];
  let goodBytes = check.end;
  for (;;) {
    const next = readFrame(bytes, goodBytes, place(fileId, entries.length + 1), key);
    if (next === undefined) return { fileId, entries, goodBytes };
    entries.push(next.entry);
    goodBytes = next.end;
  }
}

function readFrame(bytes: Buffer, start: number, where: Buffer, key: Buffer) {
  if (start + LENGTH_BYTES > bytes.length) return undefined;
  const end = start + LENGTH_BYTES + bytes.readUInt32BE(start);
  if (end > bytes.length) return undefined;
  const plain = openSealed(key, where, bytes.subarray(start + LENGTH_BYTES, end));
  return plain === undefined ? undefined : { entry: JSON.parse(plain.toString()) as unknown, end };
}
