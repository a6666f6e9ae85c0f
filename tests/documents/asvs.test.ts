import assert from "node:assert/strict";
import { test } from "node:test";
import { findProofFaults, findRowFaults, readRequirements } from "../support/requirement-table.ts";

/**
 * OWASP ASVS 5.0.0, chapters V6 to V8: levels 1 and 2, and 3 in V7, as "id level". From the standard's own list
 * (5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv, read 2026-11-23).
 */
const ASKED = [
  ...["6.1.1 1", "6.1.2 2", "6.1.3 2"],
  ...["6.2.1 1", "6.2.2 1", "6.2.3 1", "6.2.4 1", "6.2.5 1", "6.2.6 1", "6.2.7 1", "6.2.8 1"],
  ...["6.2.9 2", "6.2.10 2", "6.2.11 2", "6.2.12 2"],
  ...["6.3.1 1", "6.3.2 1", "6.3.3 2", "6.3.4 2"],
  ...["6.4.1 1", "6.4.2 1", "6.4.3 2", "6.4.4 2"],
  ...["6.5.1 2", "6.5.2 2", "6.5.3 2", "6.5.4 2", "6.5.5 2"],
  ...["6.6.1 2", "6.6.2 2", "6.6.3 2"],
  ...["6.8.1 2", "6.8.2 2", "6.8.3 2", "6.8.4 2"],
  ...["7.1.1 2", "7.1.2 2", "7.1.3 2"],
  ...["7.2.1 1", "7.2.2 1", "7.2.3 1", "7.2.4 1"],
  ...["7.3.1 2", "7.3.2 2"],
  ...["7.4.1 1", "7.4.2 1", "7.4.3 2", "7.4.4 2", "7.4.5 2"],
  ...["7.5.1 2", "7.5.2 2", "7.5.3 3"],
  ...["7.6.1 2", "7.6.2 2"],
  ...["8.1.1 1", "8.1.2 2"],
  ...["8.2.1 1", "8.2.2 1", "8.2.3 2"],
  "8.3.1 1",
  "8.4.1 2",
];

const rows = readRequirements("asvs.md");

test("docs/asvs.md has each requirement once, in its order and with its level", () => {
  assert.deepEqual(
    rows.map(({ id, level }) => `${id} ${level}`),
    ASKED,
  );
});

test("a requirement that docs/asvs.md calls met names its file and a test; any other one says why not", () => {
  assert.deepEqual(findRowFaults(rows), []);
});

test("each test that docs/asvs.md names is there, by exactly that name, and is not skipped", () => {
  assert.deepEqual(findProofFaults(rows.flatMap(({ proofs }) => proofs)), []);
});
