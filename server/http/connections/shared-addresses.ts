import { BlockList, isIPv6 } from "node:net";
import { networkOf } from "../../identity/network.ts";

/**
 * Whether many different clients may come from an address: of a proxy that we trust, or of this machine, where a tunnel
 * or a proxy may stand that nobody told us of. How many come from there says nothing of any of them.
 */
export function sharedAddresses(trustedProxies: readonly string[]): (address: string) => boolean {
  const shared = new BlockList();
  for (const entry of ["127.0.0.1", "::1", ...trustedProxies]) {
    const [address = "", bits] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) shared.addAddress(address, family);
    else shared.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain =
      isIPv6(address) && address.toLowerCase().startsWith("::ffff:") ? networkOf(address) : address;
    return plain !== "" && shared.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
}
