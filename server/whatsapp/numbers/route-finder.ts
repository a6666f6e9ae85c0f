import { performance } from "node:perf_hooks";
import type { Db } from "../../platform/database.ts";
import type { WhatsappTables } from "../tables.ts";
import { findRoutes, type Routes } from "./route-number.ts";

/** What a webhook names. */
interface Asked {
  readonly wabaIds: readonly string[];
  readonly phoneNumberIds: readonly string[];
}

export type FindRoutes = (asked: Asked) => Promise<Routes>;

interface Question {
  readonly wabaIds: Set<string>;
  readonly phoneNumberIds: Set<string>;
  readonly answer: PromiseWithResolvers<Routes>;
}

/** How long a question rests after the one before it, in ms. Ours: at 2,000 webhooks a second ten of them then share it. */
const REST_MS = 4;

/**
 * `findRoutes` for the many webhooks that ask at once: one question is under way at a time, and who comes meanwhile
 * shares the next. Every answer was read after it was asked for, so a number that has just moved is found where it is.
 * It may hold more than was asked for.
 */
export function createRouteFinder(db: Db<WhatsappTables>): FindRoutes {
  let next: Question | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    while (next !== undefined) {
      await sleep(Math.max(0, askedAt + REST_MS - performance.now()));
      const { wabaIds, phoneNumberIds, answer }: Question = next;
      next = undefined;
      askedAt = performance.now();
      await findRoutes(db, { wabaIds: [...wabaIds], phoneNumberIds: [...phoneNumberIds] }).then(
        answer.resolve,
        answer.reject,
      );
    }
    isAsking = false;
  };

  return ({ wabaIds, phoneNumberIds }) => {
    next ??= { wabaIds: new Set(), phoneNumberIds: new Set(), answer: Promise.withResolvers() };
    for (const id of wabaIds) next.wabaIds.add(id);
    for (const id of phoneNumberIds) next.phoneNumberIds.add(id);
    const { answer } = next;
    if (!isAsking) {
      isAsking = true;
      void ask();
    }
    return answer.promise;
  };
}

/** At 0 as long as it takes to read what other sockets have brought: that asks, too. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
