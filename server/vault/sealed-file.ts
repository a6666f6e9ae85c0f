import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { WorkspaceId } from "../platform/ids.ts";
import type { DataKey } from "./data-key.ts";
import { syncFolder } from "./key-file.ts";
import {
  CHUNK_BYTES,
  measureStream,
  openChunk,
  SEALED_CHUNK_BYTES,
  type StreamKey,
  sealStream,
} from "./sealed-stream.ts";
import {
  associatedData,
  FILE_VERSION,
  type FindKey,
  KEY_HEADER_BYTES,
  writeKeyHeader,
} from "./sealed-value.ts";
import { Unreadable } from "./unreadable.ts";
import type { ByteRange, OpenedFile, Place } from "./vault.ts";

/* A sealed file: version (1 byte), key id (16), salt (16) of the file's own key, then the chunks. */
const SALT_BYTES = 16;
const HEAD_BYTES = KEY_HEADER_BYTES + SALT_BYTES;
const USE = "wardroom/file/v1";

export async function sealFile(
  key: DataKey,
  place: Place,
  source: AsyncIterable<Uint8Array>,
  path: string,
): Promise<{ readonly size: number }> {
  const head = Buffer.alloc(HEAD_BYTES);
  writeKeyHeader(head, FILE_VERSION, key);
  const salt = randomBytes(SALT_BYTES);
  salt.copy(head, KEY_HEADER_BYTES);
  const stream = {
    key: key.fileKey(salt),
    associated: associatedData(USE, key.workspaceId, key, place),
  };
  return { size: await writeWhole(path, head, stream, source) };
}

/** Writes beside `path`, waits for the disk, then takes the name: a crash leaves the whole file or none. */
export async function writeWhole(
  path: string,
  head: Buffer,
  stream: StreamKey,
  source: AsyncIterable<Uint8Array>,
): Promise<number> {
  const draft = `${path}.${randomBytes(8).toString("hex")}.part`;
  try {
    let bytes = 0;
    const file = await open(draft, "wx", 0o600);
    try {
      await file.appendFile(head);
      for await (const chunk of sealStream(stream, source)) {
        await file.appendFile(chunk);
        bytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
    return measureStream(bytes)?.size ?? 0;
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
}

/** The first bytes of a sealed file, for `keysOf`: they name its key. */
export async function readSealedFileHead(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return await readAt(file, 0, KEY_HEADER_BYTES);
  } finally {
    await file.close();
  }
}

/**
 * Opens a sealed file. The last chunk is verified first, so that a shortened or lengthened file is refused before the
 * first byte is given out, and `size` can be trusted. Close by reading to the end or destroying `content`.
 */
export async function openFile(
  workspaceId: WorkspaceId,
  findKey: FindKey,
  {
    place,
    path,
    range,
  }: { readonly place: Place; readonly path: string; readonly range?: ByteRange | undefined },
): Promise<OpenedFile> {
  const file = await open(path, "r");
  try {
    const head = await readAt(file, 0, HEAD_BYTES);
    if (head.length < HEAD_BYTES || head[0] !== FILE_VERSION) throw new Unreadable("malformed");
    const key = findKey(head.toString("hex", 1, KEY_HEADER_BYTES));
    if (key === undefined) throw new Unreadable("key_absent");
    const stream = {
      key: key.fileKey(head.subarray(KEY_HEADER_BYTES)),
      associated: associatedData(USE, workspaceId, key, place),
    };
    return await openStream(file, HEAD_BYTES, stream, range);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Takes over `file`, whose chunks begin at `start`. */
export async function openStream(
  file: FileHandle,
  start: number,
  stream: StreamKey,
  range?: ByteRange,
): Promise<OpenedFile> {
  const measure = measureStream((await file.stat()).size - start);
  if (measure === undefined) throw new Unreadable("not_authentic");
  const { chunks, size } = measure;
  const openAt = async (index: number) => {
    const sealed = await readAt(file, start + index * SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES);
    return openChunk(stream, { index, isLast: index === chunks - 1 }, sealed);
  };
  await openAt(chunks - 1);
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (range !== undefined && !(first >= 0 && first <= last && last < size)) {
    throw new RangeError("The range lies outside of the file");
  }
  const content = Readable.from(bytesOf(openAt, { first, last }), { objectMode: false });
  // Not at the end of the generator: one that was never started has no end. Waits for a read under way.
  content.once("close", () => file.close());
  return { size, content };
}

async function* bytesOf(
  openAt: (index: number) => Promise<Buffer>,
  { first, last }: ByteRange,
): AsyncGenerator<Buffer> {
  for (let index = Math.floor(first / CHUNK_BYTES); index * CHUNK_BYTES <= last; index++) {
    const offset = index * CHUNK_BYTES;
    const chunk = await openAt(index);
    yield chunk.subarray(Math.max(0, first - offset), last + 1 - offset);
  }
}

/** Fewer bytes only at the end of the file. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
