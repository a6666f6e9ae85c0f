import { X509Certificate } from "node:crypto";
import type { Server } from "node:tls";
import type { Secret } from "../secret.ts";

/** What a listener shows. */
export interface ServerCertificate {
  /** PEM: the leaf first, then what leads to its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: Secret<string>;
  readonly expiresAt: Date;
  /** Host names and addresses it speaks for. */
  readonly names: readonly string[];
}

/** A certificate that is replaced while we run: by its operator, or by us before it expires. */
export interface CertificateSource extends Disposable {
  readonly current: ServerCertificate;
  /** Shows the current certificate on `server`, and every later one from the moment it is there. */
  serve(server: Server): void;
}

export function describeLeaf(certificate: string): { expiresAt: Date; names: string[] } {
  const leaf = new X509Certificate(certificate);
  return { expiresAt: leaf.validToDate, names: namesOf(leaf) };
}

/** "DNS:localhost, IP Address:127.0.0.1" */
function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(([, name = ""]) => name);
}
