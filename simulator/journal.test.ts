import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Journal } from "./journal.ts";

const folder = mkdtempSync(join(tmpdir(), "simulator-journal-"));
const key = randomBytes(32);
after(() => rmSync(folder, { recursive: true }));

function written(name: string, entries: readonly unknown[]): string {
  const path = join(folder, name);
  const { journal } = Journal.open(path, key);
  for (const entry of entries) journal.append(entry);
  journal.close();
  return path;
}

function read(path: string) {
  const { journal, entries, droppedBytes } = Journal.open(path, key);
  journal.close();
  return { entries, droppedBytes };
}

test("entries come back in order, from a file that only its owner reads", () => {
  const path = written("order", [1, { two: "b" }, null]);
  assert.deepEqual(read(path), { entries: [1, { two: "b" }, null], droppedBytes: 0 });
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("cut at any byte, the whole entries before the cut are there and writing goes on", () => {
  const whole = written("whole", ["first"]);
  const firstEnds = statSync(whole).size;
  const path = written("torn", ["first", "second"]);
  const size = statSync(path).size;
  for (let cut = firstEnds; cut < size; cut += 1) {
    const torn = `${path}.${cut}`;
    copyFileSync(path, torn);
    truncateSync(torn, cut);
    const { journal, entries, droppedBytes } = Journal.open(torn, key);
    assert.deepEqual([entries, droppedBytes], [["first"], cut - firstEnds]);
    journal.append("after");
    journal.close();
    assert.deepEqual(read(torn).entries, ["first", "after"]);
  }
});

test("a wrong key is refused and leaves the file as it was", () => {
  const path = written("locked", ["secret"]);
  const before = readFileSync(path);
  assert.throws(() => Journal.open(path, randomBytes(32)), /does not open/);
  assert.deepEqual(readFileSync(path), before);
});

test("entries cannot be swapped by somebody who may write the file", () => {
  const path = written("swapped", ["aaaa", "bbbb"]);
  const bytes = readFileSync(path);
  const frame = bytes.readUInt32BE(bytes.length - 38) + 4;
  assert.equal(frame, 38);
  const [first, second] = [bytes.subarray(-2 * frame, -frame), bytes.subarray(-frame)];
  writeFileSync(path, Buffer.concat([bytes.subarray(0, -2 * frame), second, first]));
  assert.deepEqual(read(path).entries, []);
});

test("rewriting keeps what it is given and goes on in the same file", () => {
  const path = join(folder, "rewritten");
  const { journal } = Journal.open(path, key);
  for (let index = 0; index < 50; index += 1) journal.append(index);
  journal.rewrite([48, 49]);
  journal.append(50);
  journal.close();
  assert.deepEqual(read(path).entries, [48, 49, 50]);
});
