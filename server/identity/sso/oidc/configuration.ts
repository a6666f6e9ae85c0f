import * as oidc from "openid-client";
import type { Secret } from "../../../platform/secret.ts";
import type { OidcSettings } from "../settings.ts";
import type { ProviderFetch } from "./provider-client.ts";

/** The library's view of a connection. Every id token's signature is checked, whatever channel it came by. */
export function configurationOf(
  { issuer, clientId, endpoints }: OidcSettings,
  secret: Secret<string>,
  fetch: ProviderFetch | undefined,
): oidc.Configuration {
  const authentication =
    endpoints.authentication === "client_secret_basic" ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
  const config = new oidc.Configuration(
    {
      issuer,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      jwks_uri: endpoints.keys,
      id_token_signing_alg_values_supported: endpoints.algorithms,
      authorization_response_iss_parameter_supported: endpoints.sendsIssuer,
    },
    clientId,
    {},
    authentication(secret.reveal()),
  );
  oidc.enableNonRepudiationChecks(config);
  if (fetch !== undefined) config[oidc.customFetch] = fetch as oidc.CustomFetch;
  if (endpoints.token.startsWith("http:")) oidc.allowInsecureRequests(config);
  return config;
}
