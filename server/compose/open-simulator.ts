import type { Simulator } from "../../simulator/start-simulator.ts";
import type { Foundation } from "./foundation.ts";
import { openOtherSimulator } from "./other-simulator.ts";
import { type SimulatorPlace, seatOf, startSimulatorIfWanted } from "./simulator-seat.ts";

type SimulatorOptions = Parameters<typeof startSimulatorIfWanted>[1] & {
  /** One that is there already. */
  readonly elsewhere: SimulatorPlace | undefined;
};

/** The simulator that plays Meta here: one that runs elsewhere on this machine, or the built-in one where it is wanted. */
export async function openSimulator(
  opened: AsyncDisposableStack,
  foundation: Foundation,
  options: SimulatorOptions,
): Promise<{ simulator: Simulator | undefined; seat: SimulatorPlace | null }> {
  const { config, callbackCa, elsewhere } = options;
  if (elsewhere !== undefined) return { simulator: undefined, seat: elsewhere };
  if (config.otherSimulator !== undefined) {
    const seat = opened.use(await openOtherSimulator(config.otherSimulator, callbackCa));
    return { simulator: undefined, seat };
  }
  const simulator = await startSimulatorIfWanted(foundation, options);
  if (simulator === undefined) return { simulator, seat: null };
  opened.use(simulator);
  return { simulator, seat: seatOf(simulator) };
}
