import type { Kysely } from "kysely";
import { openCountries } from "../identity/devices/countries.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { relyingPartyOf } from "../identity/passkeys/relying-party.ts";
import { openPasswords } from "../identity/password.ts";
import { openPasswordStrength } from "../identity/passwords/strength.ts";
import { Policies } from "../identity/policy/policies.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { RoomsOptions } from "./open-rooms.ts";

/** What the acts on people, sessions and access work with. */
export function openIdentity({
  foundation,
  config,
  clock,
  wall,
  refusals,
}: Pick<RoomsOptions, "foundation" | "config" | "clock" | "wall" | "refusals">): IdentityHandles {
  const { vault, audit } = foundation;
  const people = {
    ...{ vault, audit, refusals, clock, wall },
    db: foundation.db as unknown as Kysely<IdentityTables>,
  };
  return {
    ...people,
    passwords: openPasswords(),
    policies: new Policies(people),
    strength: openPasswordStrength(),
    party: relyingPartyOf(config.publicUrl),
    mail: config.smtp === undefined ? undefined : { publicUrl: config.publicUrl.origin },
    countries: openCountries(),
  };
}
