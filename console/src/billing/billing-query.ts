import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import type { Period } from "./periods.ts";

export const BILLING_KEY = ["billing"] as const;

export const billingQuery = (period: Period) =>
  queryOptions({
    queryKey: [...BILLING_KEY, period.from, period.to],
    queryFn: ({ signal }) => api.getBilling({ query: period, signal }),
    refetchInterval: 60_000,
  });
