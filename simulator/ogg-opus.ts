/**
 * Turns what Chromium records (Opus in WebM) into what WhatsApp sends (Opus in Ogg), without touching the sound.
 * WebM: RFC 9559 elements; Ogg: RFC 3533 pages, RFC 7845 headers.
 */

const CODEC_PRIVATE = 0x63a2;
const BLOCKS = new Set([0xa3, 0xa1]);
/** Segment, Cluster, Tracks, TrackEntry, BlockGroup: read through, so that clusters of unknown length need no care. */
const TRANSPARENT = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]);
/** A packet has at most 1,275 bytes, six lacing values; a page takes 255 of them. */
const PACKETS_PER_PAGE = 40;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;

/** Undefined when the bytes are not WebM with one Opus track: then they stay what they are. */
export function oggFromWebm(webm: Buffer): Buffer | undefined {
  const { head, packets } = readWebm(webm);
  if (head?.toString("latin1", 0, 8) !== "OpusHead" || packets.length === 0) return undefined;
  const pages = [oggPage([head], { flags: FIRST_PAGE, granule: 0n, sequence: 0 })];
  pages.push(oggPage([opusTags()], { flags: 0, granule: 0n, sequence: 1 }));
  let samples = 0n;
  for (let start = 0; start < packets.length; start += PACKETS_PER_PAGE) {
    const group = packets.slice(start, start + PACKETS_PER_PAGE);
    samples += group.reduce((sum, packet) => sum + packetSamples(packet), 0n);
    const flags = start + PACKETS_PER_PAGE >= packets.length ? LAST_PAGE : 0;
    pages.push(oggPage(group, { flags, granule: samples, sequence: pages.length }));
  }
  return Buffer.concat(pages);
}

function readWebm(webm: Buffer): { head?: Buffer; packets: Buffer[] } {
  const packets: Buffer[] = [];
  let head: Buffer | undefined;
  for (const { id, content } of webmElements(webm)) {
    if (id === CODEC_PRIVATE) head = Buffer.from(content);
    // A block: track number (one byte), time (two), flags (one), then one packet; Opus in WebM is never laced.
    if (BLOCKS.has(id) && content.length > 4) packets.push(Buffer.from(content.subarray(4)));
  }
  return { ...(head === undefined ? {} : { head }), packets };
}

function* webmElements(webm: Buffer): Iterable<{ id: number; content: Buffer }> {
  for (let at = 0; at < webm.length; ) {
    const id = readVint(webm, at, "with marker");
    const size = id === undefined ? undefined : readVint(webm, id.end, "without marker");
    if (id === undefined || size === undefined) return;
    at = size.end;
    if (TRANSPARENT.has(id.value)) continue;
    yield { id: id.value, content: webm.subarray(at, at + size.value) };
    at += size.value;
  }
}

function readVint(bytes: Buffer, at: number, form: "with marker" | "without marker") {
  const first = bytes[at];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return undefined;
  let value = form === "with marker" ? first : first & (0xff >> length);
  for (let index = 1; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return { value, end: at + length };
}

/** Length of a packet in samples at 48 kHz, from its first byte (RFC 6716, 3.1). */
function packetSamples(packet: Buffer): bigint {
  const toc = packet[0] ?? 0;
  const config = toc >> 3;
  const frames = [1, 2, 2, (packet[1] ?? 0) & 0x3f][toc & 3] ?? 1;
  return BigInt(frames * frameSamples(config));
}

function frameSamples(config: number): number {
  if (config < 12) return [480, 960, 1_920, 2_880][config % 4] ?? 960;
  if (config < 16) return [480, 960][config % 2] ?? 960;
  return [120, 240, 480, 960][config % 4] ?? 960;
}

function opusTags(): Buffer {
  const vendor = Buffer.from("wardroom-simulator");
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4);
  tags.write("OpusTags", 0, "latin1");
  tags.writeUInt32LE(vendor.length, 8);
  vendor.copy(tags, 12);
  return tags;
}

function oggPage(
  packets: readonly Buffer[],
  page: { flags: number; granule: bigint; sequence: number },
): Buffer {
  const lacing = packets.flatMap((packet) => [
    ...Array.from({ length: Math.floor(packet.length / 255) }, () => 255),
    packet.length % 255,
  ]);
  const header = Buffer.alloc(27);
  header.write("OggS", 0, "latin1");
  header.writeUInt8(page.flags, 5);
  header.writeBigUInt64LE(page.granule, 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(page.sequence, 18);
  header.writeUInt8(lacing.length, 26);
  const bytes = Buffer.concat([header, Buffer.from(lacing), ...packets]);
  bytes.writeUInt32LE(oggChecksum(bytes), 22);
  return bytes;
}

/** CRC-32 with polynomial 0x04c11db7, neither reflected nor inverted. */
export function oggChecksum(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
