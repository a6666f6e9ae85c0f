/** What an audit entry may hold: JSON without fractions, so that one value has one text in every language. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/**
 * Canonical JSON, RFC 8785 (JCS): keys sorted by UTF-16 code unit, no white space. Numbers must be safe integers:
 * the rest of JCS's number format is left out rather than trusted.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("canonical JSON here holds safe integers only");
    return String(value);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object = value as { readonly [key: string]: CanonicalValue };
  const keys = Object.keys(object).sort(); // sort() compares UTF-16 code units, as section 3.2.3 asks
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] ?? null)}`).join(",")}}`;
}
