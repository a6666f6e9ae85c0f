import assert from "node:assert/strict";
import { test } from "node:test";
import { ROLES, type Role } from "../actor.ts";
import { isFactorTrusted } from "./decide-trust.ts";
import { TRUST_MS, type Trust } from "./settings.ts";

const attestedAt = new Date("2026-11-01T09:00:00Z");
const trust: Trust = {
  acrValues: ["urn:company:two-factors"],
  amrValues: ["mfa", "hwk"],
  attestedBy: "019ab000-0000-7000-8000-000000000001",
  attestedAt: attestedAt.toISOString(),
};

/** An answer to which nothing was added: of a password, as far as anybody knows. */
const SILENT = { acr: null, amr: [] };

function decide(
  verified: { readonly acr: string | null; readonly amr: string[] },
  { role = "agent", atMs = 0, given = trust }: { role?: Role; atMs?: number; given?: Trust | null } = {},
): boolean {
  return isFactorTrusted(given, { verified, role, now: new Date(attestedAt.getTime() + atMs) });
}

test("a provider's word stands for our factor while an Admin's attestation holds, and only a word that they named", () => {
  const word = { acr: "urn:company:two-factors", amr: [] };
  assert.equal(decide(word), true);
  assert.equal(decide({ acr: null, amr: ["pwd", "mfa"] }), true);
  for (const other of [SILENT, { acr: "urn:company:password", amr: ["pwd"] }, { acr: "mfa", amr: [] }])
    assert.equal(decide(other), false);
  assert.equal(decide(word, { given: null }), false, "nobody has attested it");
  assert.equal(decide(word, { atMs: TRUST_MS - 1 }), true);
  assert.equal(decide(word, { atMs: TRUST_MS }), false, "a word of 90 days ago");
});

test("it never stands for an Owner's: whoever may change a connection would become one", () => {
  const word = { acr: "urn:company:two-factors", amr: ["mfa"] };
  assert.deepEqual(
    ROLES.filter((role) => decide(word, { role })),
    ["agent", "team_lead", "admin"],
  );
});
