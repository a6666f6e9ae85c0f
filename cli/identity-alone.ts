import type { Kysely } from "kysely";
import { countRefusals } from "../server/audit/counted-refusals.ts";
import { openFoundation } from "../server/compose/foundation.ts";
import type { Config } from "../server/config/config.ts";
import { openCountries } from "../server/identity/devices/countries.ts";
import type { IdentityHandles } from "../server/identity/handles.ts";
import { openPasswords } from "../server/identity/password.ts";
import { Policies } from "../server/identity/policy/policies.ts";
import type { IdentityTables } from "../server/identity/tables.ts";
import { systemClock } from "../server/platform/clock.ts";
import { openLog } from "../server/platform/log.ts";

/**
 * Runs `work` on the people of a data folder on which no server runs: with its database and its root key, and nothing
 * that listens. What it queues to be mailed leaves when the server starts.
 */
export async function withIdentityAlone<Result>(
  config: Config,
  work: (handles: IdentityHandles) => Promise<Result>,
): Promise<Result> {
  await using foundation = await openFoundation({ config, log: openLog("error"), clock: systemClock });
  const { vault, audit } = foundation;
  const people = {
    ...{ vault, audit, clock: systemClock, refusals: countRefusals(systemClock) },
    db: foundation.db as unknown as Kysely<IdentityTables>,
  };
  return await work({
    ...people,
    ...{ passwords: openPasswords(), policies: new Policies(people), countries: openCountries() },
    mail: config.smtp === undefined ? undefined : { publicUrl: config.publicUrl.origin },
  });
}
