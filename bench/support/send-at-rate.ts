import { connect, type TLSSocket } from "node:tls";

export interface Target {
  readonly port: number;
  /** PEM of the authority that the server's certificate is of. */
  readonly authority: string;
  readonly connections: number;
}

/** What came of the requests of one run. Latency counts from the moment a request was due, not from when it left. */
export interface RunResult {
  readonly sent: number;
  readonly answered: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Connections that broke under a request. */
  readonly broken: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /**
   * 99 in 100 answers of 200 came so soon after their request was written: what a server can be held to where the
   * sender's own line is what others wait for. Requests that waited for a connection began to count when they had one.
   */
  readonly takenP99FromWriteMs: number;
  /** Requests without a 200, by their place in what was to be sent: refused, broken, unanswered or never written. */
  readonly untaken: readonly number[];
  /** Requests that were due and never written, because the run was over. */
  readonly unsent: number;
  /** When the first request was due, and the last one: Unix time in ms. */
  readonly firstDueAt: number;
  readonly lastDueAt: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
}

/** The connections that are open when a run begins suffice for answers that take this long, in s. Ours: Meta's median. */
const WARM_SECONDS = 0.25;

/** Open before a run begins at the most: a server holds only so many that have not proved who they are (500 of ours). */
const WARM_MOST = 400;

/** How many connections are opened at the same moment. Ours. */
const OPENING_AT_ONCE = 4;

/** What becomes of requests that were due and had no connection when the last one was due. */
export type Leftover = "sent" | "dropped";

/** How long answers may take after the last request was sent, in ms. */
const DRAIN_MS = 20_000;

/**
 * Sends each request when it is due, `rate` a second, whatever the answers do: one that finds no free connection waits
 * in line and its waiting counts (no coordinated omission). Keep-alive TLS 1.3, one request at a time on a connection.
 */
export async function sendAtRate(
  target: Target,
  requests: readonly Buffer[],
  rate: number,
  leftover: Leftover = "sent",
): Promise<RunResult> {
  await using pool = new Pool(target);
  await pool.warm(Math.min(rate * WARM_SECONDS, WARM_MOST));
  return await new Promise((resolve) => {
    const run = new Run(pool, requests.length, leftover, resolve);
    run.start(requests, rate);
  });
}

interface Due {
  /** Its place among the requests of the run. */
  readonly place: number;
  readonly dueAt: number;
}

interface Written extends Due {
  readonly writtenAt: number;
}

class Run {
  readonly #pool: Pool;
  readonly #latencies: Float64Array;
  /** Of each request that was answered 200, by its place; NaN for all others. */
  readonly #takenMs: Float64Array;
  readonly #leftover: Leftover;
  readonly #statuses = new Map<string, number>();
  readonly #end: (result: RunResult) => void;
  #answered = 0;
  #broken = 0;
  #sent = 0;
  #unsent = 0;
  #isOver = false;
  #startedAt = 0;
  #lastAt = 0;

  constructor(pool: Pool, count: number, leftover: Leftover, end: (result: RunResult) => void) {
    this.#pool = pool;
    this.#latencies = new Float64Array(count);
    this.#takenMs = new Float64Array(count).fill(Number.NaN);
    this.#leftover = leftover;
    this.#end = end;
  }

  start(requests: readonly Buffer[], rate: number): void {
    this.#startedAt = performance.now();
    const waiting: Due[] = [];
    let head = 0;
    const dispatch = () => {
      for (; head < waiting.length && !this.#isOver; head += 1) {
        const connection = this.#pool.take();
        if (connection === undefined) break;
        const { place, dueAt } = waiting[head] as Due;
        const writtenAt = performance.now();
        connection.send(requests[place] as Buffer, (status) =>
          this.#note(status, { place, dueAt, writtenAt }),
        );
      }
      if (head < 4_096) return;
      waiting.splice(0, head);
      head = 0;
    };
    this.#pool.onFree = dispatch;
    const tick = () => {
      const now = performance.now();
      const due = Math.min(requests.length, Math.floor(((now - this.#startedAt) / 1000) * rate) + 1);
      for (; this.#sent < due; this.#sent += 1) {
        const dueAt = this.#startedAt + (this.#sent / rate) * 1000;
        waiting.push({ place: this.#sent, dueAt });
      }
      dispatch();
      if (this.#sent < requests.length) setTimeout(tick, 1);
      else {
        if (this.#leftover === "dropped") {
          this.#isOver = true;
          this.#unsent = waiting.length - head;
        }
        this.#finish(now);
      }
    };
    tick();
  }

  #note(status: string, { place, dueAt, writtenAt }: Written): void {
    const now = performance.now();
    if (status === "200") this.#takenMs[place] = now - writtenAt;
    if (status === "broken") this.#broken += 1;
    else {
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      this.#latencies[this.#answered] = now - dueAt;
      this.#answered += 1;
    }
    this.#lastAt = now;
  }

  #finish(sentAt: number): void {
    const isDone = this.#answered + this.#broken + this.#unsent >= this.#sent;
    if (!isDone && performance.now() - sentAt < DRAIN_MS) {
      this.#pool.onFree();
      setTimeout(() => this.#finish(sentAt), 5);
      return;
    }
    const sorted = this.#latencies.subarray(0, this.#answered).sort();
    const taken = this.#takenMs.filter((ms) => !Number.isNaN(ms)).sort();
    const untaken = Array.from(this.#takenMs.keys()).filter((place) => Number.isNaN(this.#takenMs[place]));
    this.#end({
      sent: this.#sent,
      answered: this.#answered,
      statuses: Object.fromEntries(this.#statuses),
      broken: this.#broken,
      p50Ms: at(sorted, 0.5),
      p99Ms: at(sorted, 0.99),
      maxMs: sorted.at(-1) ?? 0,
      takenP99FromWriteMs: at(taken, 0.99),
      ...{ untaken, unsent: this.#unsent },
      firstDueAt: performance.timeOrigin + this.#startedAt,
      lastDueAt: performance.timeOrigin + sentAt,
      seconds: (this.#lastAt - this.#startedAt) / 1000,
    });
  }
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Connections, opened as they are needed: one that is opened and says nothing is closed by a server with sense. */
export class Pool implements AsyncDisposable {
  onFree: () => void = () => undefined;
  readonly #target: Target;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  #opening = 0;
  #isOpen = true;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Opens the first ones, before anything is measured. */
  async warm(count: number): Promise<void> {
    const wanted = Math.min(count, this.#target.connections);
    while (this.#all.size < wanted) {
      if (this.#opening < OPENING_AT_ONCE) this.#add();
      await new Promise((done) => setTimeout(done, 1));
    }
  }

  /** One with nothing under way, all in turn; undefined while all are busy, and then another one is on its way. */
  take(): Connection | undefined {
    const connection = this.#free.shift();
    const mayOpen =
      this.#opening < OPENING_AT_ONCE && this.#all.size + this.#opening < this.#target.connections;
    if (connection === undefined && mayOpen) this.#add();
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    for (const connection of this.#all) connection.end();
  }

  #add(): void {
    this.#opening += 1;
    const opened = Connection.open(this.#target, {
      onFree: (connection) => this.#give(connection),
      onEnd: (connection) => {
        this.#all.delete(connection);
        const at = this.#free.indexOf(connection);
        if (at !== -1) this.#free.splice(at, 1);
        if (this.#isOpen) this.onFree();
      },
    });
    opened
      .then((connection) => {
        this.#all.add(connection);
        this.#give(connection);
      })
      .catch(() => undefined) // whoever waits asks again with the next tick
      .finally(() => {
        this.#opening -= 1;
      });
  }

  #give(connection: Connection): void {
    this.#free.push(connection);
    this.onFree();
  }
}

interface ConnectionEvents {
  readonly onFree: (connection: Connection) => void;
  readonly onEnd: (connection: Connection) => void;
}

/** One keep-alive connection, with at most one request under way. Reads just enough of HTTP/1.1 for our own answers. */
class Connection {
  readonly #socket: TLSSocket;
  readonly #events: ConnectionEvents;
  #received: Buffer | undefined;
  #answer: ((status: string) => void) | undefined;

  static open({ port, authority }: Target, events: ConnectionEvents): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        ...{ host: "127.0.0.1", port, servername: "localhost", ca: authority },
        minVersion: "TLSv1.3",
      });
      socket.once("error", reject);
      socket.once("secureConnect", () => {
        socket.off("error", reject);
        socket.setNoDelay(true);
        resolve(new Connection(socket, events));
      });
    });
  }

  private constructor(socket: TLSSocket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("error", () => undefined); // "close" follows
    socket.on("close", () => {
      this.#tell("broken");
      events.onEnd(this);
    });
  }

  send(request: Buffer, answer: (status: string) => void): void {
    this.#answer = answer;
    this.#socket.write(request);
  }

  end(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const all = this.#received === undefined ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = all.indexOf("\r\n\r\n");
    const length = headEnd === -1 ? undefined : contentLength(all, headEnd);
    if (length === undefined || all.length < headEnd + 4 + length) {
      this.#received = all;
      return;
    }
    this.#received = undefined;
    const isClosing = all.toString("latin1", 0, headEnd).toLowerCase().includes("\r\nconnection: close");
    this.#tell(all.toString("latin1", 9, 12));
    if (isClosing) this.#socket.destroy();
    else this.#events.onFree(this);
  }

  #tell(status: string): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(status);
  }
}

function contentLength(bytes: Buffer, headEnd: number): number {
  const match = /\r\ncontent-length: (\d+)/i.exec(bytes.toString("latin1", 0, headEnd));
  return match === null ? 0 : Number(match[1]);
}
