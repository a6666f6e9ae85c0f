import { z } from "zod";

/** Which claim of the company's account is the id that its directory (SCIM) gave us. Never one that people can change. */
export const OIDC_DIRECTORY_CLAIMS = ["sub", "oid"] as const;
export const SAML_DIRECTORY_CLAIMS = ["name_id", "object_id"] as const;

/** Entra's name for the object id in an assertion (learn.microsoft.com, SAML token claims, read 2026-11). */
export const OBJECT_ID_ATTRIBUTE = "http://schemas.microsoft.com/identity/claims/objectidentifier";

/** Names of an e-mail address in assertions: of Entra and AD FS, of LDAP (RFC 4524), and as providers are often set up. */
export const EMAIL_ATTRIBUTES = [
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "urn:oid:0.9.2342.19200300.100.1.3",
  "email",
  "mail",
] as const;

/**
 * What the provider must say of how somebody signed in for it to count as our second factor. Only a person can know
 * that the provider keeps this promise: who said so, and when. It holds for TRUST_MS.
 */
const trust = z.object({
  /** Any of these: `acr` of an id token, the AuthnContextClassRef of an assertion. */
  acrValues: z.array(z.string().min(1).max(200)).max(10),
  /** Any of these in `amr` of an id token (RFC 8176). */
  amrValues: z.array(z.string().min(1).max(60)).max(10),
  attestedBy: z.uuid(),
  attestedAt: z.iso.datetime(),
});
export type Trust = z.output<typeof trust>;

/** How long an attestation holds, in ms: 90 days, as every attested control (controls.md). */
export const TRUST_MS = 90 * 24 * 60 * 60 * 1000;

const common = {
  /** What the button says: "Sign in with Contoso". */
  label: z.string(),
  trust: trust.nullable(),
  /** When a round trip last came back whole, as an Admin's test or a sign-in. */
  provedAt: z.iso.datetime().nullable(),
};

export const oidcSettings = z.object({
  ...common,
  issuer: z.string(),
  clientId: z.string(),
  /** As discovered when it was saved: later answers may not lead elsewhere. */
  endpoints: z.object({
    authorization: z.string(),
    token: z.string(),
    keys: z.string(),
    /** RFC 9207: then an answer without `iss` is refused. */
    sendsIssuer: z.boolean(),
    algorithms: z.array(z.string()).min(1),
    authentication: z.enum(["client_secret_basic", "client_secret_post"]),
  }),
  directoryClaim: z.enum(OIDC_DIRECTORY_CLAIMS).nullable(),
});
export type OidcSettings = z.output<typeof oidcSettings>;

export const samlSettings = z.object({
  ...common,
  /** The provider's own name, as in its metadata and in every assertion. */
  entityId: z.string(),
  /** Where people are sent, by HTTP-Redirect. */
  signInUrl: z.string(),
  /** PEM; several while the provider changes its key. */
  certificates: z.array(z.string()).min(1).max(4),
  directoryClaim: z.enum(SAML_DIRECTORY_CLAIMS).nullable(),
});
export type SamlSettings = z.output<typeof samlSettings>;
