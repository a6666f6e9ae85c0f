import * as oidc from "openid-client";
import { Refusal } from "../../../platform/refusal.ts";
import type { SsoHandles } from "../handles.ts";
import type { OidcSettings } from "../settings.ts";
import { type ProviderFetch, providerOrigin, withProvider } from "./provider-client.ts";

/**
 * What an id token may be signed with: public-key signatures of today. Never `none`, and never a shared secret, with
 * which a provider's public key could be taken for one.
 */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/**
 * Asks a provider for its endpoints, once, when an Admin saves or tests the connection. Its name must be the issuer to
 * the letter, and PKCE with S256 must not be excluded.
 */
export async function discoverProvider(
  handles: Pick<SsoHandles, "loopbackProviders">,
  issuer: string,
): Promise<OidcSettings["endpoints"]> {
  const origin = providerOrigin(handles, issuer);
  const server = await withProvider(handles, [origin], (fetch) => discover(issuer, fetch)).catch(
    (cause: unknown) => {
      throw new Refusal("invalid", "sso.discovery_failed", { cause });
    },
  );
  const { authorization_endpoint, token_endpoint, jwks_uri } = server;
  if (authorization_endpoint === undefined || token_endpoint === undefined || jwks_uri === undefined)
    throw new Refusal("invalid", "sso.discovery_failed");
  for (const address of [authorization_endpoint, token_endpoint, jwks_uri]) providerOrigin(handles, address);
  const offered = server.id_token_signing_alg_values_supported ?? ["RS256"];
  const algorithms = ALGORITHMS.filter((algorithm) => offered.includes(algorithm));
  const methods = server.code_challenge_methods_supported;
  if (algorithms.length === 0 || (methods !== undefined && !methods.includes("S256")))
    throw new Refusal("invalid", "sso.provider_too_weak");
  // Absent means client_secret_basic (OpenID Connect Discovery, section 3).
  const authentications = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return {
    authorization: authorization_endpoint,
    token: token_endpoint,
    keys: jwks_uri,
    sendsIssuer: server.authorization_response_iss_parameter_supported === true,
    algorithms,
    authentication: authentications.includes("client_secret_basic")
      ? "client_secret_basic"
      : "client_secret_post",
  };
}

async function discover(issuer: string, fetch: ProviderFetch): Promise<oidc.ServerMetadata> {
  const url = new URL(issuer);
  const config = await oidc.discovery(url, "discovery", undefined, undefined, {
    [oidc.customFetch]: fetch as oidc.CustomFetch,
    // Plain http reaches providers of this machine only: the client underneath refuses it to everybody else.
    ...(url.protocol === "http:" ? { execute: [oidc.allowInsecureRequests] } : {}),
  });
  const server = config.serverMetadata();
  if (server.issuer !== issuer) throw new Error("the provider is called otherwise");
  return server;
}
