import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../platform/secret.ts";

/** "sha256=" and the digest in lower-case hex, as Meta writes it; nothing else is a signature. */
const HEADER = /^sha256=[0-9a-f]{64}$/;

/** Whether a header has the form of a signature at all. */
export function isSignature(header: unknown): header is string {
  return typeof header === "string" && HEADER.test(header);
}

/**
 * Those of `candidates` whose app secret signed exactly these bytes; empty when nobody's did. During a rotation of
 * a secret its holder appears twice among the candidates, with the old and the new one.
 *
 * `body` is what arrived: Meta signs its escaped form, which parsing and printing again does not give back.
 * `header` is X-Hub-Signature-256. Every candidate is tried, so the time taken does not tell which one matched.
 */
export function listSigners<Candidate extends { readonly secret: Secret<string> }>(
  body: Buffer,
  header: string | undefined,
  candidates: readonly Candidate[],
): Candidate[] {
  if (!isSignature(header)) return [];
  const claimed = Buffer.from(header.slice("sha256=".length), "hex");
  const verdicts = new Map<string, boolean>();
  for (const { secret } of candidates) {
    const key = secret.reveal();
    // An empty key is one that anybody can sign with.
    if (key === "" || verdicts.has(key)) continue;
    const expected = createHmac("sha256", key).update(body).digest();
    verdicts.set(key, timingSafeEqual(claimed, expected));
  }
  return candidates.filter(({ secret }) => verdicts.get(secret.reveal()) === true);
}
