import assert from "node:assert/strict";
import { test } from "node:test";
import { isFactorTrusted } from "./decide-trust.ts";
import { TRUST_MS, type Trust } from "./settings.ts";

const ATTESTED = new Date("2026-11-23T10:00:00Z");
const trust: Trust = {
  acrValues: ["urn:two"],
  amrValues: ["mfa"],
  attestedBy: "0190b0a0-0000-7000-8000-000000000000",
  attestedAt: ATTESTED.toISOString(),
};
const later = (ms: number) => new Date(ATTESTED.getTime() + ms);
const said = (acr: string | null, amr: string[] = []) => ({
  ...{ verified: { acr, amr }, now: later(1_000) },
  role: "admin" as const,
});

test("the provider's factor counts where it says one of the values that were attested, and only then", () => {
  assert.equal(isFactorTrusted(trust, said("urn:two")), true);
  assert.equal(isFactorTrusted(trust, said(null, ["pwd", "mfa"])), true);
  assert.equal(isFactorTrusted(trust, said(null)), false);
  assert.equal(isFactorTrusted(trust, said("urn:one", ["pwd"])), false);
  assert.equal(isFactorTrusted(null, said("urn:two", ["mfa"])), false, "nobody attested anything");
});

test("an attestation holds for 90 days", () => {
  const at = (ms: number) => isFactorTrusted(trust, { ...said("urn:two"), now: later(ms) });
  assert.deepEqual([at(TRUST_MS - 1), at(TRUST_MS), at(TRUST_MS + 1)], [true, false, false]);
});

test("an Owner is always asked for our own factor", () => {
  assert.equal(isFactorTrusted(trust, { ...said("urn:two", ["mfa"]), role: "owner" }), false);
});
