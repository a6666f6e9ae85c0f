import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { Secret } from "../secret.ts";
import { writeDurably } from "../write-durably.ts";
import { type CertificateSource, describeLeaf, type ServerCertificate } from "./certificate.ts";
import { watchCertificate } from "./certificate-source.ts";
import { createAuthority } from "./local-authority.ts";

/** Where this machine reaches itself. Every certificate speaks for these. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "::1"];

/** How long before it expires a certificate is replaced, in ms. Ours: people have a month to trust the next. */
const RENEWAL_MS = 30 * 24 * 60 * 60 * 1000;

const CHECK_INTERVAL_MS = 60 * 60 * 1000;

export interface LocalCertificate extends CertificateSource {
  /** The file a person adds to what their browser trusts. */
  readonly authorityPath: string;
  /** The authority's certificate as it is now: PEM, and SHA-256 as browsers print it ("AB:CD:..."). */
  readAuthority(): { certificate: string; fingerprint: string };
}

interface Options {
  readonly dataFolder: string;
  /** Names beside localhost, such as the host of WARDROOM_PUBLIC_URL. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * A certificate of our own for this machine, kept in the data folder and renewed in time.
 *
 * The authority that signed it can sign nothing more: its key was never written down. A renewal is therefore a new
 * authority, which every browser has to be told to trust again; an operator's own certificate spares people that.
 */
export async function openLocalCertificate(options: Options): Promise<LocalCertificate> {
  const files = filesIn(options.dataFolder);
  const names = [...new Set([...LOCAL_NAMES, ...options.names])];
  const first = findValid(files, names, options.clock()) ?? (await renew(files, names, options.clock()));
  const source = watchCertificate(first, CHECK_INTERVAL_MS, async (current) => {
    try {
      if (isGood(current, names, options.clock())) return current;
      const next = await renew(files, names, options.clock());
      options.log.warn({ expiresAt: next.expiresAt }, "the local certificate was renewed; trust it anew");
      return next;
    } catch (error) {
      options.log.error({ error }, "the local certificate could not be renewed");
      return current;
    }
  });
  return {
    get current() {
      return source.current;
    },
    serve: (server) => source.serve(server),
    authorityPath: files.authority,
    readAuthority: () => readAuthority(files.authority),
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

interface Files {
  readonly authority: string;
  /** Certificate and key in one file: they are replaced together, or not at all. */
  readonly leaf: string;
}

function filesIn(dataFolder: string): Files {
  const folder = join(dataFolder, "tls");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { authority: join(folder, "authority.pem"), leaf: join(folder, "server.pem") };
}

function findValid(files: Files, names: readonly string[], now: Date): ServerCertificate | undefined {
  if (!existsSync(files.leaf) || !existsSync(files.authority)) return undefined;
  const text = readFileSync(files.leaf, "utf8");
  const keyAt = text.indexOf("-----BEGIN PRIVATE KEY-----");
  if (keyAt === -1) return undefined;
  const certificate = text.slice(0, keyAt);
  // A crash between the two files leaves an authority that did not sign this leaf.
  const authority = new X509Certificate(readFileSync(files.authority));
  if (!new X509Certificate(certificate).verify(authority.publicKey)) return undefined;
  const found = { certificate, key: new Secret(text.slice(keyAt)), ...describeLeaf(certificate) };
  return isGood(found, names, now) ? found : undefined;
}

function isGood({ expiresAt, certificate }: ServerCertificate, names: readonly string[], now: Date): boolean {
  const leaf = new X509Certificate(certificate);
  const speaksFor = (name: string) =>
    (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
  return expiresAt.getTime() - now.getTime() > RENEWAL_MS && names.every(speaksFor);
}

async function renew(files: Files, names: readonly string[], now: Date): Promise<ServerCertificate> {
  const authority = await createAuthority(names, now);
  const { certificate, key } = await authority.issue(names);
  writeDurably(files.authority, authority.certificate);
  writeDurably(files.leaf, certificate + key.reveal());
  return { certificate, key, ...describeLeaf(certificate) };
}

function readAuthority(path: string): { certificate: string; fingerprint: string } {
  const certificate = readFileSync(path, "utf8");
  return { certificate, fingerprint: new X509Certificate(certificate).fingerprint256 };
}
