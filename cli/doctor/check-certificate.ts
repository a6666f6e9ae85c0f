import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Config } from "../../server/config/config.ts";
import { readCertificate } from "../../server/platform/tls/given-certificate.ts";
import { attention, type Finding, failing, lookAt, ok } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days before it expires. Ours: enough to act within a working week, and to notice a renewal that failed. */
const RENEW_WITHIN_DAYS = 21;

const CHECK = "certificate";

/** The certificate that Wardroom shows, or will show: its end, and whether it speaks for the public name. */
export async function checkCertificate(config: Config, now: Date): Promise<Finding> {
  return config.tls === undefined ? checkLocal(config, now) : lookAt(CHECK, () => checkGiven(config, now));
}

function checkGiven({ tls, publicUrl }: Config, now: Date): Finding {
  if (tls === undefined) throw new Error("no certificate was given");
  const { certificate, expiresAt } = readCertificate(tls, now);
  if (!speaksFor(certificate, publicUrl.hostname)) {
    return failing(
      CHECK,
      `The certificate ${tls.certificatePath} does not speak for ${publicUrl.hostname}.`,
      "Get one for that name, or correct WARDROOM_PUBLIC_URL.",
    );
  }
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);
  const sentence = `The certificate speaks for ${publicUrl.hostname} and is valid for ${days} more days.`;
  return days < RENEW_WITHIN_DAYS
    ? attention(CHECK, sentence, "Renew it; the new files are read while Wardroom runs.")
    : ok(CHECK, sentence);
}

function checkLocal(config: Config, now: Date): Finding {
  const path = join(config.dataDir, "tls/server.pem");
  const { hostname } = config.publicUrl;
  if (!existsSync(path))
    return attention(CHECK, "There is no certificate yet.", "wardroom start makes one of its own.");
  const certificate = readFileSync(path, "utf8");
  const { validToDate } = new X509Certificate(certificate);
  if (validToDate <= now || !speaksFor(certificate, hostname)) {
    return attention(
      CHECK,
      `Our own certificate is over or does not speak for ${hostname}.`,
      "wardroom start makes a new one; browsers have to trust it anew.",
    );
  }
  const sentence = `Our own certificate is valid until ${validToDate.toISOString().slice(0, 10)}.`;
  if (!config.publicUrlGiven || config.trustedProxies.length > 0) return ok(CHECK, sentence);
  return attention(
    CHECK,
    `${sentence} Nobody but this machine knows its authority, and Meta takes public ones only.`,
    "Set WARDROOM_TLS_CERT and WARDROOM_TLS_KEY, or let a proxy in WARDROOM_TRUSTED_PROXIES show a public certificate.",
  );
}

function speaksFor(certificate: string, name: string): boolean {
  const leaf = new X509Certificate(certificate);
  return (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
}
