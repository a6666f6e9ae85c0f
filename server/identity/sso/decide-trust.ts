import type { Role } from "../actor.ts";
import type { Verified } from "./attempt.ts";
import { TRUST_MS, type Trust } from "./settings.ts";

/**
 * Whether what the provider says of how somebody signed in stands for our second factor: an Admin has attested that it
 * does, not longer than 90 days ago, and the answer carries one of the values that they named. Never for an Owner:
 * whoever may change a connection could otherwise become one.
 */
export function isFactorTrusted(
  trust: Trust | null,
  given: { readonly verified: Pick<Verified, "acr" | "amr">; readonly role: Role; readonly now: Date },
): boolean {
  const { verified, role, now } = given;
  if (trust === null || role === "owner" || hasEnded(trust, now)) return false;
  const { acr, amr } = verified;
  return (
    (acr !== null && trust.acrValues.includes(acr)) || trust.amrValues.some((value) => amr.includes(value))
  );
}

/** When an attestation ends. */
export function trustEndsAt(trust: Trust): Date {
  return new Date(Date.parse(trust.attestedAt) + TRUST_MS);
}

function hasEnded(trust: Trust, now: Date): boolean {
  return trustEndsAt(trust) <= now;
}
