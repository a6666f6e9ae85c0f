import type { Kysely } from "kysely";
import { type NetworkGate, openNetworkGate } from "../access/network/network-gate.ts";
import { readDeviceApprovers } from "../access/teams/device-approvers.ts";
import type { CountedRefusals } from "../audit/counted-refusals.ts";
import type { Config } from "../config/config.ts";
import { openCountries } from "../identity/devices/countries.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { relyingPartyOf } from "../identity/passkeys/relying-party.ts";
import { openPasswords } from "../identity/password.ts";
import { openPasswordStrength } from "../identity/passwords/strength.ts";
import { Policies } from "../identity/policy/policies.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Clock } from "../platform/clock.ts";
import type { Foundation } from "./foundation.ts";

export interface IdentityOptions {
  readonly foundation: Foundation;
  readonly config: Config;
  readonly clock: Clock;
  /** The machine's own; see IdentityHandles. */
  readonly wall: Clock;
  readonly refusals: CountedRefusals;
}

/** What the acts on people, sessions and access work with. */
export function openIdentity({
  foundation,
  config,
  clock,
  wall,
  refusals,
}: IdentityOptions): IdentityHandles & { readonly networks: NetworkGate } {
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
    networks: openNetworkGate(people),
    readApprovers: readDeviceApprovers,
  };
}
