import assert from "node:assert/strict";
import { test } from "node:test";
import { decideNetwork } from "./decide-network.ts";

const AT_HOME = {
  hasDevice: true,
  deviceShown: true,
  sameNetwork: true,
  networkSeen: false,
  sameCountry: true,
} as const;
const ELSEWHERE = { ...AT_HOME, sameNetwork: false };

test("a session goes on in its network, in one that was seen, and anywhere in its country with its device", () => {
  assert.equal(decideNetwork(AT_HOME), "same");
  assert.equal(decideNetwork(ELSEWHERE), "moved");
  assert.equal(decideNetwork({ ...ELSEWHERE, networkSeen: true, sameCountry: false }), "moved");
  assert.equal(
    decideNetwork({ ...ELSEWHERE, sameCountry: null }),
    "moved",
    "nothing is known of the address",
  );
});

test("it is asked for a factor in another country, and wherever its device is not shown", () => {
  assert.equal(decideNetwork({ ...ELSEWHERE, sameCountry: false }), "another_country");
  assert.equal(decideNetwork({ ...AT_HOME, deviceShown: false }), "device_missing");
  assert.equal(decideNetwork({ ...ELSEWHERE, networkSeen: true, deviceShown: false }), "device_missing");
  assert.equal(decideNetwork({ ...ELSEWHERE, hasDevice: false, deviceShown: false }), "device_missing");
});
