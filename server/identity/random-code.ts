import { randomBytes } from "node:crypto";
import { Secret } from "../platform/secret.ts";

/** Crockford's base 32, in lower case: without i, l, o and u. 5 bits each. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A code for a person to read and type: `groups` of `size` characters, 5 random bits each. */
export function randomCode(groups: number, size: number): Secret<string> {
  const characters = [...randomBytes(groups * size)].map((byte) => ALPHABET[byte % 32]).join("");
  return new Secret(characters.match(new RegExp(`.{${size}}`, "g"))?.join("-") ?? characters);
}

/** The code as typed, without what does not matter: case, hyphens, spaces, and letters that look like digits. */
export function foldCode(typed: string): string {
  return typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
}

/** 256 random bits for a program to carry, as 43 characters that need no escaping in an address. */
export function randomToken(): Secret<string> {
  return new Secret(randomBytes(32).toString("base64url"));
}
