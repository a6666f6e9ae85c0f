import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { endianness } from "node:os";
import { dirname, join } from "node:path";
import type { AddressNumber } from "./address-prefix.ts";

/** Two letters of ISO 3166-1, "AE". */
export type Country = string;

/** Which country an address stands in, by what the regional registries say; undefined where they say nothing. */
export interface CountryTable {
  find(address: AddressNumber): Country | undefined;
  /** Bytes that it holds. */
  readonly size: number;
}

/**
 * Reads the table that the package ships: 550,000 ranges as text, kept as 4.3 MB of runs. It takes about a second, once
 * in the life of a process, leaves the thread to others every 64 KiB, and makes no garbage to speak of.
 */
export async function loadCountryTable(): Promise<CountryTable> {
  const folder = dirname(
    createRequire(import.meta.url).resolve("@ip-location-db/geo-whois-asn-country/package.json"),
  );
  const file = (family: string) => join(folder, `geo-whois-asn-country-${family}.csv`);
  const v4 = await readRuns(file("ipv4"), readIpv4);
  const v6 = await readRuns(file("ipv6"), readIpv6);
  return {
    find: (address) => ("ipv4" in address ? v4.countryOf(BigInt(address.ipv4)) : v6.countryOf(address.ipv6)),
    size: v4.size + v6.size,
  };
}

/** Runs of addresses of one country, ascending: where each begins, and whose it is. A run of nobody is country 0. */
class Runs {
  #starts = new BigUint64Array(65_536);
  /** The same bytes, so that a number of 64 bits is written without making one. */
  #halves = new Uint32Array(this.#starts.buffer);
  #countries = new Uint16Array(65_536);
  #length = 0;
  /** The ranges that are being gone through, outer first: where each ends, and whose it is. */
  readonly #within: Array<Halves & { readonly country: number }> = [];

  get size(): number {
    return this.#starts.byteLength + this.#countries.byteLength;
  }

  /** Ranges come by where they begin; one inside another is the more exact one, and the outer goes on after it. */
  addRange(first: Halves, after: Halves, country: number): void {
    this.#leave(first);
    this.#begin(first, country);
    this.#within.push({ high: after.high, low: after.low, country });
  }

  /** Ends the ranges that end at `at` or before. */
  #leave(at: Halves): void {
    for (let inner = this.#within.at(-1); inner !== undefined; inner = this.#within.at(-1)) {
      if (isBefore(at, inner)) return;
      const end = inner;
      while (this.#within.length > 0 && !isBefore(end, this.#within.at(-1) as Halves)) this.#within.pop();
      this.#begin(end, this.#within.at(-1)?.country ?? 0);
    }
  }

  #begin({ high, low }: Halves, country: number): void {
    // What begins where the run before it did takes its place.
    if (this.#length > 0 && this.#begins(this.#length - 1, high, low)) this.#length -= 1;
    if (this.#length > 0 && this.#countries[this.#length - 1] === country) return;
    if (this.#length === this.#starts.length) this.#resize(this.#length * 2);
    this.#halves[this.#length * 2 + HIGH] = high;
    this.#halves[this.#length * 2 + LOW] = low;
    this.#countries[this.#length] = country;
    this.#length += 1;
  }

  /** No more is added. */
  close(): this {
    this.#leave({ high: 0xffff_ffff, low: 0xffff_ffff });
    this.#resize(this.#length);
    return this;
  }

  countryOf(address: bigint): Country | undefined {
    let [from, to] = [0, this.#length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#starts[middle] as bigint) <= address) from = middle + 1;
      else to = middle;
    }
    const country = this.#countries[from - 1] ?? 0;
    return country === 0 ? undefined : String.fromCharCode(country >> 8, country & 0xff);
  }

  #begins(at: number, high: number, low: number): boolean {
    return this.#halves[at * 2 + HIGH] === high && this.#halves[at * 2 + LOW] === low;
  }

  #resize(length: number): void {
    const [starts, countries] = [new BigUint64Array(length), new Uint16Array(length)];
    starts.set(this.#starts.subarray(0, this.#length));
    countries.set(this.#countries.subarray(0, this.#length));
    [this.#starts, this.#countries] = [starts, countries];
    this.#halves = new Uint32Array(starts.buffer);
  }
}

function isBefore(one: Halves, other: Halves): boolean {
  return one.high < other.high || (one.high === other.high && one.low < other.low);
}

const [HIGH, LOW] = endianness() === "LE" ? ([1, 0] as const) : ([0, 1] as const);

/** Reads an address from `bytes`; returns where it ends, and leaves its halves in `into`: of IPv6 the upper 64 bits. */
type ReadAddress = (bytes: Buffer, from: number, into: Halves) => number;

interface Halves {
  high: number;
  low: number;
}

const [NEWLINE, COMMA, DOT, COLON] = [10, 44, 46, 58];
const CHUNK_BYTES = 65_536;

/** Lines of "first,last,CC", both ends included. */
async function readRuns(path: string, readAddress: ReadAddress): Promise<Runs> {
  const runs = new Runs();
  const bytes = Buffer.alloc(CHUNK_BYTES);
  const address: Halves = { high: 0, low: 0 };
  await using file = await open(path);
  let kept = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, kept, CHUNK_BYTES - kept);
    if (bytesRead === 0) return runs.close();
    const filled = kept + bytesRead;
    let line = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0 && end < filled; end = bytes.indexOf(NEWLINE, line)) {
      let at = readAddress(bytes, line, address) + 1;
      const first = { high: address.high, low: address.low };
      at = readAddress(bytes, at, address) + 1;
      const carries = address.low === 0xffff_ffff;
      const after = {
        high: carries ? address.high + 1 : address.high,
        low: carries ? 0 : address.low + 1,
      };
      runs.addRange(first, after, bytes.readUInt16BE(at));
      line = end + 1;
    }
    bytes.copyWithin(0, line, filled);
    kept = filled - line;
  }
}

function readIpv4(bytes: Buffer, from: number, into: Halves): number {
  let [whole, part, at] = [0, 0, from];
  for (; bytes[at] !== COMMA; at += 1) {
    if (bytes[at] === DOT) [whole, part] = [whole * 256 + part, 0];
    else part = part * 10 + (bytes[at] as number) - 48;
  }
  into.high = 0;
  into.low = whole * 256 + part;
  return at;
}

const groups = new Uint16Array(9);

function readIpv6(bytes: Buffer, from: number, into: Halves): number {
  let [count, part, gap, at] = [0, 0, -1, from];
  for (; bytes[at] !== COMMA; at += 1) {
    const byte = bytes[at] as number;
    if (byte !== COLON) part = part * 16 + (byte < 58 ? byte - 48 : (byte | 32) - 87);
    else if (bytes[at + 1] === COLON) {
      groups[count] = part;
      [count, part, gap, at] = [count + 1, 0, count + 1, at + 1];
    } else {
      groups[count] = part;
      [count, part] = [count + 1, 0];
    }
  }
  if (gap !== count || bytes[at - 1] !== COLON) groups[count++] = part;
  const zeros = gap < 0 ? 0 : 8 - count;
  const group = (n: number) => {
    if (gap < 0 || n < gap) return groups[n] as number;
    return n < gap + zeros ? 0 : (groups[n - zeros] as number);
  };
  into.high = group(0) * 65_536 + group(1);
  into.low = group(2) * 65_536 + group(3);
  return at;
}
