import { isIPv4, isIPv6 } from "node:net";

/** RFC 5280, section 4.2.1.10. */
export const NAME_CONSTRAINTS_OID = "2.5.29.30";

/** Tags of DER (X.690) and of GeneralName (RFC 5280, section 4.2.1.6): context-specific 2 and 7. */
const SEQUENCE = 0x30;
const PERMITTED_SUBTREES = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/**
 * The DER of a NameConstraints extension that permits `names` (host names and addresses, each exactly) and no other
 * host name or address. A certificate authority that carries it is worth nothing for anybody else's site.
 */
export function encodeNameConstraints(names: readonly string[]): Buffer<ArrayBuffer> {
  const subtrees = names.map((name) => tlv(SEQUENCE, encodeName(name)));
  // Without a permitted address every address would be permitted, and likewise for names: one of each kind is a must.
  if (!names.some((name) => isIPv4(name)) || !names.some((name) => isIPv6(name)) || !names.some(isHost)) {
    throw new Error("name constraints need a host name, an IPv4 and an IPv6 address");
  }
  return tlv(SEQUENCE, tlv(PERMITTED_SUBTREES, Buffer.concat(subtrees)));
}

function isHost(name: string): boolean {
  return !isIPv4(name) && !isIPv6(name);
}

function encodeName(name: string): Buffer {
  if (isHost(name)) return tlv(DNS_NAME, Buffer.from(name, "ascii"));
  const address = isIPv4(name) ? Buffer.from(name.split(".").map(Number)) : ipv6Bytes(name);
  return tlv(IP_ADDRESS, Buffer.concat([address, Buffer.alloc(address.length, 0xff)]));
}

/** The 16 bytes of an IPv6 address without zone; the URL parser knows every way to write one. */
function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join(""), "hex");
}

function tlv(tag: number, content: Buffer): Buffer<ArrayBuffer> {
  const { length } = content;
  if (length > 0xffff) throw new Error("too many names");
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
