import assert from "node:assert/strict";
import { test } from "node:test";
import { bareAddress, matchNetworks, neighbourhoodOf, readCidr } from "./cidr.ts";

test("a network has one form, however it was written", () => {
  const forms: Array<[string, string | undefined]> = [
    ["203.0.113.77/24", "203.0.113.0/24"],
    [" 203.0.113.77 ", "203.0.113.77/32"],
    ["10.1.2.3/0", "0.0.0.0/0"],
    ["10.255.255.255/9", "10.128.0.0/9"],
    ["2001:DB8:0:0:1::1/33", "2001:db8::/33"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["::/0", "::/0"],
    ["::ffff:203.0.113.77/120", "203.0.113.0/24"],
    ["203.0.113.0/33", undefined],
    ["2001:db8::/129", undefined],
    ["::ffff:203.0.113.77/95", undefined],
    ["203.0.113/24", undefined],
    ["203.0.113.256", undefined],
    ["203.0.113.1/-1", undefined],
    ["0203.0.113.1", undefined],
    ["fe80::1%eth0", undefined],
    ["office", undefined],
    ["", undefined],
  ];
  assert.deepEqual(
    forms.map(([given]) => [given, readCidr(given)]),
    forms,
  );
});

test("an address is in a network or beside it, to the bit, in both families", () => {
  const matches = matchNetworks(["203.0.113.64/26", "2001:db8:8000::/33", "192.0.2.7/32"]);
  const inside = [
    "203.0.113.64",
    "203.0.113.127",
    "192.0.2.7",
    "::ffff:203.0.113.100",
    "::ffff:cb00:7164",
    "2001:db8:8000::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8:8000::1%eth0",
  ];
  const beside = ["203.0.113.63", "203.0.113.128", "192.0.2.6", "2001:db8:7fff::", "2001:db9::", "", "x"];
  assert.deepEqual([...inside, ...beside].filter(matches), inside);
});

test("all of IPv6 is not all of IPv4, nor the other way round", () => {
  const six = matchNetworks(["::/0"]);
  const four = matchNetworks(["0.0.0.0/0"]);
  assert.deepEqual(
    ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"].map((address) => [six(address), four(address)]),
    [
      [false, true],
      [false, true],
      [true, false],
    ],
  );
});

test("an address stands for its neighbourhood when somebody is warned", () => {
  assert.equal(neighbourhoodOf("203.0.113.77"), "203.0.113.0/24");
  assert.equal(neighbourhoodOf("2001:db8:1:2::3"), "2001:db8:1::/48");
  assert.equal(neighbourhoodOf("nowhere"), undefined);
  assert.equal(bareAddress("::ffff:203.0.113.77"), "203.0.113.77");
});
