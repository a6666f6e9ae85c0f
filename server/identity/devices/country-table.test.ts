import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { networkPrefix, publicAddress } from "./address-prefix.ts";
import { loadCountryTable } from "./country-table.ts";

const FOLDER = dirname(
  createRequire(import.meta.url).resolve("@ip-location-db/geo-whois-asn-country/package.json"),
);

test("every address is in the country of the smallest range around it, and the table is small", async () => {
  const table = await loadCountryTable();
  for (const family of ["ipv4", "ipv6"]) {
    const lines = readFileSync(join(FOLDER, `geo-whois-asn-country-${family}.csv`), "utf8").split("\n");
    const at = (n: number) => (lines[n] ?? "").split(",");
    for (let n = 0; n < lines.length - 1; n += 7) {
      const [first = "", last = "", country] = at(n);
      // Of IPv6 the upper 64 bits are kept: what is smaller than that is taken for its neighbours.
      if (family === "ipv6" && !(first.endsWith("::") && last.endsWith(":ffff:ffff:ffff:ffff"))) continue;
      // Where the next begins at the same address, it is the smaller one.
      const number = [at(n + 1)[0], at(n + 2)[0]].includes(first) ? undefined : publicAddress(first);
      if (number !== undefined) assert.equal(table.find(number), country, first);
    }
  }
  assert.ok(table.size < 8_000_000);
});

test("addresses of this machine and of private networks stand nowhere, in whatever form they come", () => {
  for (const address of [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.0.9",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "x",
  ])
    assert.equal(publicAddress(address), undefined, address);
  assert.deepEqual(publicAddress("::ffff:8.8.8.8"), publicAddress("8.8.8.8"));
});

test("a network is the /24 or the /48 of an address", () => {
  assert.equal(networkPrefix("94.200.1.10"), networkPrefix("94.200.1.250"));
  assert.notEqual(networkPrefix("94.200.1.10"), networkPrefix("94.200.2.10"));
  assert.equal(networkPrefix("2001:db8:1:2::9"), networkPrefix("2001:db8:1:ffff::1"));
  assert.notEqual(networkPrefix("2001:db8:1::9"), networkPrefix("2001:db8:2::9"));
});
