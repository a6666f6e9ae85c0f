import "reflect-metadata";
import { inflateRawSync } from "node:zlib";
import { signXml } from "@node-saml/node-saml/lib/xml.js";
import * as x509 from "@peculiar/x509";

const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/** What an assertion says; a test bends what it likes. */
export interface AssertionTexts {
  readonly nameId: string;
  readonly nameIdFormat: "persistent" | "email";
  readonly id: string;
  readonly issuer: string;
  readonly audience: string;
  readonly recipient: string;
  readonly inResponseTo: string | null;
  readonly issuedAt: Date;
  readonly notOnOrAfter: Date;
  readonly authnContext: string;
  readonly attributes: string;
}

/** A SAML identity provider that says and signs what a test wants. */
export interface FakeSamlProvider {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly certificate: string;
  /** The request that a browser was sent with: its id, and the state that comes back beside the answer. */
  read(location: string): Asked;
  assertion(asked: Asked, said?: Partial<AssertionTexts>): string;
  /** An assertion with its signature. */
  sign(assertion: string, how?: { readonly algorithm?: "sha1" | "sha256"; readonly key?: string }): string;
  /** The answer around one or several elements. */
  wrap(asked: Asked, inside: string): string;
}

export interface Asked {
  readonly requestId: string;
  readonly acs: string;
  readonly entityId: string;
  readonly relayState: string;
}

let count = 0;

export async function startFakeSamlProvider(): Promise<FakeSamlProvider> {
  const { key, cert } = await newSigner();
  const entityId = "https://idp.marsahome.example/metadata";
  return {
    entityId,
    signInUrl: "https://idp.marsahome.example/sso",
    certificate: cert,
    read(location) {
      const query = new URL(location).searchParams;
      const xml = inflateRawSync(Buffer.from(query.get("SAMLRequest") ?? "", "base64")).toString();
      const attribute = (name: string) => new RegExp(` ${name}="([^"]+)"`).exec(xml)?.[1] ?? "";
      return {
        requestId: attribute("ID"),
        acs: attribute("AssertionConsumerServiceURL"),
        entityId: /Issuer[^>]*>([^<]+)</.exec(xml)?.[1] ?? "",
        relayState: query.get("RelayState") ?? "",
      };
    },
    assertion: (asked, said = {}) => assertionOf({ ...textsOf(asked, entityId), ...said }),
    sign: (assertion, { algorithm = "sha256", key: other = key } = {}) =>
      signXml(
        assertion,
        "/*[local-name(.)='Assertion']",
        { reference: "/*/*[local-name(.)='Issuer']", action: "after" },
        {
          privateKey: other,
          signatureAlgorithm: algorithm,
          ...(algorithm === "sha1" ? {} : { digestAlgorithm: "sha256" }),
        },
      ),
    wrap: (asked, inside) =>
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r${++count}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${asked.acs}" InResponseTo="${asked.requestId}"><saml:Issuer>${entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${inside}</samlp:Response>`,
  };
}

/** An RSA key and a certificate for it, as PEM. */
export async function newSigner(): Promise<{ readonly key: string; readonly cert: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=idp",
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = pkcs8.match(/.{1,64}/g)?.join("\n") ?? "";
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    cert: cert.toString("pem"),
  };
}

function textsOf(asked: Asked, issuer: string): AssertionTexts {
  const now = Date.now();
  return {
    ...{
      nameId: "someone",
      nameIdFormat: "persistent",
      id: `_a${++count}`,
      issuer,
      audience: asked.entityId,
    },
    ...{ recipient: asked.acs, inResponseTo: asked.requestId },
    ...{ issuedAt: new Date(now), notOnOrAfter: new Date(now + 300_000) },
    ...{ authnContext: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", attributes: "" },
  };
}

function assertionOf(said: AssertionTexts): string {
  const until = said.notOnOrAfter.toISOString();
  const at = said.issuedAt.toISOString();
  const reply = said.inResponseTo === null ? "" : ` InResponseTo="${said.inResponseTo}"`;
  const format = said.nameIdFormat === "email" ? EMAIL : PERSISTENT;
  return [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${said.id}" Version="2.0" IssueInstant="${at}">`,
    `<saml:Issuer>${said.issuer}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${format}">${said.nameId}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`,
    `<saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${said.recipient}"${reply}/>`,
    `</saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${at}" NotOnOrAfter="${until}"><saml:AudienceRestriction>`,
    `<saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${at}"><saml:AuthnContext>`,
    `<saml:AuthnContextClassRef>${said.authnContext}</saml:AuthnContextClassRef>`,
    `</saml:AuthnContext></saml:AuthnStatement>${said.attributes}</saml:Assertion>`,
  ].join("");
}
