import * as oidc from "openid-client";
import { z } from "zod";
import { Refusal } from "../../../platform/refusal.ts";
import type { Secret } from "../../../platform/secret.ts";
import type { Verified } from "../attempt.ts";
import type { OidcConnection } from "../connection.ts";
import { oidcRedirectUri, type SsoHandles } from "../handles.ts";
import type { OidcQuestion } from "./ask-provider.ts";
import { configurationOf } from "./configuration.ts";
import { providerOrigin, withProvider } from "./provider-client.ts";

/** How old an id token may be when it comes, in seconds. Ours: it is made in the request that we are waiting for. */
const MAX_TOKEN_AGE_SECONDS = 300;

/** What we read of an id token beside what the library has checked. */
const claims = z.object({
  sub: z.string().min(1).max(255),
  iat: z.number(),
  azp: z.string().optional(),
  oid: z.string().max(255).optional(),
  email: z.email().max(254).optional().catch(undefined),
  // Some send it as text.
  email_verified: z.union([z.boolean(), z.string()]).optional().catch(undefined),
  acr: z.string().max(200).optional(),
  amr: z.array(z.string().max(60)).max(20).optional(),
});

/**
 * Trades the code for an id token and checks it: state, `iss` of the answer (RFC 9207), signature under the provider's
 * keys with an algorithm of the list, issuer, audience, authorised party, times, nonce. Anything else is one refusal;
 * its cause goes to nobody but the log of refusals.
 */
export async function verifyOidcAnswer(
  handles: SsoHandles,
  connection: OidcConnection,
  given: OidcQuestion & {
    readonly state: string;
    readonly secret: Secret<string>;
    /** The query that the browser came back with. */
    readonly query: URLSearchParams;
  },
): Promise<Verified> {
  const { id, settings } = connection;
  const { endpoints } = settings;
  const origins = [...new Set([endpoints.token, endpoints.keys].map((url) => providerOrigin(handles, url)))];
  const answer = new URL(oidcRedirectUri(handles, id));
  answer.search = given.query.toString();
  try {
    return await withProvider(handles, origins, async (fetch) => {
      const config = configurationOf(settings, given.secret, fetch);
      const tokens = await oidc.authorizationCodeGrant(config, answer, {
        expectedState: given.state,
        expectedNonce: given.nonce,
        pkceCodeVerifier: given.verifier,
        idTokenExpected: true,
      });
      return verifiedOf(handles, connection, tokens.claims());
    });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("forbidden", "sso.answer_refused", { cause });
  }
}

/** Providers let people write an address themselves: without their word that it was verified it is nobody's. */
function verifiedEmailOf(said: Pick<z.output<typeof claims>, "email" | "email_verified">): string | null {
  const isVerified = said.email_verified === true || said.email_verified === "true";
  return isVerified ? (said.email ?? null) : null;
}

function verifiedOf(handles: SsoHandles, { settings }: OidcConnection, given: unknown): Verified {
  const { sub, iat, azp, oid, acr, amr, ...address } = claims.parse(given);
  if (azp !== undefined && azp !== settings.clientId) throw new Error("made for another client");
  const nowSeconds = (handles.wall ?? handles.clock)().getTime() / 1000;
  if (nowSeconds - iat > MAX_TOKEN_AGE_SECONDS) throw new Error("an old token");
  const directoryId =
    settings.directoryClaim === "oid" ? oid : settings.directoryClaim === "sub" ? sub : null;
  return {
    issuer: settings.issuer,
    subject: sub,
    directoryId: directoryId ?? null,
    email: verifiedEmailOf(address),
    acr: acr ?? null,
    amr: amr ?? [],
  };
}
