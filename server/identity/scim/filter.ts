import { ScimError } from "./scim-error.ts";

/** One comparison: every term of a filter must hold. */
export interface FilterTerm {
  /** In lower case, without the schema's URN. */
  readonly attribute: string;
  readonly value: string;
}

/** Ours: a directory looks for one person or group at a time. */
const MAX_FILTER_LENGTH = 1_000;

const URN = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/;
const TERM =
  /^([A-Za-z0-9_.:-]+)\s+eq\s+("(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*"|true|false)\s*(?:and\s+(?=\S)|$)/i;

/**
 * Reads a filter (RFC 7644, section 3.4.2.2): `attribute eq "value"`, several joined by `and`. That is all that Entra,
 * Okta and Keycloak ask; everything else is refused, and nothing of it ever reaches SQL as text.
 */
export function parseFilter(text: string, attributes: readonly string[]): FilterTerm[] {
  if (text.length > MAX_FILTER_LENGTH) throw badFilter();
  const terms: FilterTerm[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const match = TERM.exec(rest);
    const [whole = "", name = "", literal = ""] = match ?? [];
    const attribute = name.toLowerCase().replace(URN, "");
    if (match === null || !attributes.includes(attribute)) throw badFilter();
    terms.push({ attribute, value: literal.startsWith('"') ? parseString(literal) : literal.toLowerCase() });
    rest = rest.slice(whole.length);
  }
  if (terms.length === 0) throw badFilter();
  return terms;
}

/** Reads the filter of a path, as in `members[value eq "x"]`. Undefined for a path without one. */
export function parsePathFilter(
  path: string,
): { readonly attribute: string; readonly terms: FilterTerm[]; readonly sub: string } | undefined {
  const match = /^([A-Za-z0-9_:.-]+)\[(.{1,500})\](?:\.([A-Za-z]+))?$/.exec(path);
  if (match === null) return undefined;
  const [, attribute = "", inner = "", sub = ""] = match;
  return {
    attribute: attribute.toLowerCase(),
    terms: parseFilter(inner, ["value", "type", "primary"]),
    sub: sub.toLowerCase(),
  };
}

function parseString(literal: string): string {
  const value: unknown = JSON.parse(literal);
  if (typeof value !== "string" || value.length > 254) throw badFilter();
  return value;
}

function badFilter(): ScimError {
  return new ScimError(400, "This filter is not supported.", "invalidFilter");
}
