import { randomBytes, randomInt } from "node:crypto";

/** Decimal ids as Graph prints them: no leading zero; 15 or 16 digits, below 2^53, unless told otherwise. */
export function mintGraphId(digits = 15 + randomInt(2)): string {
  return `${randomInt(1, 9)}${randomDigits(digits - 1)}`;
}

/** A token shaped like Meta's (EAA + letters and digits). It opens nothing but this simulator. */
export function mintAccessToken(): string {
  return `EAA${randomBytes(90).toString("base64").replaceAll(/[+/=]/g, "Z")}`;
}

/** Business-scoped user id: `CC.` and digits. */
export function mintUserId(country: string): string {
  return `${country}.${mintGraphId(20)}`;
}

/** The eight bytes in base64 that Meta sends as identity_key_hash. */
export function mintIdentityHash(): string {
  return randomBytes(8).toString("base64");
}

/**
 * wamid as on the wire: base64 of a small binary record that contains the customer's number (checked against the
 * samples of the spec): 1c 18 <length> <number> 15 02 00, then 12 18 14 and twenty hex digits when the customer
 * wrote, 11 18 12 and eighteen when the business did, then 00.
 */
export function mintWamid(who: string, from: "customer" | "business"): string {
  const party = Buffer.from(who, "latin1").subarray(0, 120);
  const [marker, tail] =
    from === "customer"
      ? [0x12, `3A${randomBytes(9).toString("hex").toUpperCase()}`]
      : [0x11, randomBytes(9).toString("hex").toUpperCase()];
  const record = Buffer.concat([
    Buffer.from([0x1c, 0x18, party.length]),
    party,
    Buffer.from([0x15, 0x02, 0x00, marker, 0x18, tail.length]),
    Buffer.from(tail, "latin1"),
    Buffer.from([0x00]),
  ]);
  return `wamid.${record.toString("base64")}`;
}

/** The trace id of an error answer. */
export function mintTraceId(): string {
  return `A${randomBytes(16).toString("base64url")}`.slice(0, 23);
}

function randomDigits(count: number): string {
  return Array.from(randomBytes(count), (byte) => String(byte % 10)).join("");
}
