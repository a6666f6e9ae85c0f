import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import { gatherWrites } from "./gather-writes.ts";
import type { WorkspaceId } from "./ids.ts";
import { runPipelined } from "./pipelined-transaction.ts";
import { prepareStatements } from "./prepared-statements.ts";
import type { Secret } from "./secret.ts";

/** A handle that may read the given tables, inside a transaction or not. */
export type Db<Tables> = Kysely<Tables> | Transaction<Tables>;

/** A handle that may write. Taking one says: the caller decides what commits together. */
export type Tx<Tables> = Transaction<Tables>;

/** A request that waits longer than this for a connection is better refused than queued. */
const CONNECT_TIMEOUT_MS = 5_000;

/** No statement of ours should run this long; one that does is a bug or an attack. */
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * How long we wait for an answer to one statement, in ms. Ours, above the server's own limit: it is reached only when
 * the server, or the way to it, is gone without a word, and then TCP would wait for a quarter of an hour.
 */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;

/** How long a silent connection is left alone before the kernel asks whether the other end is there, in ms. Ours. */
const KEEP_ALIVE_MS = 10_000;

/** A transaction that its process forgot gives its locks back after this long. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

export interface DatabaseOptions {
  readonly url: Secret<string>;
  readonly maxConnections: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** An idle connection died, say at a failover. The pool replaces it; we only take note. */
  readonly onIdleError: (error: Error) => void;
  /** For few statements that run over and over, and find all they touch by index: they are prepared, and planned once. */
  readonly hot?: true;
  /** How long to wait for an answer, in ms; ANSWER_TIMEOUT_MS unless told. */
  readonly answerWithinMs?: number;
}

/** What the pool of a hot path is opened with; `onConnect` may be asynchronous, whatever its type says (pg-pool, 3.x). */
const HOT = { onConnect: prepareStatements as (client: pg.ClientBase) => void };

export function openDatabase<Tables>(options: DatabaseOptions): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: options.url.reveal(),
    max: options.maxConnections,
    application_name: options.name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: options.answerWithinMs ?? ANSWER_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    pipeline: true,
    ...(options.hot === true ? HOT : {}),
  });
  // Without a listener the events are uncaught exceptions and take the process down. The pool listens only to idle
  // connections; one that breaks between two statements of a transaction tells the next statement as well.
  pool.on("error", (error) => {
    if (!pool.ending) options.onIdleError(error); // at the end the server may be faster than our farewell
  });
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    endWhenUnanswered(client);
    gatherWrites(client);
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Of the driver, which gives it no code. */
const UNANSWERED = "Query read timeout";

/**
 * Ends a connection that did not answer in time. The driver alone would leave it in the pool with the old statement
 * still under way, and whoever gets it next would wait as long again, for ever where the other end is gone.
 */
function endWhenUnanswered(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const watched = (...args: readonly unknown[]): unknown => {
    const answer = query(...args);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        // Of a client of the pool this is the socket's end; the pool finds it ended when it is given back.
        if (error instanceof Error && error.message === UNANSWERED)
          void (client as unknown as pg.Client).end();
      });
    return answer;
  };
  client.query = watched as typeof client.query;
}

/** What happens once a transaction has committed: cache a key, wake a sender, tell a socket. */
const afterCommitHooks = new WeakMap<object, Array<() => void>>();

/**
 * Runs `work` in one transaction that sees and writes the rows of one workspace only. Statements that `work` asks for
 * at once travel together (pipelined-transaction.ts), and the first ones with the transaction's beginning.
 *
 * Row-level security reads `app.workspace`; without it every tenant table is empty. The setting is local to the
 * transaction, so a pooled connection never carries it to the next caller.
 */
export async function inWorkspace<Tables, Result>(
  db: Kysely<Tables>,
  workspaceId: WorkspaceId,
  work: (tx: Tx<Tables>) => Promise<Result>,
): Promise<Result> {
  const hooks: Array<() => void> = [];
  const result = await runPipelined(db, async (tx) => {
    afterCommitHooks.set(tx, hooks);
    // What `work` asks first runs after it all the same, and fails where it fails.
    const [, done] = await Promise.all([enterScope(tx, workspaceId), work(tx)]);
    return done;
  });
  for (const hook of hooks) hook();
  return result;
}

/**
 * Runs `work` inside `tx` with the rows of another workspace in sight, then returns to the one before: for the few
 * acts that write two workspaces' rows and must commit once, such as the installation's person and a workspace's
 * member. Nothing else may use `tx` meanwhile: the setting belongs to the whole transaction.
 */
export async function inScope<Tables, Result>(
  tx: Tx<Tables>,
  workspaceId: WorkspaceId,
  work: () => Promise<Result>,
): Promise<Result> {
  const { rows } = await sql<{ workspace: string | null }>`
    select current_setting('app.workspace', true) as workspace`.execute(tx);
  await enterScope(tx, workspaceId);
  try {
    const result = await work();
    await enterScope(tx, rows[0]?.workspace ?? "");
    return result;
  } catch (error) {
    // After a failed statement PostgreSQL takes nothing but a rollback, so there is no scope left to leave.
    await enterScope(tx, rows[0]?.workspace ?? "").catch(() => {});
    throw error;
  }
}

async function enterScope<Tables>(tx: Tx<Tables>, workspaceId: string): Promise<void> {
  await sql`select set_config('app.workspace', ${workspaceId}, true)`.execute(tx);
}

/** Runs `hook` after `tx` has committed, in order; never when it rolls back. A hook must not throw. */
export function afterCommit<Tables>(tx: Tx<Tables>, hook: () => void): void {
  const hooks = afterCommitHooks.get(tx);
  if (hooks === undefined) throw new Error("afterCommit needs a transaction opened by inWorkspace");
  hooks.push(hook);
}

/**
 * The same handle, seen as holding only `Tables`. A room's functions ask for their own tables; a caller that spans
 * rooms holds the union, and Kysely's types do not narrow by themselves.
 */
// biome-ignore lint/suspicious/noExplicitAny: any table set may be narrowed; rooms type what they touch.
export function narrow<Tables>(handle: Kysely<any>): Tx<Tables> {
  return handle as unknown as Tx<Tables>;
}
