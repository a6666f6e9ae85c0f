import { createHmac, timingSafeEqual } from "node:crypto";

/** Meta's media addresses live for five minutes (facts.md, 3). */
const ADDRESS_LIFE_SECONDS = 5 * 60;
export const MEDIA_PATH = "/whatsapp_business/attachments/";

export function mediaAddress(origin: string, secret: string, mediaId: string, nowMs: number): string {
  const expires = Math.floor(nowMs / 1_000) + ADDRESS_LIFE_SECONDS;
  return `${origin}${MEDIA_PATH}?mid=${mediaId}&ext=${expires}&hash=${addressHash(secret, mediaId, expires)}`;
}

/** True while the address is ours and fresh. */
export function isMediaAddressValid(
  secret: string,
  address: { mediaId: string; expires: string; hash: string },
  nowMs: number,
): boolean {
  const expires = Number(address.expires);
  if (!Number.isSafeInteger(expires) || expires * 1_000 < nowMs) return false;
  const expected = Buffer.from(addressHash(secret, address.mediaId, expires));
  const given = Buffer.from(address.hash);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function addressHash(secret: string, mediaId: string, expires: number): string {
  return createHmac("sha256", secret).update(`${mediaId}|${expires}`).digest("base64url");
}
