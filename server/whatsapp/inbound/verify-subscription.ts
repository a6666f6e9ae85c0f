import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../platform/secret.ts";

/** Meta documents an integer. Echoing anything else would let a link to us show a text of the sender's choice. */
const CHALLENGE = /^[0-9]{1,64}$/;

/**
 * Meta's check of a callback address, sent unsigned whenever address or verify token is edited: the challenge to
 * echo as the whole body of a 200, or undefined when the request does not know one of our verify tokens.
 *
 * `query` is the parsed query string of the GET; a repeated parameter is an array and counts as wrong.
 */
export function answerVerification(
  query: Readonly<Record<string, unknown>>,
  verifyTokens: ReadonlyArray<Secret<string>>,
): string | undefined {
  const token = query["hub.verify_token"];
  const challenge = query["hub.challenge"];
  if (query["hub.mode"] !== "subscribe" || typeof token !== "string") return undefined;
  if (typeof challenge !== "string" || !CHALLENGE.test(challenge)) return undefined;
  const claimed = digest(token);
  let isKnown = false;
  for (const candidate of verifyTokens) {
    const expected = candidate.reveal();
    if (timingSafeEqual(claimed, digest(expected)) && expected !== "") isKnown = true;
  }
  return isKnown ? challenge : undefined;
}

/** Of one length, so that comparing tells nothing about the token's. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
