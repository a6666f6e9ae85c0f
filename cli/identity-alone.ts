import { countRefusals } from "../server/audit/counted-refusals.ts";
import { openFoundation } from "../server/compose/foundation.ts";
import { openIdentity } from "../server/compose/open-identity.ts";
import type { Config } from "../server/config/config.ts";
import type { IdentityHandles } from "../server/identity/handles.ts";
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
  const clock = systemClock;
  await using foundation = await openFoundation({ config, log: openLog("error"), clock });
  return await work(openIdentity({ foundation, config, clock, wall: clock, refusals: countRefusals(clock) }));
}
