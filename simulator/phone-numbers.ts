import { randomInt } from "node:crypto";
import parsePhoneNumber from "libphonenumber-js/max";

/** Country of ids when a number says nothing (a made-up one, or none). */
const FALLBACK_COUNTRY = "US";

/** Digits of a phone as WhatsApp's wa_id. A number without country code gets the business's, as Meta does (facts.md, 2.1). */
export function waIdFrom(input: string, businessPhone: string): string | undefined {
  const digits = input.replaceAll(/\D/g, "");
  if (!/^\+?[\d\s().-]+$/.test(input.trim()) || digits.length < 5 || digits.length > 15) return undefined;
  if (input.trim().startsWith("+")) return digits;
  if (parsePhoneNumber(`+${digits}`)?.isValid() === true) return digits;
  const country = parsePhoneNumber(businessPhone)?.country;
  const national = country === undefined ? undefined : parsePhoneNumber(input, country);
  return national?.isValid() === true ? national.number.slice(1) : digits;
}

/** "+966 50 000 0142": for people to read. */
export function readablePhone(waId: string): string {
  return parsePhoneNumber(`+${waId}`)?.formatInternational() ?? `+${waId}`;
}

export function countryOf(waId: string | undefined): string {
  return (waId === undefined ? undefined : parsePhoneNumber(`+${waId}`)?.country) ?? FALLBACK_COUNTRY;
}

/** A number of the +1 555 01xx kind that telephone companies give to nobody. */
export function mintBusinessPhone(): string {
  return `+1${randomInt(201, 990)}555${String(randomInt(100, 200)).padStart(4, "0")}`;
}
