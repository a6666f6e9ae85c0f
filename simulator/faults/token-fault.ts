import { GraphError } from "../graph-error.ts";
import type { NumberRecord } from "../records.ts";
import type { Simulation } from "../simulation.ts";
import type { FaultOf } from "./fault.ts";

/** Messages abridged from Meta's. Subcodes: facts.md, 2.5 (463, 460); 458 and 467 from Meta's page on Graph errors. */
const BY_STATE: Record<FaultOf<"token">["state"], readonly [message: string, subcode?: number]> = {
  expired: ["Error validating access token: Session has expired", 463],
  invalidated: ["Error validating access token: The session has been invalidated", 460],
  revoked: ["Error validating access token: The user has not authorized application", 458],
  logged_out: ["Error validating access token: The session is invalid because the user logged out", 467],
  malformed: ["Malformed access token"],
};

/** What Meta says of this number's token while a fault lies on it; undefined when it works. */
export function findTokenFault(sim: Simulation, number: NumberRecord): GraphError | undefined {
  const strike = sim.faults.take(["token"], { targets: [number.phoneNumberId, number.wabaId] });
  if (strike === undefined) return undefined;
  const [message, subcode] = BY_STATE[strike.fault.state];
  return new GraphError(190, { message, ...(subcode === undefined ? {} : { subcode }) });
}
