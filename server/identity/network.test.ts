import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "./network.ts";

test("an IPv4 address is itself, in both of its forms", () => {
  assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
});

test("the addresses of one /64 are one, however they are written, and those of two are two", () => {
  const same = [
    "2001:db8:0:1::1",
    "2001:0db8:0000:0001:ffff::",
    "2001:db8:0:1:2:3:4:5",
    "2001:DB8:0:1::9%eth0",
  ];
  assert.deepEqual(new Set(same.map(networkOf)), new Set(["2001:db8:0:1::/64"]));
  assert.equal(networkOf("2001:db8:0:2::1"), "2001:db8:0:2::/64");
  assert.equal(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
});
