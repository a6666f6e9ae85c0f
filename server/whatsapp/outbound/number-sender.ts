import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import {
  acquireLease,
  type Lease,
  LeaseLost,
  releaseLease,
  renewLease,
  requireLease,
} from "../../platform/lease.ts";
import type { Logger } from "../../platform/log.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Vault } from "../../vault/vault.ts";
import type { GraphHosts } from "../graph-access.ts";
import type { GraphClient } from "../graph-client.ts";
import { getNumberAccess, type NumberAccess } from "../numbers/number-access.ts";
import { postAttempt } from "./attempt.ts";
import { beginAttempts, type Claimed, claimRows, type OpenRow } from "./claim-rows.ts";
import { doubtOrphans } from "./doubt-orphans.ts";
import { NumberPace } from "./number-pace.ts";
import { findNumberState, type NumberState } from "./number-stop.ts";
import type { OnSettled, OutboxTables } from "./outbox.ts";
import { inFlightAllowed } from "./pace.ts";
import { prepareMedia, type UploadMedia } from "./prepare-media.ts";
import type { Finished } from "./settle-attempts.ts";
import { Turns } from "./turns.ts";
import { writeResults } from "./write-results.ts";

export interface SenderOptions {
  readonly db: Kysely<OutboxTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly graph: GraphClient;
  readonly hosts: GraphHosts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upload: UploadMedia;
  readonly onSettled: OnSettled;
  /** How long a silent sender keeps a number, in s. */
  readonly leaseSeconds?: number;
}

/** Ours: long enough for a slow database, short enough that a chat does not wait for a dead process. */
const LEASE_SECONDS = 15;

/** Messages whose files are brought to Meta at once, per number. Ours. */
const MAX_PREPARED_AT_ONCE = 32;

/** The longest the loop waits without looking again, in ms. */
const LOOK_AGAIN_MS = 1_000;

/** The shortest wait for the number's own rate, in ms. Ours: a few messages a transaction, not one. */
const PACED_MS = 50;

/** What a stop waits for, in ms: a send's own deadline and its settlement. What is not written by then is in doubt. */
const STOP_WITHIN_MS = 40_000;

/** How long a number rests whose credentials cannot be used here, in ms. Ours: nothing will have changed sooner. */
const REFUSED_REST_MS = 10_000;

type Result = Omit<Finished, "dueAt">;

/** Sends for one number, alone among all processes, for as long as there is something to send. */
export class NumberSender {
  readonly #options: SenderOptions;
  readonly #workspaceId: WorkspaceId;
  readonly #numberId: string;
  readonly #inFlight = new Map<string, OpenRow>();
  readonly #finished: Finished[] = [];
  readonly #pace = new NumberPace();
  readonly #uploads = new Turns(MAX_PREPARED_AT_ONCE);
  readonly #preparingSince = new Map<string, Date>();
  #signal = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  /** Someone called while the loop was ending: what they saw may have come after its last look. */
  #called = false;
  #lease: Lease | undefined;
  #stopping = false;
  #stopsBy = Number.POSITIVE_INFINITY;

  constructor(options: SenderOptions, workspaceId: WorkspaceId, numberId: string) {
    this.#options = options;
    this.#workspaceId = workspaceId;
    this.#numberId = numberId;
  }

  /** At work: whoever wants something of it needs only to wake it. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Begins, or looks again at once. */
  wake(): void {
    this.#called = true;
    this.#signal.resolve();
    if (this.#running !== undefined || this.#stopping) return;
    if (this.#pace.rests(this.#options.clock())) return;
    this.#running = this.#run()
      .catch((error: unknown) => {
        this.#options.log.error({ err: error, numberId: this.#numberId }, "sending was interrupted");
      })
      .finally(() => {
        this.#running = undefined;
        if (this.#called) this.wake();
      });
  }

  /** Takes no new rows, and waits for what is on its way; not for ever, should the database be away. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopsBy = this.#options.clock().getTime() + STOP_WITHIN_MS;
    this.#signal.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#called = false;
    const lease = await acquireLease(this.#options.db, {
      name: `whatsapp.send:${this.#numberId}`,
      seconds: this.#options.leaseSeconds ?? LEASE_SECONDS,
    });
    if (lease === undefined) return;
    this.#lease = lease;
    const stopRenewing = this.#keepLease(lease);
    try {
      await this.#doubtOrphans();
      await this.#sendAll();
    } finally {
      await this.#drain();
      stopRenewing();
      await releaseLease(this.#options.db, lease);
    }
  }

  async #sendAll(): Promise<void> {
    while (!this.#stopping) {
      this.#signal = Promise.withResolvers();
      this.#called = false;
      await this.#settle();
      const claimed = await this.#claim();
      if (this.#finished.length > 0) continue;
      if (claimed === "paced") {
        await this.#nextSignal(Math.max(PACED_MS, this.#pace.msUntilAllowed(this.#options.clock())));
      } else if (claimed === "some" || this.#inFlight.size > 0) {
        await this.#nextSignal(LOOK_AGAIN_MS);
      } else return;
    }
  }

  async #drain(): Promise<void> {
    while (this.#inFlight.size > 0 || this.#finished.length > 0) {
      this.#signal = Promise.withResolvers();
      await this.#settle();
      if (this.#options.clock().getTime() > this.#stopsBy) return;
      if (this.#inFlight.size > 0 && this.#finished.length === 0) await this.#nextSignal(LOOK_AGAIN_MS);
    }
  }

  async #nextSignal(ms: number): Promise<void> {
    const ended = new AbortController();
    await Promise.race([
      this.#signal.promise,
      sleep(ms, undefined, { signal: ended.signal }).catch(() => {}),
    ]);
    ended.abort();
  }

  #keepLease(lease: Lease): () => void {
    const seconds = this.#options.leaseSeconds ?? LEASE_SECONDS;
    const timer = setInterval(
      () => {
        // Losing it needs no act here: the next claim finds out, and results are guarded by their attempt.
        renewLease(this.#options.db, lease, seconds).catch((error: unknown) => {
          this.#options.log.warn({ err: error, numberId: this.#numberId }, "a lease could not be renewed");
        });
      },
      (seconds * 1000) / 3,
    );
    return () => clearInterval(timer);
  }

  async #doubtOrphans(): Promise<void> {
    const { db, onSettled, clock, log } = this.#options;
    const count = await inWorkspace(db, this.#workspaceId, (tx) =>
      doubtOrphans(tx, onSettled, {
        workspaceId: this.#workspaceId,
        numberId: this.#numberId,
        ownIds: [...this.#inFlight.keys()],
        now: clock(),
      }),
    );
    if (count > 0)
      log.warn({ numberId: this.#numberId, count }, "messages left by a dead sender are in doubt");
  }

  /** `paced`: the number's own rate holds it; `none`: nothing may go. */
  async #claim(): Promise<"some" | "none" | "paced"> {
    const { db, vault, hosts, clock, log } = this.#options;
    const now = clock();
    if (this.#pace.rests(now)) return "none";
    const workspaceVault = await vault.openWorkspace(this.#workspaceId);
    try {
      const claimed = await inWorkspace(db, this.#workspaceId, async (tx) => {
        const [, state] = await Promise.all([
          this.#requireLease(tx),
          findNumberState(tx, this.#workspaceId, this.#numberId, now),
        ]);
        if (state === undefined || state.allowance === "none") return "none";
        const limit = this.#limit(state);
        if (limit <= 0) return "none";
        const allowed = this.#pace.allowed(state.throughput, now);
        if (allowed <= 0) return "paced";
        const heldContacts = [...this.#busyContacts(), ...this.#pace.listHeldContacts(now)];
        const input = { numberId: this.#numberId, heldContacts, limit: Math.min(limit, allowed), now };
        const [access, rows] = await Promise.all([
          getNumberAccess(narrow(tx), workspaceVault, hosts, this.#numberId),
          claimRows(tx, workspaceVault, input),
        ]);
        return { access, allowed, rows };
      });
      if (typeof claimed === "string") return claimed;
      const started = this.#start(claimed.access, claimed.rows, now);
      if (started === 0) return "none";
      return started < claimed.allowed ? "some" : "paced";
    } catch (error) {
      if (error instanceof LeaseLost) return "none";
      if (!(error instanceof Refusal)) throw error;
      log.warn({ numberId: this.#numberId, code: error.code }, "a number cannot send here");
      this.#pace.rest(REFUSED_REST_MS, now);
      return "none";
    }
  }

  /** First in every transaction that begins an attempt: whoever took the number meanwhile must not be overtaken. */
  async #requireLease(tx: Tx<OutboxTables>): Promise<void> {
    if (this.#lease === undefined) throw new LeaseLost("no lease");
    await requireLease(tx, this.#lease);
  }

  #limit({ allowance, throughput }: NumberState): number {
    if (allowance === "one") return this.#inFlight.size === 0 ? 1 : 0;
    return inFlightAllowed(throughput) - this.#inFlight.size;
  }

  /** Also of results that are not written yet: their rows do not show them. */
  #busyContacts(): string[] {
    return [...this.#inFlight.values(), ...this.#finished.map(({ row }) => row)].map(
      ({ contactId }) => contactId,
    );
  }

  #start(access: NumberAccess, { begun, toPrepare, unreadable }: Claimed, now: Date): number {
    for (const row of unreadable) {
      const failure = { code: null, reason: "unreadable" };
      this.#finish({ row, begun: false, outcome: { kind: "failed", failure, alarm: false }, dueAt: now });
    }
    for (const row of begun) this.#follow(row, this.#post(access, row, now, new Map()));
    for (const row of toPrepare) this.#follow(row, this.#prepare(access, row));
    return begun.length + toPrepare.length + unreadable.length;
  }

  /** Holds the row's contact until `work` has ended in a result, whatever it throws. */
  #follow(row: OpenRow, work: Promise<Result | undefined>): void {
    this.#inFlight.set(row.id, row);
    work
      .catch((error: unknown) => {
        // The database went away before the attempt began: the row is as it was, and is found again. Or it is a bug
        // of ours after that: then the row stays `sending`, and what it came to nobody knows.
        this.#options.log.error({ err: error, messageId: row.id }, "an attempt ended without a result");
        return undefined;
      })
      .then((ended) => {
        this.#inFlight.delete(row.id);
        if (ended !== undefined) this.#finish({ ...ended, dueAt: this.#dueAfter(ended) });
        this.#signal.resolve();
      })
      .catch(() => {});
  }

  #finish(finished: Finished): void {
    this.#finished.push(finished);
    this.#signal.resolve();
  }

  async #post(
    access: NumberAccess,
    row: OpenRow,
    begunAt: Date,
    metaMediaIds: ReadonlyMap<string, string>,
  ): Promise<Result> {
    this.#pace.count(row, begunAt);
    const outcome = await postAttempt(this.#options, access, row, { begunAt, metaMediaIds });
    return { row, begun: true, outcome };
  }

  /** Takes its turn: a number may have hundreds on their way, and files are large. */
  async #prepare(access: NumberAccess, row: OpenRow): Promise<Result | undefined> {
    const turn = await this.#uploads.take();
    try {
      return this.#stopping ? undefined : await this.#prepareNow(access, row);
    } finally {
      turn.end();
    }
  }

  /** Files first, then the attempt in a transaction of its own, then the post. */
  async #prepareNow(access: NumberAccess, row: OpenRow): Promise<Result | undefined> {
    const { db, clock, upload } = this.#options;
    const since = this.#preparingSince.get(row.id) ?? clock();
    this.#preparingSince.set(row.id, since);
    const prepared = await prepareMedia(upload, access, row, clock().getTime() - since.getTime());
    if (!prepared.ready) return { row, begun: false, outcome: prepared.outcome };
    this.#preparingSince.delete(row.id);
    const now = clock();
    const [begun] = await inWorkspace(db, this.#workspaceId, async (tx) => {
      const [, attempts] = await Promise.all([
        this.#requireLease(tx),
        beginAttempts(tx, this.#workspaceId, [row], now),
      ]);
      return attempts;
    });
    return begun === undefined ? undefined : this.#post(access, begun, now, prepared.metaMediaIds);
  }

  #dueAfter({ row, outcome }: Result): Date {
    return this.#pace.dueAfter(row, outcome, this.#options.clock());
  }

  async #settle(): Promise<void> {
    const number = { workspaceId: this.#workspaceId, numberId: this.#numberId };
    const unwritten = await writeResults(this.#options, number, this.#finished.splice(0));
    this.#finished.push(...unwritten);
  }
}
