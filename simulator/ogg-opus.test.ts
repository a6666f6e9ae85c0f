import assert from "node:assert/strict";
import { test } from "node:test";
import { oggChecksum, oggFromWebm } from "./ogg-opus.ts";

const HEAD = Buffer.concat([
  Buffer.from("OpusHead"),
  Buffer.from([1, 1, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]),
]);
const element = (id: string, content: Buffer, size?: string) =>
  Buffer.concat([
    Buffer.from(id, "hex"),
    size === undefined
      ? Buffer.from([0x40 | (content.length >> 8), content.length & 0xff])
      : Buffer.from(size, "hex"),
    content,
  ]);
/** One packet of 20 ms: CELT, config 31, one frame. */
const packet = (fill: number, length = 90) =>
  Buffer.concat([Buffer.from([0xf8]), Buffer.alloc(length - 1, fill)]);
const block = (content: Buffer) => element("a3", Buffer.concat([Buffer.from([0x81, 0, 0, 0x80]), content]));

function webm(packets: readonly Buffer[]): Buffer {
  const tracks = element("1654ae6b", element("ae", element("63a2", HEAD)));
  const unknown = "01ffffffffffffff";
  const half = Math.ceil(packets.length / 2);
  const clusters = [packets.slice(0, half), packets.slice(half)].map((group) =>
    element("1f43b675", Buffer.concat([element("e7", Buffer.from([0])), ...group.map(block)]), unknown),
  );
  return Buffer.concat([
    element("1a45dfa3", Buffer.from([0])),
    element("18538067", Buffer.concat([tracks, ...clusters]), unknown),
  ]);
}

function pagesOf(ogg: Buffer) {
  const pages = [];
  for (let at = 0; at < ogg.length; ) {
    assert.equal(ogg.toString("latin1", at, at + 4), "OggS");
    const lacing = [...ogg.subarray(at + 27, at + 27 + (ogg[at + 26] ?? 0))];
    const end = at + 27 + lacing.length + lacing.reduce((sum, value) => sum + value, 0);
    const page = Buffer.from(ogg.subarray(at, end));
    const checksum = page.readUInt32LE(22);
    page.writeUInt32LE(0, 22);
    assert.equal(checksum, oggChecksum(page));
    pages.push({
      flags: page[5],
      granule: page.readBigUInt64LE(6),
      content: page.subarray(27 + lacing.length),
    });
    at = end;
  }
  return pages;
}

test("Opus from WebM with clusters of unknown length keeps its packets and its length in Ogg", () => {
  const packets = Array.from({ length: 95 }, (_, index) => packet(index, index === 7 ? 510 : 90));
  const pages = pagesOf(oggFromWebm(webm(packets))!);
  assert.deepEqual(pages[0]?.content, HEAD);
  assert.equal(pages[1]?.content.toString("latin1", 0, 8), "OpusTags");
  assert.deepEqual(Buffer.concat(pages.slice(2).map((page) => page.content)), Buffer.concat(packets));
  assert.deepEqual([pages[0]?.flags, pages.at(-1)?.flags, pages.at(-1)?.granule], [2, 4, 95n * 960n]);
});

test("the checksum is Ogg's (the classic check value of CRC-32 with this polynomial, start 0)", () => {
  assert.equal(oggChecksum(Buffer.from("123456789")), 0x89a1897f);
});

test("anything else stays what it is", () => {
  assert.deepEqual(
    [oggFromWebm(Buffer.alloc(0)), oggFromWebm(Buffer.from("not webm at all")), oggFromWebm(webm([]))],
    [undefined, undefined, undefined],
  );
});
