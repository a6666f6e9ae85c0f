import { useQuery } from "@tanstack/react-query";
import { numbersQuery } from "../api/queries.ts";

/** Whether this workspace talks to the built-in simulator, and to nobody else. */
export function useIsSimulated(): boolean {
  const { data } = useQuery(numbersQuery);
  return data?.numbers.some((number) => number.host === "simulator" && number.state === "connected") === true;
}
