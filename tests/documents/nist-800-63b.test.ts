import assert from "node:assert/strict";
import { test } from "node:test";
import { findProofFaults, findRowFaults, readRequirements } from "../support/requirement-table.ts";

/**
 * How many requirements each section has for a verifier or CSP at AAL2 with our authenticators. Counted by us in the final
 * text of SP 800-63B-4 (pages.nist.gov/800-63-4, read 2026-11-23): it does not number them.
 */
const ASKED = `
  2: 3, 2.2.1: 2, 2.2.2: 4, 2.2.3: 2, 2.4.1: 1, 2.4.2: 3, 2.4.3: 3, 2.4.4: 3,
  3.1.1.1: 3, 3.1.1.2: 24, 3.1.2.1: 5, 3.1.2.2: 7, 3.1.4.1: 2, 3.1.4.2: 6, 3.1.6.2: 5,
  3.1.7.2: 1,
  3.2.1: 2, 3.2.2: 6, 3.2.4: 1, 3.2.5: 3, 3.2.5.1: 1, 3.2.5.2: 3, 3.2.8: 1, 3.2.12: 1,
  4.1: 5, 4.1.2.1: 3, 4.1.2.2: 1, 4.1.3: 2, 4.2.1: 2, 4.2.1.1: 6, 4.2.1.2: 6, 4.2.1.4: 2,
  4.2.2.1: 1, 4.2.2.2: 1, 4.2.3: 1, 4.3: 2, 4.4: 2, 4.5: 2, 4.6: 6,
  5.1: 13, 5.1.1: 4, 5.2: 5, 5.3: 1,
  B.2: 1, B.3: 3`;

const rows = readRequirements("nist-800-63b.md");

test("docs/nist-800-63b.md has each requirement once and in its order", () => {
  const asked = [...ASKED.matchAll(/(\S+): (\d+)/g)].flatMap(([, section, count]) =>
    Array.from({ length: Number(count) }, (_, at) => `${section}-${at + 1}`),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    asked,
  );
});

test("a requirement that docs/nist-800-63b.md calls met names its file and a test; any other one says why not", () => {
  assert.deepEqual(findRowFaults(rows), []);
});

test("each test that docs/nist-800-63b.md names is there, by exactly that name, and is not skipped", () => {
  assert.deepEqual(findProofFaults(rows.flatMap(({ proofs }) => proofs)), []);
});
