import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

const waiting = new WeakSet<Query>();

/**
 * What the socket tells while something is being asked for the first time may be missing from its answer, and there is
 * nothing yet to put it into: it is asked once more when the answer is there. TanStack Query asks anew by itself only what
 * it has an answer of already.
 */
export function askAgainOnceRead(client: QueryClient, queryKey: QueryKey): void {
  const first = ({ state }: Query) => state.data === undefined && state.fetchStatus === "fetching";
  for (const query of client.getQueryCache().findAll({ queryKey, predicate: first })) {
    if (waiting.has(query)) continue;
    waiting.add(query);
    void Promise.resolve(query.promise)
      .catch(() => undefined)
      .then(() => {
        waiting.delete(query);
        return client.invalidateQueries({ queryKey: query.queryKey, exact: true });
      });
  }
}
