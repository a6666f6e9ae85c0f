import { queryOptions } from "@tanstack/react-query";
import type { PerformancePeriod } from "../../../contract/performance.ts";
import { api } from "../api/client.ts";

export const PERIODS = ["today", "days7", "days28"] as const satisfies readonly PerformancePeriod[];

export interface PerformanceSearch {
  readonly period?: PerformancePeriod | undefined;
  readonly team?: string | undefined;
}

/** Ours: waits grow while they are shown, and four weeks of a large workspace take a second to count. */
const AGAIN_MS = { today: 60_000, days7: 5 * 60_000, days28: 5 * 60_000 } as const;

export const performanceQuery = (period: PerformancePeriod) =>
  queryOptions({
    queryKey: ["performance", period],
    queryFn: ({ signal }) => api.getPerformance({ query: { period }, signal }),
    refetchInterval: AGAIN_MS[period],
  });
