import { useQuery } from "@tanstack/react-query";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import { numbersQuery } from "../api/queries.ts";

/** The number of the built-in simulator, where this workspace talks to it; it then talks to nobody else. */
export function useSimulatedNumber(): PhoneNumber | undefined {
  const { data } = useQuery(numbersQuery);
  return data?.numbers.find((number) => number.host === "simulator" && number.state === "connected");
}
