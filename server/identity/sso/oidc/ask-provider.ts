import * as oidc from "openid-client";
import { Secret } from "../../../platform/secret.ts";
import type { OidcConnection } from "../connection.ts";
import { oidcRedirectUri, type SsoHandles } from "../handles.ts";
import { configurationOf } from "./configuration.ts";

/** What the answer of a provider is held against. */
export interface OidcQuestion {
  readonly nonce: string;
  readonly verifier: string;
}

export function newOidcQuestion(): OidcQuestion {
  return { nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
}

/** Where the browser is sent: the code flow with PKCE (S256), state and nonce. Nothing is asked of the provider here. */
export async function oidcAuthorizationUrl(
  handles: SsoHandles,
  { id, settings }: OidcConnection,
  given: OidcQuestion & { readonly state: Secret<string>; readonly scope: "openid" | "openid email" },
): Promise<string> {
  const { acrValues } = settings.trust ?? { acrValues: [] };
  const url = oidc.buildAuthorizationUrl(configurationOf(settings, NO_SECRET, undefined), {
    response_type: "code",
    scope: given.scope,
    redirect_uri: oidcRedirectUri(handles, id),
    state: given.state.reveal(),
    nonce: given.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(given.verifier),
    code_challenge_method: "S256",
    ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(" ") }),
  });
  return url.href;
}

/** The address is made without it. */
const NO_SECRET = new Secret("unused");
