import { z } from "zod";
import { byId, done, id, instant } from "./basics.ts";
import type { Route } from "./route.ts";

export const ssoProtocol = z.enum(["oidc", "saml"]);
export type SsoProtocol = z.output<typeof ssoProtocol>;

const label = z.string().trim().min(1).max(40);
const address = z.url().max(500);
const trust = z.object({
  acrValues: z.array(z.string().trim().min(1).max(200)).max(10),
  amrValues: z.array(z.string().trim().min(1).max(60)).max(10),
});

/** What counts as our second factor; who attested it, and until when it holds. */
const trustView = trust.extend({ attestedAt: instant, endsAt: instant });

const state = z.object({
  label: z.string(),
  enabled: z.boolean(),
  /** When a test last came back through exactly these settings; only then can it be switched on. */
  provedAt: instant.nullable(),
  trust: trustView.nullable(),
  changedAt: instant,
  /** Members whose company account is known. */
  linked: z.int(),
  /** Whether it is known for oneself, and when it last signed one in. */
  ownLink: z.object({ usedAt: instant.nullable() }).nullable(),
});

export const oidcConnection = z.object({
  id,
  /** To be entered at the provider. */
  redirectUri: z.string(),
  connection: state
    .extend({
      issuer: z.string(),
      clientId: z.string(),
      directoryClaim: z.enum(["sub", "oid"]).nullable(),
      /** Where the browser and we are led, as discovered when it was saved. */
      origins: z.array(z.string()),
    })
    .nullable(),
});
export type OidcConnectionView = z.output<typeof oidcConnection>;

export const samlConnection = z.object({
  id,
  /** To be entered at the provider; the metadata address holds both others. */
  metadataUrl: z.string(),
  entityId: z.string(),
  acsUrl: z.string(),
  connection: state
    .extend({
      entityId: z.string(),
      signInUrl: z.string(),
      certificates: z.array(z.string()),
      directoryClaim: z.enum(["name_id", "object_id"]).nullable(),
    })
    .nullable(),
});
export type SamlConnectionView = z.output<typeof samlConnection>;

export const ssoOnly = z.object({ required: z.boolean(), breakGlass: z.array(id) });

export const scimToken = z.object({
  id,
  createdAt: instant,
  expiresAt: instant,
  usedAt: instant.nullable(),
});
export const directoryRole = z.enum(["agent", "team_lead", "admin"]);
export const scimGroup = z.object({
  id,
  displayName: z.string(),
  members: z.int(),
  /** What the group gives its members; null: nothing. */
  role: directoryRole.nullable(),
  /** The team into which it leads; null: into none. */
  teamId: id.nullable(),
});
export type ScimGroupView = z.output<typeof scimGroup>;

export const directory = z.object({
  /** The SCIM address to be entered at the provider. */
  baseUrl: z.string(),
  tokens: z.array(scimToken),
  groups: z.array(scimGroup),
  users: z.int(),
});
export type Directory = z.output<typeof directory>;

export const ssoSettings = z.object({
  oidc: oidcConnection,
  saml: samlConnection,
  only: ssoOnly,
  directory,
});
export type SsoSettings = z.output<typeof ssoSettings>;

const common = {
  label,
  enabled: z.boolean(),
  /** "keep": as attested before. Null: our second factor is always asked for. */
  trust: z.union([z.literal("keep"), trust.strict()]).nullable(),
};

/** A path of ours; "//evil.example" leads away in a browser, and "/\evil.example" does, too. */
const ownPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])/);

export const ssoRoutes = {
  listSignInChoices: {
    method: "GET",
    path: "/sso/choices",
    summary: "Company accounts that the sign-in page may offer",
    /** Of the link that a company gives its people, where an installation serves several. */
    query: z.object({ company: id.optional() }),
    ok: z.object({ choices: z.array(z.object({ id, label: z.string() })) }),
  },
  startSso: {
    method: "POST",
    path: "/sso/start",
    summary: "Begin to sign in with a company account; answers where the browser goes",
    body: z.strictObject({ connectionId: id, next: ownPath.optional() }),
    ok: z.object({ location: z.string() }),
  },
  getOwnAccounts: {
    method: "GET",
    path: "/me/company-accounts",
    summary: "Company accounts that one can connect, and whether one has",
    ok: z.object({ accounts: z.array(z.object({ id, label: z.string(), linked: z.boolean() })) }),
  },
  connectOwnAccount: {
    method: "POST",
    path: "/me/company-accounts",
    summary: "Begin to connect one's company account; answers where the browser goes",
    body: z.strictObject({ connectionId: id }),
    ok: z.object({ location: z.string() }),
  },
  disconnectOwnAccounts: {
    method: "DELETE",
    path: "/me/company-accounts",
    summary: "Take one's company account away again",
    ok: done,
  },

  getSsoSettings: {
    method: "GET",
    path: "/sso",
    summary: "How this workspace signs in with company accounts, and its directory",
    ok: ssoSettings,
  },
  saveOidc: {
    method: "PUT",
    path: "/sso/oidc",
    summary: "Save the OpenID Connect connection; the provider is asked for its endpoints",
    body: z.strictObject({
      ...common,
      issuer: address,
      clientId: z.string().trim().min(1).max(200),
      /** Absent: as it is. Never shown again. */
      clientSecret: z.string().min(1).max(500).optional(),
      directoryClaim: z.enum(["sub", "oid"]).nullable(),
    }),
    ok: ssoSettings,
  },
  saveSaml: {
    method: "PUT",
    path: "/sso/saml",
    summary: "Save the SAML connection",
    body: z.strictObject({
      ...common,
      entityId: z.string().trim().min(1).max(500),
      signInUrl: address,
      certificates: z.array(z.string().min(1).max(10_000)).min(1).max(4),
      directoryClaim: z.enum(["name_id", "object_id"]).nullable(),
    }),
    ok: ssoSettings,
  },
  removeSso: {
    method: "DELETE",
    path: "/sso/connections/:protocol",
    summary: "Take a connection away, with every company account that was connected by it",
    params: z.object({ protocol: ssoProtocol }),
    ok: ssoSettings,
  },
  testSso: {
    method: "POST",
    path: "/sso/connections/:protocol/test",
    summary: "Begin a round trip to the provider and back; nobody is signed in by it",
    params: z.object({ protocol: ssoProtocol }),
    ok: z.object({ location: z.string() }),
  },
  requireSso: {
    method: "PUT",
    path: "/sso/only",
    summary: "Whether members sign in with their company account only",
    body: z.strictObject({ required: z.boolean(), breakGlass: z.array(id).max(5) }),
    ok: ssoSettings,
  },

  makeScimToken: {
    method: "POST",
    path: "/scim/tokens",
    summary: "A token for the company's directory; shown this once",
    ok: z.object({ token: z.string(), settings: ssoSettings }),
  },
  revokeScimToken: {
    method: "DELETE",
    path: "/scim/tokens/:id",
    summary: "End a token of the directory at once",
    params: byId,
    ok: ssoSettings,
  },
  mapScimGroup: {
    method: "PUT",
    path: "/scim/groups/:id",
    summary: "What a group of the directory gives: a role, at most Admin, and a team; what is absent stays",
    params: byId,
    body: z.strictObject({ role: directoryRole.nullable().optional(), teamId: id.nullable().optional() }),
    ok: ssoSettings,
  },
} as const satisfies Record<string, Route>;
