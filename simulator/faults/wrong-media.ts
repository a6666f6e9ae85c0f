/** A sha256 in hex that is not this one. */
export function wrongHash(hex: string): string {
  return hex.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
}

/** As many bytes, of which the last is another. */
export function wrongBytes(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8((other.at(-1) ?? 0) ^ 1, other.length - 1);
  return other;
}
