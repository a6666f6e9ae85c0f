import { z } from "zod";
import { byId, id, instant, language } from "./basics.ts";
import type { Route } from "./route.ts";

const metaId = z.string().regex(/^[0-9]{1,32}$/);

export const number = z.object({
  id,
  host: z.enum(["meta", "simulator"]),
  state: z.enum(["connected", "disconnected"]),
  displayPhoneNumber: z.string(),
  verifiedName: z.string(),
  /** As Meta words it: GREEN, YELLOW, RED, NA, UNKNOWN ...; an open list. */
  quality: z.string().nullable(),
  phoneNumberId: z.string(),
  wabaId: z.string(),
  appId: z.string(),
  createdAt: instant,
  /** When Meta last answered for this number. */
  checkedAt: instant.nullable(),
  /** When a signed webhook last came in for it. */
  lastWebhookAt: instant.nullable(),
  /** Why its queue waits, as docs/errors.md lists it under "Sending"; null while it sends. */
  sendingStopped: z.string().nullable(),
});
export type PhoneNumber = z.output<typeof number>;

const metaCredentials = z.strictObject({
  appId: metaId,
  appSecret: z.string().min(8).max(256),
  accessToken: z.string().min(8).max(2048),
  wabaId: metaId,
  phoneNumberId: metaId,
});

/** What to paste at Meta, and whether Meta can reach it as this installation stands. */
export const callback = z.object({
  callbackUrl: z.url(),
  verifyToken: z.string(),
  /** True when WARDROOM_PUBLIC_URL is set, is https and is not this machine's own name. */
  publicAddress: z.boolean(),
  /** True when the certificate is the operator's own, or a trusted proxy stands before us. */
  publicCertificate: z.boolean(),
});
export type Callback = z.output<typeof callback>;

export const template = z.object({
  id,
  name: z.string(),
  language: z.string(),
  category: z.string(),
  /** As Meta words it; only APPROVED may be sent. */
  status: z.string(),
  header: z
    .object({
      format: z.enum(["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"]),
      text: z.string().nullable(),
      /** Names of the header's variables, in order: "1" or a name. */
      variables: z.array(z.string()),
    })
    .nullable(),
  body: z.string(),
  /** Names of the body's variables as they stand in {{ }}, in order of first appearance. */
  variables: z.array(z.string()),
  footer: z.string().nullable(),
  buttons: z.array(
    z.object({
      kind: z.string(),
      text: z.string(),
      /** URL buttons with a variable at the end of the address. */
      variable: z.boolean(),
    }),
  ),
  /** False when Wardroom cannot fill one of its parts yet; it says so instead of failing. */
  sendable: z.boolean(),
});
export type Template = z.output<typeof template>;

export const numberRoutes = {
  listNumbers: {
    method: "GET",
    path: "/numbers",
    summary: "The workspace's numbers",
    ok: z.object({ numbers: z.array(number) }),
  },
  connectSimulator: {
    method: "POST",
    path: "/numbers/simulator",
    summary: "Connect a number of the built-in simulator; refused where a number at Meta is connected",
    ok: number,
  },
  testMetaNumber: {
    method: "POST",
    path: "/numbers/meta/test",
    summary: "Ask Meta whether these credentials work; nothing is kept",
    body: metaCredentials,
    ok: z.object({
      displayPhoneNumber: z.string(),
      verifiedName: z.string(),
      quality: z.string().nullable(),
      /** Scopes that the token lacks. */
      missingScopes: z.array(z.string()),
      /** Null: never. */
      tokenExpiresAt: instant.nullable(),
    }),
  },
  connectMetaNumber: {
    method: "POST",
    path: "/numbers/meta",
    summary: "Connect a number at Meta; tests the token first",
    body: metaCredentials,
    ok: z.object({ number, callback }),
  },
  getNumberCallback: {
    method: "GET",
    path: "/numbers/:id/callback",
    summary: "Callback address and verify token to paste at Meta",
    params: byId,
    ok: callback,
  },
  disconnectNumber: {
    method: "POST",
    path: "/numbers/:id/disconnect",
    summary: "Stop sending and receiving, and destroy the access token. Chats stay.",
    params: byId,
    ok: number,
  },
  createPhoneLink: {
    method: "POST",
    path: "/numbers/:id/phone-link",
    summary: "A one-time link to the customer's phone (simulator only)",
    params: byId,
    body: z.strictObject({ language }),
    ok: z.object({ link: z.url() }),
  },
  listTemplates: {
    method: "GET",
    path: "/numbers/:id/templates",
    summary: "The templates of a number's account, as last synchronised",
    params: byId,
    ok: z.object({ templates: z.array(template), synchronisedAt: instant.nullable() }),
  },
  synchroniseTemplates: {
    method: "POST",
    path: "/numbers/:id/templates/synchronise",
    summary: "Read the templates from Meta now",
    params: byId,
    ok: z.object({ templates: z.array(template), synchronisedAt: instant.nullable() }),
  },
} as const satisfies Record<string, Route>;
