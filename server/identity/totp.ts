import * as OTPAuth from "otpauth";
import { Secret } from "../platform/secret.ts";

/** Seconds per code (RFC 6238, section 5.2, the default of every authenticator). */
const PERIOD_S = 30;

/** Steps before and after the present one that are accepted: a phone's clock may be off by 30 s. */
const WINDOW = 1;

/** Shown by the authenticator above the code. */
const ISSUER = "Wardroom";

/** 160 random bits in base32 (RFC 4226, section 4, R6). */
export function newTotpSecret(): Secret<string> {
  return new Secret(new OTPAuth.Secret({ size: 20 }).base32);
}

/** The otpauth:// address that an authenticator scans. */
export function totpUri(secret: Secret<string>, label: string): Secret<string> {
  return new Secret(authenticator(secret, label).toString());
}

/** The code of `at`: for the command line and for tests, which have no telephone. */
export function totpCodeAt(secret: Secret<string>, at: Date): string {
  return authenticator(secret, "").generate({ timestamp: at.getTime() });
}

/** The time step that `code` belongs to, or undefined when it is none of those around any of `times`. */
export function findTotpStep(
  secret: Secret<string>,
  code: string,
  times: readonly Date[],
): bigint | undefined {
  for (const time of times) {
    const timestamp = time.getTime();
    const delta = authenticator(secret, "").validate({ token: code, timestamp, window: WINDOW });
    if (delta !== null) return BigInt(Math.floor(timestamp / 1000 / PERIOD_S) + delta);
  }
  return undefined;
}

function authenticator(secret: Secret<string>, label: string): OTPAuth.TOTP {
  return new OTPAuth.TOTP({
    issuer: ISSUER,
    label,
    secret: OTPAuth.Secret.fromBase32(secret.reveal()),
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_S,
  });
}
