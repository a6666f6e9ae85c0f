import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { levels } from "pino";
import type { Intake, IntakeDeps, SignedBody, Taken } from "../../inbox/ingest/intake.ts";
import type { Logger } from "../../platform/log.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import type { RootKeySettings } from "../../vault/open-root-key.ts";
import { packFrame } from "./frame.ts";
import { IntakeGauges } from "./gauges.ts";
import {
  errorOf,
  type FromThread,
  type NumberedAnswer,
  type ThreadStart,
  type ToThread,
} from "./messages.ts";

export interface IntakeThreadOptions extends Pick<IntakeDeps, "log" | "onTakenIn"> {
  readonly appUrl: Secret<string>;
  readonly rootKey: RootKeySettings;
}

/**
 * Bytes of bodies that may be with the thread unanswered. Ours: thousands of ordinary ones; of the largest that Meta
 * sends, 3 MB each, some twenty.
 */
const MAX_UNANSWERED_BYTES = 64 * 1024 * 1024;

/**
 * How long a frame may lie before the thread begins to read it, in ms. Ours: with the 250 ms that an update may wait for its
 * transaction, and that, it stays within the second that Meta asks for.
 */
const MAX_LYING_MS = 150;

/**
 * How long bodies are gathered while the thread has not begun to read the last ones, in ms. Ours: a busy thread is woken less
 * often, and an idle one at once.
 */
const GATHER_MS = 3;

/** How long after its end the thread is started again, in ms. Ours. */
const RESTART_MS = 1_000;

/**
 * An intake in a thread of its own, so that a flood of webhooks and the people at the console do not wait for each other
 * (docs/decisions/0011). A thread that ends by a fault is started again; what it had not answered is refused, and what of
 * that it had stored is then a duplicate. Resolves when the first one is ready; throws what ended it when it does not come to that.
 */
export async function openIntakeThread(options: IntakeThreadOptions): Promise<Intake> {
  const thread = new IntakeThread(options);
  await thread.start();
  return thread;
}

/** All of it is ours, and is stored. */
const WHOLE: Taken = { unknownAccounts: [] };

interface Unanswered {
  readonly bytes: number;
  readonly answer: PromiseWithResolvers<Taken>;
}

class IntakeThread implements Intake {
  readonly #options: IntakeThreadOptions;
  #gauges = new IntakeGauges();
  #worker: Worker | undefined;
  #isReady = false;
  /** Whether there ever was one: without it the start has failed, and whoever wanted it knows. */
  #wasReady = false;
  #isClosing = false;
  readonly #unanswered = new Map<number, Unanswered>();
  #unansweredBytes = 0;
  #lastId = 0;
  /** Bodies that wait to go as one message; their ids are the last ones. */
  #gathered: SignedBody[] = [];
  #lastFrame = 0;
  /** Frames that the thread may not have begun to read, the oldest first. */
  #lying: Array<{ readonly number: number; readonly sentAt: number }> = [];

  constructor(options: IntakeThreadOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return (
      !this.#isReady ||
      this.#isClosing ||
      this.#gauges.isFull ||
      this.#unansweredBytes >= MAX_UNANSWERED_BYTES ||
      this.#liesFor() > MAX_LYING_MS
    );
  }

  get waiting(): number {
    return this.#gauges.waiting;
  }

  take(body: SignedBody): Promise<Taken> {
    if (this.#isClosing) return Promise.reject(new Refusal("unavailable", "ingest.closing"));
    if (!this.#isReady) return Promise.reject(interrupted());
    this.#lastId += 1;
    const answer = Promise.withResolvers<Taken>();
    this.#unanswered.set(this.#lastId, { bytes: body.raw.length, answer });
    this.#unansweredBytes += body.raw.length;
    if (this.#gathered.length === 0) setImmediate(() => this.#sendWhenRead());
    this.#gathered.push(body);
    return answer.promise;
  }

  async start(): Promise<void> {
    const { log } = this.#options;
    this.#gauges = new IntakeGauges();
    const worker = new Worker(new URL("thread.ts", import.meta.url), {
      name: "wardroom intake",
      workerData: await this.#startData(),
    });
    this.#worker = worker;
    const ready = Promise.withResolvers<void>();
    worker.on("message", (message: FromThread) => {
      if (message.kind === "ready") {
        this.#isReady = true;
        this.#wasReady = true;
        ready.resolve();
      } else this.#hear(message);
    });
    worker.once("error", (error) => {
      ready.reject(error);
      log.error({ err: error }, "the intake thread broke");
    });
    worker.once("exit", () => {
      ready.reject(new Error("the intake thread ended before it was ready"));
      this.#lose();
    });
    await ready.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    this.#send();
    worker.postMessage({ kind: "close" } satisfies ToThread);
    await ended;
  }

  async #startData(): Promise<ThreadStart> {
    const { appUrl, rootKey, log } = this.#options;
    const { provider, path, dataFolder } = rootKey;
    const passphrase = rootKey.provider === "passphrase" ? (await rootKey.passphrase()).reveal() : undefined;
    return {
      appUrl: appUrl.reveal(),
      rootKey: { provider, path, dataFolder, passphrase },
      logLevel: log.level,
      gauges: this.#gauges.shared,
    };
  }

  #sendWhenRead(): void {
    if (this.#gauges.hasBegun(this.#lastFrame)) this.#send();
    else setTimeout(() => this.#send(), GATHER_MS);
  }

  #send(): void {
    if (this.#gathered.length === 0 || this.#worker === undefined) return;
    this.#lastFrame += 1;
    const firstId = this.#lastId - this.#gathered.length + 1;
    const frame = packFrame(this.#lastFrame, firstId, this.#gathered);
    this.#gathered = [];
    this.#lying.push({ number: frame.number, sentAt: performance.now() });
    this.#worker.postMessage({ kind: "take", frame } satisfies ToThread, [frame.bytes]);
  }

  /** How long the oldest frame lies that the thread has not begun to read, in ms; 0 where there is none. */
  #liesFor(): number {
    for (let begun = 0; ; begun += 1) {
      const oldest = this.#lying[begun];
      if (oldest !== undefined && this.#gauges.hasBegun(oldest.number)) continue;
      if (begun > 0) this.#lying = this.#lying.slice(begun);
      return oldest === undefined ? 0 : performance.now() - oldest.sentAt;
    }
  }

  #hear(message: Exclude<FromThread, { readonly kind: "ready" }>): void {
    const { log, onTakenIn } = this.#options;
    if (message.kind === "answers") {
      for (const id of message.taken) this.#settle({ id, outcome: "taken", taken: WHOLE });
      for (const answer of message.others) this.#settle(answer);
    } else if (message.kind === "log") relay(log, message.line);
    else onTakenIn(message.workspaceId, message);
  }

  #settle(answer: NumberedAnswer): void {
    const waiting = this.#unanswered.get(answer.id);
    if (waiting === undefined) return;
    this.#unanswered.delete(answer.id);
    this.#unansweredBytes -= waiting.bytes;
    if (answer.outcome === "taken") waiting.answer.resolve(answer.taken);
    else waiting.answer.reject(errorOf(answer));
  }

  /** The thread is gone, and with it what it had not answered. */
  #lose(): void {
    this.#isReady = false;
    this.#worker = undefined;
    this.#gathered = [];
    this.#lying = [];
    this.#unansweredBytes = 0;
    for (const { answer } of this.#unanswered.values()) answer.reject(interrupted());
    this.#unanswered.clear();
    if (this.#wasReady && !this.#isClosing) void this.#restart();
  }

  async #restart(): Promise<void> {
    await sleep(RESTART_MS, undefined, { ref: false });
    if (this.#isClosing) return;
    await this.start().catch(() => undefined); // its end has been told, and is followed by the next try
  }
}

function interrupted(): Refusal {
  return new Refusal("unavailable", "ingest.interrupted", { retryAfterSeconds: 1 });
}

/** Writes a line of the thread's log into ours. Errors are described already, so they are not described once more. */
function relay(log: Logger, line: string): void {
  const { level, msg, err: fault, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const ours = new Set(["time", "pid", "hostname"]); // which our own line has as well
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => !ours.has(name)));
  const name = levels.labels[Number(level)];
  const write =
    name === "error" || name === "warn" || name === "debug"
      ? log[name]
      : name === "fatal"
        ? log.error
        : log.info;
  write.call(log, { ...fields, fault, thread: "intake" }, String(msg));
}
