import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { Secret } from "../secret.ts";
import { encodeNameConstraints, NAME_CONSTRAINTS_OID } from "./name-constraints.ts";

/** Browsers refuse certificates that are valid longer (CA/Browser Forum Baseline Requirements 6.3.2 until 2026). */
export const LEAF_DAYS = 397;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Clocks of machines differ: a certificate of this very second is not yet valid for some. */
const BACKDATED_MS = DAY_MS;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export interface Issued {
  readonly certificate: string;
  readonly key: Secret<string>;
}

export interface LocalAuthority {
  /** PEM. What a person adds to their browser. */
  readonly certificate: string;
  issue(names: readonly string[]): Promise<Issued>;
}

/**
 * A certificate authority whose certificate is good for `names` alone, even in the hands of a thief. Its private key
 * cannot be exported; dropping the returned object destroys it.
 */
export async function createAuthority(names: readonly string[], now: Date): Promise<LocalAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name: `CN=Wardroom local authority ${now.toISOString().slice(0, 10)}`,
      ...validity(now),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new Extension(NAME_CONSTRAINTS_OID, true, encodeNameConstraints(names)),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    certificate: pem(certificate),
    issue: (leafNames) => issueLeaf(certificate, keys.privateKey, leafNames, now),
  };
}

async function issueLeaf(
  authority: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  names: readonly string[],
  now: Date,
): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: newSerial(),
      subject: `CN=${names[0]}`,
      issuer: authority.subject,
      ...validity(now),
      signingKey,
      publicKey: keys.publicKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(authority, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: new Secret(await exportKey(keys.privateKey)) };
}

function validity(now: Date): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(now.getTime() - BACKDATED_MS);
  return { notBefore, notAfter: new Date(notBefore.getTime() + LEAF_DAYS * DAY_MS) };
}

/** 127 random bits: a serial number is a positive integer. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  const lines = body.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
