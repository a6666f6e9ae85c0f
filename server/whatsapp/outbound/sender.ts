import { setTimeout as sleep } from "node:timers/promises";
import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { listBusyNumbers } from "./claim-rows.ts";
import { NumberSender, type SenderOptions } from "./number-sender.ts";

/** How often the outbox is looked at without being told, in ms. Ours: what a lost wake-up costs. */
const POLL_MS = 1_000;

/**
 * Sends what the outbox holds; one per process. Several processes share the numbers by leases.
 *
 * What a kill -9 leaves behind, line by line. "Ours" is what is committed, "Meta's" what Meta can have:
 *
 * | killed after                            | ours      | Meta's   | what happens next                              |
 * |-----------------------------------------|-----------|----------|------------------------------------------------|
 * | the caller's commit                     | queued    | nothing  | sent                                           |
 * | a file was uploaded                     | queued    | the file | sent; the file is found again or goes twice    |
 * | the attempt's commit, before the POST   | sending   | nothing  | in doubt: nobody can prove that nothing left   |
 * | the POST left                           | sending   | perhaps  | in doubt; a status with our id settles it      |
 * | Meta accepted, the answer was read      | sending   | message  | in doubt; a status with our id settles it      |
 * | Meta refused, the answer was read       | sending   | nothing  | in doubt; no status comes, a person decides    |
 * | the settlement's commit                 | as it is  | as it is | nothing: message row and outbox agree          |
 *
 * `sending` becomes `in_doubt` when the number's lease is taken anew, at the latest 15 s after the death. No line of
 * the table sends a message twice by itself, and none forgets one.
 */
export class Sender implements AsyncDisposable {
  readonly #options: SenderOptions;
  readonly #numbers = new Map<string, NumberSender>();
  readonly #looking = new Map<WorkspaceId, Promise<void>>();
  readonly #calledAgain = new Set<WorkspaceId>();
  readonly #ended = new AbortController();
  #polling: Promise<void> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Begins to look at the outbox each second. */
  start(): void {
    this.#polling ??= this.#poll();
  }

  /**
   * Something was queued or freed in this workspace: look now. Calls during a look become one more look. Whoever knows
   * the number spares the database the question which one it is.
   */
  wake(workspaceId: WorkspaceId, numberId?: string): void {
    if (this.#ended.signal.aborted) return;
    if (numberId !== undefined) {
      this.#numberOf(workspaceId, numberId).wake();
      return;
    }
    if (this.#looking.has(workspaceId)) {
      this.#calledAgain.add(workspaceId);
      return;
    }
    const looking = this.#look(workspaceId)
      .catch((error: unknown) => {
        this.#options.log.error({ err: error, workspaceId }, "the outbox could not be looked at");
      })
      .finally(() => {
        this.#looking.delete(workspaceId);
        if (this.#calledAgain.delete(workspaceId)) this.wake(workspaceId);
      });
    this.#looking.set(workspaceId, looking);
  }

  /** Takes nothing new, waits for what is on its way (30 s at the most), writes its results, gives the leases back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#polling;
    await Promise.all(this.#looking.values());
    await Promise.all(Array.from(this.#numbers.values(), (number) => number.stop()));
  }

  async #poll(): Promise<void> {
    const { db, log } = this.#options;
    while (!this.#ended.signal.aborted) {
      try {
        const routes = await db
          .selectFrom("whatsapp_number_route")
          .select("workspace_id")
          .distinct()
          .execute();
        for (const { workspace_id } of routes) await this.#look(workspace_id as WorkspaceId);
      } catch (error) {
        log.error({ err: error }, "the outbox could not be looked at");
      }
      await sleep(POLL_MS, undefined, { signal: this.#ended.signal }).catch(() => {});
    }
  }

  async #look(workspaceId: WorkspaceId): Promise<void> {
    const { db, clock } = this.#options;
    const running = [...this.#numbers].filter(([, number]) => number.isRunning).map(([id]) => id);
    for (const numberId of running) this.#numbers.get(numberId)?.wake();
    const busy = await inWorkspace(db, workspaceId, (tx) =>
      listBusyNumbers(tx, workspaceId, { except: running, now: clock() }),
    );
    if (this.#ended.signal.aborted) return;
    for (const numberId of busy) this.#numberOf(workspaceId, numberId).wake();
  }

  #numberOf(workspaceId: WorkspaceId, numberId: string): NumberSender {
    const number = this.#numbers.get(numberId) ?? new NumberSender(this.#options, workspaceId, numberId);
    this.#numbers.set(numberId, number);
    return number;
  }
}
