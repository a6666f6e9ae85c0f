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

/**
 * `findRoutes` for the many webhooks that ask at once: one question is under way at a time, and who comes meanwhile
 * shares the next. Every answer was read after it was asked for, so a number that has just moved is found where it is.
 * It may hold more than was asked for.
 */
export function createRouteFinder(db: Db<WhatsappTables>): FindRoutes {
  let next: Question | undefined;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    isAsking = true;
    while (next !== undefined) {
      const { wabaIds, phoneNumberIds, answer }: Question = next;
      next = undefined;
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
    // Not at once: what this turn of the loop has read from other sockets asks, too.
    if (!isAsking) {
      isAsking = true;
      setImmediate(() => void ask());
    }
    return answer.promise;
  };
}
