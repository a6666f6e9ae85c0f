import assert from "node:assert/strict";
import { createHash, createSecretKey, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import fc from "fast-check";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { DataKey } from "./data-key.ts";
import { openFile, readSealedFileHead, sealFile } from "./sealed-file.ts";
import { CHUNK_BYTES, measureStream, sealStream } from "./sealed-stream.ts";
import { hexKeyIdOf } from "./sealed-value.ts";
import { Unreadable } from "./unreadable.ts";
import type { ByteRange, Place } from "./vault.ts";

const WORKSPACE = newId<WorkspaceId>();
const KEY = new DataKey(WORKSPACE, newId(), "a subject", createSecretKey(randomBytes(32)));
const PLACE: Place = { table: "whatsapp_media", column: "file", rowId: newId() };
const SEALED_CHUNK = CHUNK_BYTES + 16;
const HEAD = 33;

const folder = await mkdtemp(join(tmpdir(), "wardroom-sealed-"));
after(() => rm(folder, { recursive: true }));

let count = 0;
const nextPath = () => join(folder, `${count++}`);

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

async function sealed(plaintext: Buffer, pieceSize = 1_000): Promise<string> {
  const path = nextPath();
  await sealFile(KEY, PLACE, piecesOf(plaintext, pieceSize), path);
  return path;
}

async function opened(path: string, range?: ByteRange): Promise<Buffer> {
  const { content } = await openFile(WORKSPACE, () => KEY, { place: PLACE, path, range });
  return buffer(content);
}

test("chunks are sealed as other code seals them", async () => {
  // python3, package cryptography: AESGCM per chunk, key HKDF-SHA256(00..1f, salt 5a.., "wardroom/file/v1").
  const id = "0193572c-1111-7000-8000-00000000000b";
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const key = new DataKey(
    "0193572c-0000-7000-8000-00000000000a" as WorkspaceId,
    id,
    "",
    createSecretKey(bytes),
  );
  const salt = Buffer.alloc(16, 0x5a);
  const associated = Buffer.from(
    `wardroom/file/v1|${key.workspaceId}|${key.hexId}|13|4|inbox_messagebody0193572c-0000-7000-8000-000000000001`,
  );
  const plaintext = Buffer.from(Array.from({ length: CHUNK_BYTES + 100 }, (_, i) => i % 251));
  const hash = createHash("sha256")
    .update(Buffer.from([2]))
    .update(Buffer.from(key.hexId, "hex"))
    .update(salt);
  for await (const chunk of sealStream({ key: key.fileKey(salt), associated }, piecesOf(plaintext, 7_777))) {
    hash.update(chunk);
  }
  assert.equal(hash.digest("hex"), "e955201c1010f302392c7abee64e04258a660f59b88fdb8911c5c92407b4ae2f");
});

for (const size of [
  0,
  1,
  CHUNK_BYTES - 1,
  CHUNK_BYTES,
  CHUNK_BYTES + 1,
  3 * CHUNK_BYTES,
  3 * CHUNK_BYTES + 5,
]) {
  test(`a file of ${size} bytes comes back whole, whatever pieces it came in`, async () => {
    const plaintext = randomBytes(size);
    for (const pieceSize of [1_000, CHUNK_BYTES, 10 * CHUNK_BYTES]) {
      const path = nextPath();
      assert.deepEqual(await sealFile(KEY, PLACE, piecesOf(plaintext, pieceSize), path), { size });
      const file = await openFile(WORKSPACE, () => KEY, { place: PLACE, path });
      assert.equal(file.size, size);
      assert.deepEqual(await buffer(file.content), plaintext);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.equal(hexKeyIdOf(await readSealedFileHead(path)), KEY.hexId);
    }
  });
}

test("any range is the bytes of that range", async () => {
  const plaintext = randomBytes(3 * CHUNK_BYTES + 5);
  const path = await sealed(plaintext, CHUNK_BYTES);
  const position = fc.oneof(
    fc.nat(plaintext.length - 1),
    fc.constantFrom(0, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, plaintext.length - 1),
  );
  await fc.assert(
    fc.asyncProperty(position, position, async (a, b) => {
      const range = { first: Math.min(a, b), last: Math.max(a, b) };
      assert.deepEqual(await opened(path, range), plaintext.subarray(range.first, range.last + 1));
    }),
  );
  await assert.rejects(opened(path, { first: 0, last: plaintext.length }), RangeError);
  await assert.rejects(opened(path, { first: 1, last: 0 }), RangeError);
});

const FORGERIES: Record<string, (file: Buffer) => Buffer> = {
  "cut within the last chunk": (file) => file.subarray(0, -1),
  "cut after a whole chunk": (file) => file.subarray(0, HEAD + 2 * SEALED_CHUNK),
  "cut to its head": (file) => file.subarray(0, HEAD),
  "cut within its head": (file) => file.subarray(0, HEAD - 1),
  "extended by a byte": (file) => Buffer.concat([file, Buffer.alloc(1)]),
  "extended by its own last chunk": (file) => Buffer.concat([file, file.subarray(HEAD + 2 * SEALED_CHUNK)]),
  "with two chunks exchanged": (file) =>
    Buffer.concat([
      file.subarray(0, HEAD),
      file.subarray(HEAD + SEALED_CHUNK, HEAD + 2 * SEALED_CHUNK),
      file.subarray(HEAD, HEAD + SEALED_CHUNK),
      file.subarray(HEAD + 2 * SEALED_CHUNK),
    ]),
  "with a chunk left out": (file) =>
    Buffer.concat([file.subarray(0, HEAD), file.subarray(HEAD + SEALED_CHUNK)]),
  "with another salt": (file) => {
    file[20] = file.readUInt8(20) ^ 1;
    return file;
  },
  "with a bit flipped in its first chunk": (file) => {
    file[HEAD + 5] = file.readUInt8(HEAD + 5) ^ 1;
    return file;
  },
};

for (const [how, forge] of Object.entries(FORGERIES)) {
  test(`a file ${how} is refused`, async () => {
    const path = await sealed(randomBytes(2 * CHUNK_BYTES + 500), CHUNK_BYTES);
    await writeFile(path, forge(await readFile(path)));
    await assert.rejects(opened(path), Unreadable);
  });
}

test("a shortened file is refused before its first byte, also for a range that is there", async () => {
  const path = await sealed(randomBytes(2 * CHUNK_BYTES + 500), CHUNK_BYTES);
  await writeFile(path, (await readFile(path)).subarray(0, HEAD + 2 * SEALED_CHUNK));
  const range = { first: 0, last: 9 };
  await assert.rejects(
    openFile(WORKSPACE, () => KEY, { place: PLACE, path, range }),
    Unreadable,
  );
});

test("a file opens in its own place and workspace only", async () => {
  const path = await sealed(Buffer.from("a picture"));
  const elsewhere = { ...PLACE, rowId: newId<string>() };
  await assert.rejects(
    openFile(WORKSPACE, () => KEY, { place: elsewhere, path }),
    Unreadable,
  );
  await assert.rejects(
    openFile(newId<WorkspaceId>(), () => KEY, { place: PLACE, path }),
    Unreadable,
  );
  await assert.rejects(
    openFile(WORKSPACE, () => undefined, { place: PLACE, path }),
    /key_absent/,
  );
});

test("a source that fails leaves no file and no draft, and an older file as it was", async () => {
  const path = await sealed(Buffer.from("the first"));
  const before = (await readdir(folder)).length;
  async function* failing(): AsyncGenerator<Buffer> {
    yield randomBytes(2 * CHUNK_BYTES);
    throw new Error("cut off");
  }
  await assert.rejects(sealFile(KEY, PLACE, failing(), path), /cut off/);
  assert.equal((await readdir(folder)).length, before);
  assert.equal((await opened(path)).toString(), "the first");
});

test("a file that is opened and dropped unread is closed", async () => {
  const path = await sealed(randomBytes(3 * CHUNK_BYTES));
  const openFiles = async () => (await readdir("/proc/self/fd")).length;
  const before = await openFiles();
  for (let i = 0; i < 5; i++) {
    const { content } = await openFile(WORKSPACE, () => KEY, { place: PLACE, path });
    const closed = new Promise((resolve) => content.once("close", resolve));
    content.destroy();
    await closed;
  }
  // The event comes before the system call has ended.
  for (let i = 0; i < 400 && (await openFiles()) > before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(await openFiles(), before);
});

test("only sizes that a sealed stream can have are measured", () => {
  assert.deepEqual(measureStream(16), { chunks: 1, size: 0 });
  assert.deepEqual(measureStream(SEALED_CHUNK), { chunks: 1, size: CHUNK_BYTES });
  assert.deepEqual(measureStream(SEALED_CHUNK + 17), { chunks: 2, size: CHUNK_BYTES + 1 });
  for (const impossible of [0, 15, SEALED_CHUNK + 1, SEALED_CHUNK + 16]) {
    assert.equal(measureStream(impossible), undefined);
  }
});
