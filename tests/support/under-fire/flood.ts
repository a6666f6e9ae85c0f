import { Child } from "../../../bench/support/child.ts";
import type { LoadOrder, LoadReport } from "../../../bench/support/load-process.ts";
import type { RunResult } from "../../../bench/support/send-at-rate.ts";
import { type Stretch, updateOfRequest } from "../../../bench/support/webhook-plan.ts";
import type { HouseUnderFire } from "./house-under-fire.ts";

/** One run of webhooks, each with one update, at a constant rate whatever the answers. */
export interface Run {
  readonly stretch: Stretch;
  readonly result: RunResult;
}

/** Connections that the sender opens as it needs them. Ours: fewer than a server holds in all (2,000). */
const CONNECTIONS = 1_500;

/**
 * Webhooks from a process of its own, whose lateness is not ours. It brings stretch after stretch of new groups; with the
 * last one that is due it falls silent, whatever still has no connection.
 */
export class Flood {
  readonly #house: HouseUnderFire;
  readonly runs: Run[] = [];
  #nextGroup = 0;

  constructor(house: HouseUnderFire) {
    this.#house = house;
  }

  /** `rate` webhooks a second. The sender has all of them ready before the first is due. */
  async run({ rate, seconds }: { readonly rate: number; readonly seconds: number }): Promise<Run> {
    const { first, stretch: whole, door } = this.#house;
    const groups = Math.max(1, Math.round((rate * seconds * 0.9) / 4));
    const stretch = { ...whole, firstGroup: this.#nextGroup, groups };
    this.#nextGroup += groups;
    await using load = new Child<LoadOrder, LoadReport>("load-process.ts");
    load.tell({
      target: { port: first.port, authority: first.authority, connections: CONNECTIONS },
      ...{ door, stretch, batch: 1, rate, leftover: "dropped" },
    });
    const { result } = await load.hear("done");
    const run = { stretch, result };
    this.runs.push(run);
    return run;
  }

  /** How many of the updates that had their 200, in all runs, are not in the database. */
  async countMissing(): Promise<number> {
    let missing = 0;
    for (const { stretch, result } of this.runs) {
      const untaken = new Set(result.untaken);
      const updates: number[] = [];
      for (let place = 0; place < result.sent; place += 1) {
        const update = updateOfRequest(place);
        if (update !== undefined && !untaken.has(place)) updates.push(update);
      }
      const { workspaceId, first } = this.#house;
      const { count } = await first.ask({ kind: "find_missing", workspaceId, stretch, updates }, "missing");
      missing += count;
    }
    return missing;
  }
}

/** Answers of 200 a second. */
export function takenPerSecond({ result }: Run): number {
  return Math.round((result.statuses["200"] ?? 0) / result.seconds);
}
