import { parentPort, workerData } from "node:worker_threads";
import { createIntake, type Intake, type SignedBody } from "../../inbox/ingest/intake.ts";
import { steadyClock, systemClock } from "../../platform/clock.ts";
import { openDatabase } from "../../platform/database.ts";
import { type Logger, openLog } from "../../platform/log.ts";
import { Secret } from "../../platform/secret.ts";
import type { RootKeySettings } from "../../vault/open-root-key.ts";
import { type AllTables, openKeysAndLog } from "../foundation.ts";
import { openIntakeDatabase } from "../open-intake-database.ts";
import { unpackFrame } from "./frame.ts";
import { IntakeGauges } from "./gauges.ts";
import {
  answerOf,
  type FromThread,
  type NumberedAnswer,
  type ThreadStart,
  type ToThread,
} from "./messages.ts";

/**
 * The thread that stores what Meta sends. It is a whole process but for its memory: connections, vault and log of its own,
 * as a second node on the database has them, and it knows nothing of the main thread but the bodies that come from there.
 */
const start = workerData as ThreadStart;
const gauges = new IntakeGauges(start.gauges);
const log = openLog(start.logLevel as Parameters<typeof openLog>[0], {
  write: (line) => tell({ kind: "log", line }),
});

/** Ours: what opens keys of workspaces and the root; seldom. */
const KEY_CONNECTIONS = 2;

/** Bodies that are not answered yet. */
const open = new Set<Promise<void>>();

/** Answers that wait for the end of this turn, to go as one message: what was taken whole, and what was not. */
let taken: number[] = [];
let others: NumberedAnswer[] = [];

await using opened = new AsyncDisposableStack();
const intake = opened.use(await openIntake(opened, start, log));
const closing = Promise.withResolvers<void>();
parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "close") return closing.resolve();
  gauges.noteBegun(message.frame.number);
  unpackFrame(message.frame).forEach((body, n) => {
    const answered: Promise<void> = answer(message.frame.firstId + n, body).finally(() =>
      open.delete(answered),
    );
    open.add(answered);
  });
  publish();
});
tell({ kind: "ready" });
await closing.promise;
while (open.size > 0) await Promise.all(open);
sendAnswers();
parentPort?.close();

async function openIntake(opened: AsyncDisposableStack, start: ThreadStart, log: Logger): Promise<Intake> {
  const clock = steadyClock(systemClock, { onStepBack: () => undefined }); // the main thread's says so
  const url = new Secret(start.appUrl);
  const onIdleError = (error: Error) => log.warn({ err: error }, "a database connection broke");
  const keyDb = openDatabase<AllTables>({
    ...{ url, onIdleError, name: "wardroom intake keys", maxConnections: KEY_CONNECTIONS },
  });
  opened.defer(() => keyDb.destroy());
  const db = openIntakeDatabase(url, log);
  opened.defer(() => db.destroy());
  const { vault, audit } = await openKeysAndLog(opened, keyDb, rootKeyOf(start), { url, log });
  return createIntake({
    ...{ db, vault, audit, clock, log },
    onTakenIn: (workspaceId, { mediaQueued, templatesWanted }) => {
      if (mediaQueued > 0 || templatesWanted)
        tell({ kind: "taken_in", workspaceId, mediaQueued, templatesWanted });
    },
  });
}

function rootKeyOf({ rootKey: { provider, path, dataFolder, passphrase } }: ThreadStart): RootKeySettings {
  const place = { path, ...(dataFolder === undefined ? {} : { dataFolder }) };
  if (provider === "file") return { provider, ...place };
  return { provider, ...place, passphrase: async () => new Secret(passphrase ?? "") };
}

async function answer(id: number, body: SignedBody): Promise<void> {
  try {
    const result = await intake.take(body);
    scheduleAnswers();
    if (result.unknownAccounts.length === 0) taken.push(id);
    else others.push({ id, outcome: "taken", taken: result });
  } catch (error) {
    const answer = answerOf(error);
    if (answer.outcome === "failed") log.error({ err: error }, "a webhook failed");
    scheduleAnswers();
    others.push({ id, ...answer });
  }
}

function scheduleAnswers(): void {
  if (taken.length + others.length === 0) setImmediate(sendAnswers);
}

function sendAnswers(): void {
  publish();
  tell({ kind: "answers", taken: Float64Array.from(taken), others });
  taken = [];
  others = [];
}

/** Says how full it is now. */
function publish(): void {
  gauges.isFull = intake.isFull;
  gauges.waiting = intake.waiting;
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}
