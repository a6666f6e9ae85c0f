import type { Kysely } from "kysely";
import type { CountedRefusals } from "../audit/counted-refusals.ts";
import type { Config } from "../config/config.ts";
import { openCountries } from "../identity/devices/countries.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { openPasswords } from "../identity/password.ts";
import { Policies } from "../identity/policy/policies.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Clock } from "../platform/clock.ts";
import type { Foundation } from "./foundation.ts";

export interface IdentityOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** The machine's own; see IdentityHandles. */
  readonly wall: Clock;
  readonly refusals: CountedRefusals;
}

/** What people and access work with: in the server, and for the commands that need no server. */
export function openIdentity(
  { db, vault, audit }: Pick<Foundation, "db" | "vault" | "audit">,
  { config, clock, wall, refusals }: IdentityOptions,
): IdentityHandles {
  const people = { vault, audit, refusals, clock, wall, db: db as unknown as Kysely<IdentityTables> };
  return {
    ...people,
    ...{ passwords: openPasswords(), policies: new Policies(people), countries: openCountries() },
    mail: config.smtp === undefined ? undefined : { publicUrl: config.publicUrl.origin },
  };
}
