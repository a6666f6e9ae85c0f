import { createHmac } from "node:crypto";

const ESCAPES: Readonly<Record<string, string>> = {
  "/": "\\/",
  "<": "\\u003C",
  "%": "\\u0025",
  "@": "\\u0040",
};

/**
 * The bytes of a webhook in Meta's form: compact JSON in pure ASCII, non-ASCII as lower-case \uxxxx (surrogates one by
 * one), and `/`, `<`, `%`, `@` escaped as Meta's Messenger page says. The signature is over exactly these bytes.
 */
export function webhookBytes(body: unknown): Buffer {
  const compact = JSON.stringify(body);
  const escaped = compact.replaceAll(/[/<%@]|[^\x20-\x7e]/g, (unit) => ESCAPES[unit] ?? escapeUnits(unit));
  return Buffer.from(escaped, "latin1");
}

/** Value of the header X-Hub-Signature-256. */
export function webhookSignature(appSecret: string, bytes: Buffer): string {
  return `sha256=${createHmac("sha256", appSecret).update(bytes).digest("hex")}`;
}

function escapeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
