import type { FastifyReply } from "fastify";

/** Two years, as the preload lists ask. */
const HSTS = "max-age=63072000; includeSubDomains";

/**
 * Headers of every answer. HSTS only under a public name: on "localhost" it would force https on every other
 * program of that machine.
 */
export function setSecurityHeaders(reply: FastifyReply, options: { readonly publicName: boolean }): void {
  reply.headers({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    // Answers of the API are never a page; the console's own routes set their own policy.
    "content-security-policy":
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  });
  if (options.publicName) reply.header("strict-transport-security", HSTS);
}

/** The console's policy. `nonce` is new for every answer; only Mantine's own style elements carry it. */
export function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}
