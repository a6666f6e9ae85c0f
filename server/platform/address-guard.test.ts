import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopbackAddress, isPublicAddress } from "./address-guard.ts";

for (const address of [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "fd00:ec2::254",
  "fe80::1",
  "ff02::1",
  "localhost",
  "2130706433",
  "",
]) {
  test(`${JSON.stringify(address)} is not an address that we call`, () => {
    assert.equal(isPublicAddress(address), false);
  });
}

for (const address of [
  "157.240.0.35",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "2a03:2880:f003::1",
]) {
  test(`${address} is public`, () => {
    assert.equal(isPublicAddress(address), true);
    assert.equal(isLoopbackAddress(address), false);
  });
}

test("loopback is 127.0.0.0/8 and ::1, mapped or not", () => {
  const addresses = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.1", "::2"];
  assert.deepEqual(addresses.map(isLoopbackAddress), [true, true, true, true, false, false]);
});
