import assert from "node:assert/strict";
import { test } from "node:test";
import { countryOf, countryOfPhone, PHONE_COUNTRIES } from "./country-of-phone.ts";

test("a number's country is that of its longest calling code", () => {
  const numbers: Array<[string, string]> = [
    ["971501234567", "AE"],
    ["966501234567", "SA"],
    ["12125550100", "US"],
    ["14165550100", "CA"],
    ["18765550100", "JM"],
    ["17875550100", "PR"],
    ["447700900123", "GB"],
    ["441481555000", "GG"],
    ["79161234567", "RU"],
    ["77011234567", "KZ"],
    ["393331234567", "IT"],
    ["262692123456", "RE"],
    ["262639123456", "YT"],
    ["5999123456", "CW"],
    ["5997123456", "BQ"],
    ["201001234567", "EG"],
    ["211912345678", "SS"],
    ["212612345678", "MA"],
    ["999123", "ZZ"],
    ["", "ZZ"],
  ];
  assert.deepEqual(
    numbers.map(([digits]) => [digits, countryOfPhone(digits)]),
    numbers,
  );
});

test("whom Meta names without a number has the country that the id begins with", () => {
  assert.equal(countryOf({ waId: null, userId: "AE.47110815" }), "AE");
  assert.equal(countryOf({ waId: "201001234567", userId: "AE.47110815" }), "EG");
  assert.equal(countryOf({ waId: null, userId: null }), "ZZ");
  assert.equal(countryOf({ waId: null, userId: "471108" }), "ZZ");
});

test("every country of the table is one that the world has a name for", () => {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  assert.deepEqual(
    [...PHONE_COUNTRIES].filter((country) => names.of(country) === undefined),
    [],
  );
  assert.ok(PHONE_COUNTRIES.size > 220);
});
