import { BlockList, isIPv4, isIPv6 } from "node:net";

/** A network in its one canonical form: "203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32". */
export type Cidr = string;

/** One network as people write it, or undefined when it is none. A bare address is a network of one. */
export function readCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const bytes = bytesOf(bareAddress(match[1] ?? ""));
  if (bytes === undefined) return undefined;
  const wasMapped = bytes.length === 4 && isIPv6(match[1] ?? "");
  const longest = bytes.length * 8;
  const given = match[2] === undefined ? longest : Number(match[2]) - (wasMapped ? 96 : 0);
  if (given < 0 || given > longest) return undefined;
  return `${writeAddress(maskTo(bytes, given))}/${given}`;
}

/** Whether an address lies in one of some networks. Compile once, ask often: asking costs some microseconds. */
export type NetworkMatcher = (address: string) => boolean;

/** Over canonical networks. What is no address lies nowhere. */
export function matchNetworks(networks: readonly Cidr[]): NetworkMatcher {
  // Two lists: one that holds both families also takes an IPv4 address for its form inside IPv6, and ::/0 for all.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    lists[family].addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const bare = bareAddress(address);
    if (isIPv4(bare)) return lists.ipv4.check(bare, "ipv4");
    return isIPv6(bare) && lists.ipv6.check(bare, "ipv6");
  };
}

/** Without a zone, and an IPv4 address that came over an IPv6 socket ("::ffff:192.0.2.1") as what it is. */
export function bareAddress(address: string): string {
  const bare = address.split("%")[0] ?? "";
  const bytes = isIPv6(bare) ? bytesOf6(bare) : undefined;
  if (bytes === undefined) return bare;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12).join(".") : bare;
}

/** The network around an address that a warning is about: a /24, or a /48. */
export function neighbourhoodOf(address: string): Cidr | undefined {
  const bare = bareAddress(address);
  return readCidr(`${bare}/${isIPv4(bare) ? 24 : 48}`);
}

function bytesOf(address: string): number[] | undefined {
  if (isIPv4(address)) return address.split(".").map(Number);
  return isIPv6(address) ? bytesOf6(address) : undefined;
}

function bytesOf6(address: string): number[] {
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function maskTo(bytes: readonly number[], bits: number): number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}

/** RFC 5952 for IPv6, by way of the URL parser, which writes addresses so. */
function writeAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
