import { generateServiceProviderMetadata, SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import type { SamlConnection } from "../connection.ts";
import { type SsoHandles, samlAddresses } from "../handles.ts";

/** The kind of name that stays with a person and says nothing about them (SAML core, section 8.3.7). */
export const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/**
 * The library's view of a connection. It checks signatures and audience; times, recipient and the request that is
 * answered are checked by verify-answer.ts, by our clock and against what we keep.
 */
export function serviceProvider(
  handles: SsoHandles,
  { id, settings }: SamlConnection,
  requestId: string,
): SAML {
  const { acs, entityId } = samlAddresses(handles, id);
  const acrValues = settings.trust?.acrValues ?? [];
  return new SAML({
    callbackUrl: acs,
    issuer: entityId,
    audience: entityId,
    entryPoint: settings.signInUrl,
    idpCert: settings.certificates,
    idpIssuer: settings.entityId,
    identifierFormat: PERSISTENT,
    wantAssertionsSigned: true,
    // Not every provider signs the answer around the assertion, and nothing of it is believed.
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: -1,
    disableRequestedAuthnContext: acrValues.length === 0,
    authnContext: acrValues,
    generateUniqueId: () => requestId,
    signatureAlgorithm: "sha256",
    digestAlgorithm: "sha256",
  });
}

/** What the provider is given to know us by. Nobody's secret. */
export function samlMetadata(handles: Pick<SsoHandles, "publicUrl">, connectionId: string): string {
  const { acs, entityId } = samlAddresses(handles, connectionId);
  return generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acs,
    identifierFormat: PERSISTENT,
    wantAssertionsSigned: true,
  });
}
