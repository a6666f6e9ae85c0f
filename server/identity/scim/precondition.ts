import { ScimError } from "./scim-error.ts";

/** What a request says that a resource must still be: one of these versions, or any; undefined: it does not say. */
export type Expected = readonly string[] | "any" | undefined;

/** A resource's version as an entity tag: weak, since what we answer may differ in form (RFC 7644, section 3.14). */
export function entityTag({ version }: { readonly version: number }): string {
  return `W/"${version}"`;
}

/**
 * The tags of an If-Match or If-None-Match. What is not a tag matches nothing, so that a writer who says something that
 * we cannot read writes over nobody.
 */
export function readExpected(header: string | undefined): Expected {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "any";
  return header.split(",").flatMap((tag) => TAG.exec(tag.trim())?.[1] ?? []);
}

/**
 * Refuses to change what is another version by now. Ask under the lock of the act, or two writers are both the first.
 * Weak tags count: SCIM's own examples send them in If-Match, which RFC 9110 would compare strongly.
 */
export function requireExpected(resource: { readonly version: number }, expected: Expected): void {
  if (expected !== undefined && !isExpected(resource, expected))
    throw new ScimError(412, "The resource was changed meanwhile: read it again.");
}

export function isExpected({ version }: { readonly version: number }, expected: Expected): boolean {
  return expected === "any" || expected?.includes(String(version)) === true;
}

const TAG = /^(?:W\/)?"(\d{1,15})"$/;
