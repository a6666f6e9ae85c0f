import { contract } from "../../contract/contract.ts";
import type { SsoSettings } from "../../contract/sso.ts";
import { beginAccepting } from "../access/accept-by-account.ts";
import { type ConnectionView, describeConnections, describeOwnAccount } from "../access/sso/describe-sso.ts";
import { describeDirectory, makeScimToken, revokeScimToken } from "../access/sso/directory-settings.ts";
import { mapScimGroup } from "../access/sso/map-group.ts";
import { requireSso } from "../access/sso/require-sso.ts";
import { removeConnection, saveOidc, saveSaml } from "../access/sso/save-connection.ts";
import type { Actor } from "../identity/actor.ts";
import type { ScimHandles } from "../identity/scim/act-as-directory.ts";
import { beginSso } from "../identity/sso/begin.ts";
import { trustEndsAt } from "../identity/sso/decide-trust.ts";
import { oidcRedirectUri, type SsoHandles, samlAddresses } from "../identity/sso/handles.ts";
import { unlinkAccount } from "../identity/sso/link-account.ts";
import { listSignInChoices } from "../identity/sso/list-choices.ts";
import type { Trust } from "../identity/sso/settings.ts";
import { Secret } from "../platform/secret.ts";
import type { Api } from "./api.ts";
import { setSsoCookie } from "./sso-cookie.ts";

export type SsoRouteHandles = SsoHandles & ScimHandles;

/** Signing in with a company account, and how a workspace arranges it. */
export function registerSsoRoutes(api: Api, handles: SsoRouteHandles): void {
  api.route(contract.listSignInChoices, { access: "public" }, async ({ query }) => ({
    choices: await listSignInChoices(handles, query.company),
  }));

  api.route(contract.startSso, { access: "public" }, async (call) => {
    const { connectionId, next = null } = call.body;
    const purpose = {
      kind: "sign_in" as const,
      replaces: call.actor?.sessionId ?? null,
      deviceTokens: [...call.deviceTokens],
    };
    const { location, browser } = await beginSso(handles, { connectionId, purpose, next });
    setSsoCookie(call, browser);
    return { location };
  });

  // Public: the token in the link is what opens it.
  api.route(contract.startInvited, { access: "public" }, async (call) => {
    const { location, browser } = await beginAccepting(handles, call, {
      ...call.body,
      ...{ replaces: call.actor?.sessionId ?? null, deviceTokens: call.deviceTokens },
    });
    setSsoCookie(call, browser);
    return { location };
  });

  registerOwnAccountRoutes(api, handles);
  registerConnectionRoutes(api, handles);
  registerDirectoryRoutes(api, handles);
}

function registerOwnAccountRoutes(api: Api, handles: SsoRouteHandles): void {
  api.route(contract.getOwnAccounts, { access: "signed_in" }, async ({ actor }) => ({
    accounts: await describeOwnAccount(handles, actor),
  }));

  api.route(contract.connectOwnAccount, { access: "sso.link" }, async (call) => {
    const { memberId, sessionId } = call.actor;
    const own = await describeOwnAccount(handles, call.actor);
    // Another workspace's connection is not there for this actor.
    const connectionId = own.find(({ id }) => id === call.body.connectionId)?.id ?? NOBODYS;
    const purpose = { kind: "link", memberId, sessionId } as const;
    const { location, browser } = await beginSso(handles, { connectionId, purpose, next: null });
    setSsoCookie(call, browser);
    return { location };
  });

  api.route(contract.disconnectOwnAccounts, { access: "sso.link" }, async ({ actor }) => {
    await unlinkAccount(handles, actor);
    return {};
  });
}

const NOBODYS = "00000000-0000-8000-8000-000000000000";

function registerConnectionRoutes(api: Api, handles: SsoRouteHandles): void {
  api.route(contract.getSsoSettings, { access: "sso.read" }, ({ actor }) => settingsReply(handles, actor));

  api.route(contract.saveOidc, { access: "sso.manage" }, async ({ actor, body }) => {
    const { clientSecret, ...given } = body;
    const secret = clientSecret === undefined ? undefined : new Secret(clientSecret);
    await saveOidc(handles, actor, { ...given, clientSecret: secret });
    return settingsReply(handles, actor);
  });

  api.route(contract.saveSaml, { access: "sso.manage" }, async ({ actor, body }) => {
    await saveSaml(handles, actor, body);
    return settingsReply(handles, actor);
  });

  api.route(contract.removeSso, { access: "sso.manage" }, async ({ actor, params }) => {
    await removeConnection(handles, actor, params.protocol);
    return settingsReply(handles, actor);
  });

  api.route(contract.testSso, { access: "sso.manage" }, async (call) => {
    const { memberId, sessionId } = call.actor;
    const views = await describeConnections(handles, call.actor);
    const connectionId = views.find(({ protocol }) => protocol === call.params.protocol)?.id ?? NOBODYS;
    const purpose = { kind: "test", memberId, sessionId } as const;
    const { location, browser } = await beginSso(handles, { connectionId, purpose, next: null });
    setSsoCookie(call, browser);
    return { location };
  });

  api.route(contract.requireSso, { access: "policy.change" }, async ({ actor, body }) => {
    await requireSso(handles, actor, body);
    return settingsReply(handles, actor);
  });
}

function registerDirectoryRoutes(api: Api, handles: SsoRouteHandles): void {
  api.route(contract.makeScimToken, { access: "scim.manage" }, async ({ actor }) => {
    const token = await makeScimToken(handles, actor);
    return { token: token.reveal(), settings: await settingsReply(handles, actor) };
  });

  api.route(contract.revokeScimToken, { access: "scim.manage" }, async ({ actor, params }) => {
    await revokeScimToken(handles, actor, params.id);
    return settingsReply(handles, actor);
  });

  api.route(contract.mapScimGroup, { access: "scim.manage" }, async ({ actor, params, body }) => {
    await mapScimGroup(handles, actor, { groupId: params.id, ...body });
    return settingsReply(handles, actor);
  });
}

async function settingsReply(handles: SsoRouteHandles, actor: Actor): Promise<SsoSettings> {
  const views = await describeConnections(handles, actor);
  const [oidc, saml] = [viewOf(views, "oidc"), viewOf(views, "saml")];
  const { ssoOnly } = await handles.policies.of(actor.workspaceId);
  return {
    oidc: oidcReply(handles, oidc),
    saml: samlReply(handles, saml),
    only: { required: ssoOnly.required, breakGlass: [...ssoOnly.breakGlass] },
    directory: await directoryReply(handles, actor),
  };
}

function viewOf(views: readonly ConnectionView[], protocol: ConnectionView["protocol"]): ConnectionView {
  const view = views.find((each) => each.protocol === protocol);
  if (view === undefined) throw new Error("both connections are described");
  return view;
}

function oidcReply(
  handles: SsoHandles,
  { id, connection, linked, ownLink }: ConnectionView,
): SsoSettings["oidc"] {
  const redirectUri = oidcRedirectUri(handles, id);
  if (connection?.protocol !== "oidc") return { id, redirectUri, connection: null };
  const { issuer, clientId, directoryClaim, endpoints } = connection.settings;
  const origins = [endpoints.authorization, endpoints.token, endpoints.keys].map(
    (url) => new URL(url).origin,
  );
  const state = stateReply({ connection, linked, ownLink });
  return {
    ...{ id, redirectUri },
    connection: { ...state, issuer, clientId, directoryClaim, origins: [...new Set(origins)] },
  };
}

function samlReply(
  handles: SsoHandles,
  { id, connection, linked, ownLink }: ConnectionView,
): SsoSettings["saml"] {
  const { acs, metadata, entityId } = samlAddresses(handles, id);
  const addresses = { id, metadataUrl: metadata, entityId, acsUrl: acs };
  if (connection?.protocol !== "saml") return { ...addresses, connection: null };
  const { signInUrl, certificates, directoryClaim, entityId: providerId } = connection.settings;
  const state = stateReply({ connection, linked, ownLink });
  return {
    ...addresses,
    connection: { ...state, entityId: providerId, signInUrl, certificates, directoryClaim },
  };
}

function stateReply({
  connection,
  linked,
  ownLink,
}: Pick<ConnectionView, "linked" | "ownLink"> & {
  readonly connection: NonNullable<ConnectionView["connection"]>;
}) {
  const { label, provedAt, trust } = connection.settings;
  return {
    ...{ label, provedAt, linked, enabled: connection.enabled },
    trust: trustReply(trust),
    changedAt: connection.changedAt.toISOString(),
    ownLink: ownLink === undefined ? null : { usedAt: ownLink.usedAt?.toISOString() ?? null },
  };
}

function trustReply(trust: Trust | null) {
  if (trust === null) return null;
  const { acrValues, amrValues, attestedAt } = trust;
  return { acrValues, amrValues, attestedAt, endsAt: trustEndsAt(trust).toISOString() };
}

async function directoryReply(handles: SsoRouteHandles, actor: Actor): Promise<SsoSettings["directory"]> {
  const { tokens, users, groups } = await describeDirectory(handles, actor);
  return {
    baseUrl: `${handles.publicUrl}/scim/v2`,
    users,
    groups: [...groups],
    tokens: tokens.map(({ token, usedAt }) => ({
      id: token.id,
      createdAt: token.createdAt.toISOString(),
      expiresAt: token.expiresAt.toISOString(),
      usedAt: usedAt?.toISOString() ?? null,
    })),
  };
}
