import { BlockList, isIP, isIPv6 } from "node:net";

/** Addresses that stand nowhere: of this machine, of private networks, of providers' own (RFC 1918, 6598, 4193, 4291). */
const NOWHERE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  NOWHERE.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  NOWHERE.addSubnet(network, bits, "ipv6");

/** An address as numbers: one of 32 bits, or the upper 64 of 128. */
export type AddressNumber = { readonly ipv4: number } | { readonly ipv6: bigint };

/** Undefined for what is no address, and for one that stands in no country. */
export function publicAddress(address: string): AddressNumber | undefined {
  const plain = plainAddress(address);
  const family = isIP(plain);
  if (family === 0 || NOWHERE.check(plain, family === 6 ? "ipv6" : "ipv4")) return undefined;
  return family === 6 ? { ipv6: upper64(plain) } : { ipv4: ipv4Number(plain) };
}

/** The network that an address is taken for when we ask whether it was seen before: its /24, or its /48. */
export function networkPrefix(address: string): string {
  const plain = plainAddress(address);
  if (isIPv6(plain)) return `${(upper64(plain) >> 16n).toString(16)}/48`;
  return `${plain.split(".").slice(0, 3).join(".")}/24`;
}

export function ipv4Number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The first 64 bits of an IPv6 address: nobody is given less than that. */
export function upper64(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0);
  const groups = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return groups.slice(0, 4).reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

function groupsOf(part: string): number[] {
  return part === ""
    ? []
    : part.split(":").flatMap((group) => (group.includes(".") ? [0, 0] : [Number.parseInt(group, 16)]));
}

/** Without a zone, and an IPv4 address as itself where it comes inside an IPv6 one. */
function plainAddress(address: string): string {
  const bare = address.split("%")[0] ?? "";
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
