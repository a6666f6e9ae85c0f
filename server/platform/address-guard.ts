import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { HttpFailure } from "./http-failure.ts";

/**
 * Addresses that are not somebody's public server: a request to them would reach into the machine or the network
 * that we stand in. IANA's special-purpose registries (RFC 6890 and updates, read 2026-11), plus multicast and
 * the translation prefixes, through which an IPv4 address can be reached by another name.
 */
const NOT_PUBLIC: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier-grade NAT; also Alibaba's metadata address
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local; metadata of AWS, Azure, Google
  ["172.16.0.0", 12],
  ["192.0.0.0", 24], // protocol assignments; Oracle's metadata address
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
  ["::", 96], // unspecified, loopback, IPv4-compatible
  ["64:ff9b::", 96], // NAT64
  ["64:ff9b:1::", 48],
  ["100::", 64], // discard
  ["2001::", 23], // Teredo, ORCHID, benchmarks
  ["2001:db8::", 32],
  ["2002::", 16], // 6to4
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7], // unique local; AWS metadata over IPv6
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

const blocked = new BlockList();
for (const [network, prefix] of NOT_PUBLIC) {
  blocked.addSubnet(network, prefix, network.includes(":") ? "ipv6" : "ipv4");
}

/** Which addresses a connection may go to. An IPv4 address mapped into IPv6 counts as what it maps. */
export type AddressRule = (address: string) => boolean;

export const isPublicAddress: AddressRule = (address) => {
  const family = isIP(address);
  return family !== 0 && !blocked.check(address, family === 6 ? "ipv6" : "ipv4");
};

export const isLoopbackAddress: AddressRule = (address) => {
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 6 ? "ipv6" : "ipv4");
};

/**
 * A resolver that hands out only addresses the rule allows, and fails with `address_refused` when none is left.
 * The connection goes to the very address that was checked, so a name that changes its answer gains nothing.
 * Sockets do not call it for literal addresses: check those before.
 */
export function guardedLookup(rule: AddressRule): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, "");
      const allowed = found.filter(({ address }) => rule(address));
      const [first] = allowed;
      if (first === undefined) return callback(new HttpFailure("not_sent", "address_refused"), "");
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
