import { Child } from "./child.ts";
import { DOOR } from "./door.ts";
import type { LoadOrder, LoadReport } from "./load-process.ts";
import type { RunResult } from "./send-at-rate.ts";
import { DUPLICATE_EVERY, type Stretch, UPDATES_A_GROUP } from "./webhook-plan.ts";

/** Meta's own words for a webhook server: facts.md 1.3, "latency". */
const P50_MS = 250;
const P99_MS = 1_000;

/** Connections that Meta might open to us. Ours: opened as they are needed. */
const CONNECTIONS = 4_000;

export interface IngestRun {
  readonly stretch: Stretch;
  readonly result: RunResult;
  /** Requests that were not answered 200. */
  readonly errors: number;
}

/** Gives out stretches one after the other: no run sends what another one has sent. */
export class Traffic {
  #nextGroup = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(groups: number): Stretch {
    const stretch = { firstGroup: this.#nextGroup, groups };
    this.#nextGroup += groups;
    if (this.#nextGroup > this.#limit) throw new Error("the bench has seeded too few messages for its runs");
    return stretch;
  }
}

/** One run: so many updates a second for so many seconds, one in ten POSTs a duplicate. */
export async function runIngest(
  server: { readonly port: number; readonly authority: string },
  traffic: Traffic,
  { rate, seconds, batch }: { readonly rate: number; readonly seconds: number; readonly batch: number },
): Promise<IngestRun> {
  const fresh = (rate * seconds * (DUPLICATE_EVERY - 1)) / DUPLICATE_EVERY;
  const stretch = traffic.take(Math.max(1, Math.ceil(fresh / UPDATES_A_GROUP)));
  await using load = new Child<LoadOrder, LoadReport>("load-process.ts");
  load.tell({
    target: { port: server.port, authority: server.authority, connections: CONNECTIONS },
    door: DOOR,
    stretch,
    batch,
    rate: rate / batch,
  });
  const { result } = await load.hear("done");
  return { stretch, result, errors: result.sent - (result.statuses["200"] ?? 0) };
}

/** Whether Meta would be content with such answers. */
export function holds({ result, errors }: IngestRun): boolean {
  return errors === 0 && result.p50Ms <= P50_MS && result.p99Ms <= P99_MS;
}
