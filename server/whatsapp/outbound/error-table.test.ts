import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { decideOnRefusal, reasonFor, ruleFor } from "./error-table.ts";

const FACTS = new URL("../../../../shared/meta/fixtures/error-codes.json", import.meta.url);
const ERRORS = new URL("../../../docs/errors.md", import.meta.url);

interface Listed {
  readonly code: number | string;
  readonly http_status: number | null;
  readonly retry: string;
  readonly category: string;
}

test("every code that Meta lists is classified", { skip: !existsSync(FACTS) }, () => {
  const { errors } = JSON.parse(readFileSync(FACTS, "utf8")) as { errors: Listed[] };
  const codes = errors.map(({ code }) => Number.parseInt(String(code), 10));
  assert.deepEqual(
    codes.filter((code) => ruleFor(code) === undefined),
    [],
  );
  assert.equal(codes.length, 72);
});

test("nothing is sent again by itself except after a throttle", { skip: !existsSync(FACTS) }, () => {
  const { errors } = JSON.parse(readFileSync(FACTS, "utf8")) as { errors: Listed[] };
  const retried = errors.filter(({ code }) => ruleFor(Number(code))?.action === "retry");
  assert.deepEqual(
    retried.map(({ category }) => category),
    retried.map(() => "throttle"),
  );
});

test("a documented refusal with a 5xx is in doubt, unless the page itself gives it a 5xx", () => {
  assert.equal(decideOnRefusal(131047, 400).action, "tell");
  assert.equal(decideOnRefusal(131047, 500).action, "in_doubt");
  assert.equal(decideOnRefusal(130429, 429).action, "retry");
  assert.equal(decideOnRefusal(130429, 503).action, "in_doubt");
  assert.equal(decideOnRefusal(131057, 500).action, "retry");
  assert.equal(decideOnRefusal(131000, 500).action, "in_doubt");
  assert.equal(decideOnRefusal(131000, 400).action, "in_doubt");
});

test("a code that nobody listed is a refusal with 4xx and in doubt with 5xx", () => {
  assert.deepEqual(decideOnRefusal(987654, 400), { action: "tell", reason: "unknown_refusal" });
  assert.equal(decideOnRefusal(987654, 500).action, "in_doubt");
  assert.equal(reasonFor(987654), "unknown_refusal");
});

test("the permission codes are a range", () => {
  assert.deepEqual(
    [199, 200, 299, 300].map((code) => ruleFor(code)?.reason),
    [undefined, "permission_missing", "permission_missing", undefined],
  );
});

test("every reason has its sentence in docs/errors.md", () => {
  const documented = readFileSync(ERRORS, "utf8");
  const source = readFileSync(new URL("./error-table.ts", import.meta.url), "utf8");
  const reasons = Array.from(source.matchAll(/^ {2}\| "(\w+)"/gm), (match) => match[1]);
  assert.ok(reasons.length > 20);
  assert.deepEqual(
    reasons.filter((reason) => !documented.includes(`\`${reason}\``)),
    [],
  );
});
