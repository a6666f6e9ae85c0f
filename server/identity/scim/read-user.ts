import { z } from "zod";
import { parsePathFilter } from "./filter.ts";
import { ScimError } from "./scim-error.ts";
import type { UserProfile } from "./user-row.ts";

/** What a request makes of a user: their profile, and whether they may work here. */
export interface DirectoryUser {
  readonly profile: UserProfile;
  readonly active: boolean;
}

/** Entra sends "True" and "False" as text (learn.microsoft.com, SCIM compliance, read 2026-11). */
const flag = z.union([
  z.boolean(),
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(["true", "false"]))
    .transform((text) => text === "true"),
]);
const text = z.string().trim().max(254);
const email = z.email().max(254);

const userBody = z.looseObject({
  userName: text.min(1),
  externalId: text.nullish(),
  displayName: text.nullish(),
  active: flag.nullish(),
  name: z
    .looseObject({ formatted: text.nullish(), givenName: text.nullish(), familyName: text.nullish() })
    .nullish(),
  emails: z
    .array(z.looseObject({ value: text.nullish(), type: text.nullish(), primary: flag.nullish() }))
    .max(20)
    .nullish(),
});

/** A user as a whole resource, of POST and PUT. What it holds beside what we know is let go. */
export function readUser(body: unknown): DirectoryUser {
  const parsed = userBody.safeParse(body);
  if (!parsed.success) throw badValue();
  const { userName, externalId, displayName, active, name, emails } = parsed.data;
  const chosen = emails?.find(({ primary }) => primary === true) ?? emails?.[0];
  const address = [chosen?.value, userName].find((each) => email.safeParse(each).success);
  if (address === null || address === undefined) throw badValue();
  const full = [name?.givenName, name?.familyName].filter(Boolean).join(" ");
  const shown = [displayName, name?.formatted, full, userName].find((each) => each) ?? userName;
  return {
    active: active ?? true,
    profile: {
      ...{ userName, externalId: externalId || null, email: address, displayName: shown.slice(0, 80) },
      givenName: name?.givenName?.slice(0, 80) || null,
      familyName: name?.familyName?.slice(0, 80) || null,
    },
  };
}

const operations = z.looseObject({
  Operations: z
    .array(
      z.looseObject({
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(["add", "replace", "remove"])),
        path: z.string().max(600).nullish(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(1_000),
});

export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string | null;
  readonly value: unknown;
}

/** The operations of a PATCH, in Entra's capitals as in Okta's small letters (RFC 7644, section 3.5.2). */
export function readOperations(body: unknown): PatchOperation[] {
  const parsed = operations.safeParse(body);
  if (!parsed.success) throw new ScimError(400, "This is not a PATCH of SCIM 2.0.", "invalidSyntax");
  return parsed.data.Operations.map(({ op, path, value }) => ({ op, path: path || null, value }));
}

/** Applies a PATCH. Attributes that we do not keep are passed over: the directory may hold more of a person than we. */
export function patchUser(before: DirectoryUser, patch: readonly PatchOperation[]): DirectoryUser {
  return patch.reduce((user, operation) => {
    if (operation.path !== null) return patchPath(user, operation.path, operation);
    const fields = z.record(z.string(), z.unknown()).safeParse(operation.value);
    if (!fields.success) throw badValue();
    return Object.entries(fields.data).reduce(
      (each, [path, value]) => patchPath(each, path, { ...operation, value }),
      user,
    );
  }, before);
}

const USER_URN = /^urn:ietf:params:scim:schemas:core:2\.0:user:/i;

/** What each path makes of a profile; `value` is undefined where it is removed. */
const PATHS: Readonly<Record<string, (value: unknown) => Partial<UserProfile>>> = {
  username: (value) => ({ userName: read(text.min(1), value) }),
  externalid: (value) => ({ externalId: value === undefined ? null : read(text.min(1), value) }),
  displayname: (value) => (value === undefined ? {} : { displayName: shown(value) }),
  "name.formatted": (value) => (value === undefined ? {} : { displayName: shown(value) }),
  "name.givenname": (value) => ({ givenName: value === undefined ? null : shown(value) }),
  "name.familyname": (value) => ({ familyName: value === undefined ? null : shown(value) }),
  "emails.value": (value) => (value === undefined ? {} : { email: read(email, value) }),
  emails: (value) => (value === undefined ? {} : { email: chosenEmail(value) }),
};

function patchPath(user: DirectoryUser, given: string, { op, value }: PatchOperation): DirectoryUser {
  const path = given.replace(USER_URN, "");
  const filtered = parsePathFilter(path);
  const name =
    filtered === undefined ? path.toLowerCase() : `${filtered.attribute}.${filtered.sub || "value"}`;
  const wanted = op === "remove" ? undefined : value;
  if (name === "active") return { ...user, active: wanted === undefined ? false : read(flag, wanted) };
  if (name === "name" && wanted !== undefined)
    return patchUser(user, [{ op, path: null, value: prefixed("name", wanted) }]);
  const change = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  return change === undefined ? user : { ...user, profile: { ...user.profile, ...change(wanted) } };
}

function shown(value: unknown): string {
  return read(text.min(1), value).slice(0, 80);
}

function chosenEmail(value: unknown): string {
  const list = read(z.array(z.looseObject({ value: email, primary: flag.nullish() })).min(1), value);
  return (list.find(({ primary }) => primary === true) ?? list[0])?.value ?? "";
}

function prefixed(prefix: string, value: unknown): Record<string, unknown> {
  const fields = z.record(z.string(), z.unknown()).safeParse(value);
  if (!fields.success) throw badValue();
  return Object.fromEntries(Object.entries(fields.data).map(([key, each]) => [`${prefix}.${key}`, each]));
}

function read<Value>(shape: z.ZodType<Value>, value: unknown): Value {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw badValue();
  return parsed.data;
}

function badValue(): ScimError {
  return new ScimError(400, "A value is missing or of the wrong kind.", "invalidValue");
}
