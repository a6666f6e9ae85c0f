import { setTimeout as sleep } from "node:timers/promises";
import type { Simulation } from "../simulation.ts";
import { RANK } from "../status-schedule.ts";
import type { FaultOf } from "./fault.ts";

/**
 * Until Wardroom has answered the webhook of this status, or the time is over. `read` comes only to a customer who reads.
 */
export async function waitForStatus(
  sim: Simulation,
  wamid: string,
  { upTo, maxWaitMs }: FaultOf<"status_first">,
): Promise<void> {
  const isThere = () => {
    const message = sim.state.find("message", wamid);
    return (
      message === undefined ||
      (RANK[message.tick] >= RANK[upTo] && !sim.delivery.isBusyFor(message.customerId))
    );
  };
  const over = new AbortController();
  const late = sleep(maxWaitMs, undefined, { signal: over.signal }).catch(() => undefined);
  const isLate = late.then(() => true);
  while (!isThere()) {
    if (await Promise.race([isLate, sim.feed.nextChange().then(() => false)])) return;
  }
  over.abort();
}
