import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "../../../bench/support/send-at-rate.ts";
import { requestsOf } from "../../../bench/support/webhook-plan.ts";
import type { HouseUnderFire } from "./house-under-fire.ts";

/** Groups that no other load of a round brings. */
const FIRST_GROUP = 1_000_000_000;

const CONNECTIONS = 8;

/** One webhook after the other on a few connections of its own: how an honest sender fares beside a flood. */
export class LoneWebhooks implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #requests: readonly Buffer[];
  #next = 0;

  /** As many as `groups` of the plan bring, and then from the start again. */
  static async open(house: HouseUnderFire, groups: number): Promise<LoneWebhooks> {
    const { port, authority } = house.first;
    const stretch = { ...house.stretch, firstGroup: FIRST_GROUP, groups };
    const requests = requestsOf(stretch, { door: house.door, host: `localhost:${port}`, batch: 1 });
    const pool = new Pool({ port, authority, connections: CONNECTIONS });
    await pool.warm(CONNECTIONS);
    return new LoneWebhooks(pool, requests);
  }

  private constructor(pool: Pool, requests: readonly Buffer[]) {
    this.#pool = pool;
    this.#requests = requests;
  }

  /** Brings the next one; resolves to the status of its answer, or "broken". */
  async bring(): Promise<string> {
    const request = this.#requests[this.#next++ % this.#requests.length] as Buffer;
    for (;;) {
      const connection = this.#pool.take();
      if (connection !== undefined) return new Promise((resolve) => connection.send(request, resolve));
      await sleep(5);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}
