import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** An authority of a test's own. */
export interface TestAuthority {
  /** PEM: who trusts it, trusts what it issues. */
  readonly certificate: string;
  /** For one IP address or name; valid for a day from now, or for one that ended an hour ago. */
  issue(name: string, validity?: "now" | "ended"): Promise<TestCertificate>;
}

export async function testAuthority(): Promise<TestAuthority> {
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: "01", name: "CN=authority of a test", signingAlgorithm: ALGORITHM, keys },
    ...{ notBefore: new Date(Date.now() - 9 * DAY_MS), notAfter: new Date(Date.now() + 9 * DAY_MS) },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    certificate: authority.toString("pem"),
    async issue(name, validity = "now") {
      const own = await newKeys();
      const ends = validity === "now" ? Date.now() + DAY_MS : Date.now() - DAY_MS / 24;
      const type = /^[\d.]+$/.test(name) ? "ip" : "dns";
      const certificate = await x509.X509CertificateGenerator.create({
        ...{ serialNumber: "02", subject: `CN=${name}`, issuer: authority.subject },
        ...{ notBefore: new Date(ends - 2 * DAY_MS), notAfter: new Date(ends) },
        ...{ signingKey: keys.privateKey, publicKey: own.publicKey, signingAlgorithm: ALGORITHM },
        extensions: [new x509.SubjectAlternativeNameExtension([{ type, value: name }])],
      });
      const pkcs8 = await crypto.subtle.exportKey("pkcs8", own.privateKey);
      const key = x509.PemConverter.encode(pkcs8, "PRIVATE KEY");
      return { key, cert: certificate.toString("pem") };
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}
