import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { Secret } from "../secret.ts";
import { StartFault } from "../start-fault.ts";
import { type CertificateSource, describeLeaf, type ServerCertificate } from "./certificate.ts";
import { watchCertificate } from "./certificate-source.ts";

/** How often the files are read again, in ms. Reading finds what watching misses: links swapped by orchestrators. */
const CHECK_INTERVAL_MS = 30_000;

interface Options {
  /** PEM: the leaf first, then its intermediates. */
  readonly certificatePath: string;
  /** PEM, without a passphrase. */
  readonly keyPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly checkIntervalMs?: number;
}

/**
 * The operator's certificate (WARDROOM_TLS_CERT, WARDROOM_TLS_KEY), read again while we run. At the start a bad one is
 * a StartFault; later it is logged, and the one before stays.
 */
export function openGivenCertificate(options: Options): CertificateSource {
  const first = readCertificate(options, options.clock());
  let lastFault = "";
  return watchCertificate(first, options.checkIntervalMs ?? CHECK_INTERVAL_MS, async (current) => {
    try {
      const found = readCertificate(options, options.clock());
      lastFault = "";
      return isSame(found, current) ? current : found;
    } catch (error) {
      const fault = error instanceof StartFault ? error.message : "unreadable";
      if (fault !== lastFault) options.log.error({ fault }, "the certificate was not reloaded");
      lastFault = fault;
      return current;
    }
  });
}

/** The certificate in the files; a StartFault when a listener could not use it. */
export function readCertificate(
  { certificatePath, keyPath }: Pick<Options, "certificatePath" | "keyPath">,
  now: Date,
): ServerCertificate {
  const certificate = readPem(certificatePath, "WARDROOM_TLS_CERT");
  const key = readPem(keyPath, "WARDROOM_TLS_KEY");
  const leaf = parse(() => new X509Certificate(certificate), certificatePath, "WARDROOM_TLS_CERT");
  const privateKey = parse(() => createPrivateKey(key), keyPath, "WARDROOM_TLS_KEY");
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new StartFault(
      `The key ${keyPath} does not belong to the certificate ${certificatePath}.`,
      "Put the server's own certificate first in WARDROOM_TLS_CERT, and its key in WARDROOM_TLS_KEY.",
    );
  }
  if (leaf.validToDate <= now || leaf.validFromDate > now) throw notNow(certificatePath, leaf);
  return { certificate, key: new Secret(key), ...describeLeaf(certificate) };
}

function readPem(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new StartFault(
      `${setting} names ${path}, which cannot be read.`,
      "Correct the path or its rights.",
      {
        cause: error,
      },
    );
  }
}

function parse<Parsed>(read: () => Parsed, path: string, setting: string): Parsed {
  try {
    return read();
  } catch {
    // OpenSSL's message adds nothing that a person could act on, and may quote the file.
    throw new StartFault(
      `${setting} names ${path}, which is not what it should be.`,
      "Both files are PEM (text that begins with -----BEGIN), and the key has no passphrase.",
    );
  }
}

function notNow(path: string, { validFromDate, validToDate }: X509Certificate): StartFault {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return new StartFault(
    `The certificate ${path} is valid from ${day(validFromDate)} to ${day(validToDate)} only.`,
    "Renew it, or correct this machine's clock.",
  );
}

function isSame(one: ServerCertificate, other: ServerCertificate): boolean {
  return one.certificate === other.certificate && one.key.reveal() === other.key.reveal();
}
