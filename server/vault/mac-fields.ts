import type { MacField } from "./vault.ts";

/**
 * Fields as bytes, so that no two different lists are the same bytes: the number of fields, then for each a tag, its
 * length (both numbers 32 bits, big-endian) and its content. Null is a tag of its own, unlike the empty string.
 *
 * Strings as UTF-8; whole numbers in decimal; dates as milliseconds since 1970 in decimal.
 */
export function encodeFields(fields: readonly MacField[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(fields.length);
  const parts: Buffer[] = [count];
  for (const field of fields) {
    const [tag, content] = encodeField(field);
    const head = Buffer.alloc(5);
    head.write(tag, "latin1");
    head.writeUInt32BE(content.length, 1);
    parts.push(head, content);
  }
  return Buffer.concat(parts);
}

const NOTHING = Buffer.alloc(0);

function encodeField(field: MacField): [tag: string, content: Buffer] {
  if (field === null) return ["0", NOTHING];
  if (Buffer.isBuffer(field)) return ["x", field];
  if (field instanceof Date) return ["d", Buffer.from(whole(field.getTime()))];
  if (typeof field === "string") return ["s", Buffer.from(field)];
  if (typeof field === "boolean") return ["b", Buffer.from(field ? "1" : "0")];
  return ["i", Buffer.from(typeof field === "bigint" ? field.toString() : whole(field))];
}

/** A fraction, NaN or a number that has lost digits would not read back from the database as it went in. */
function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error("A MAC covers whole numbers and valid dates");
  return BigInt(value).toString();
}
