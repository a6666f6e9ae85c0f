import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { connect } from "node:tls";
import type { Worker } from "node:worker_threads";
import pg from "pg";
import { webhookBytes } from "../../../simulator/signed-body.ts";
import { captureLog } from "../../../tests/support/captured-log.ts";
import { Desk, textsOf } from "../../../tests/support/desk.ts";
import { MetaDoor, newPerson } from "../../../tests/support/meta-door.ts";
import { runWardroom } from "../../../tests/support/running-wardroom.ts";
import { until } from "../../../tests/support/until.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";

/** The intake's threads that were started so far, the newest last. */
const threads: Worker[] = [];
const onWorker = (worker: Worker) => {
  if (worker.threadName === "wardroom intake") threads.push(worker);
};
process.on("worker", onWorker);
after(() => process.off("worker", onWorker));

const captured = captureLog();
const running = await runWardroom({ log: captured.log });
after(() => running[Symbol.asyncDispose]());
const { wardroom, database, owner, made } = running;
const { intake } = wardroom.rooms;
const door = new MetaDoor(running);
const desk = new Desk(owner);

/** Messages cannot be written while it lasts, by anybody. */
async function holdMessages(): Promise<AsyncDisposable> {
  const client = new pg.Client(database.ownerUrl.reveal());
  await client.connect();
  await client.query("begin");
  await client.query("lock table inbox_message in share mode");
  return {
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

/** A customer's texts, as the body of one webhook. */
function letters(...texts: string[]) {
  const person = newPerson();
  const messages = texts.map((text) => door.text(person, text));
  return { person, body: door.change({ contacts: [door.contact(person)], messages }) };
}

const taking = (body: object) =>
  intake.take({
    appId: door.appId,
    raw: webhookBytes(body),
    signers: new Set([made.workspaceId as WorkspaceId]),
  });

test("a thread that breaks refuses what it had, is started again, and what is sent again is there once", async () => {
  const { person, body } = letters("before", "after");
  const before = threads.length;
  await using held = await holdMessages();
  const refused = assert.rejects(taking(body), refusalOf("ingest.interrupted"));
  await until(async () => (await countWaiters()) > 0);
  await threads.at(-1)?.terminate();
  await refused;
  assert.equal(intake.isFull, true, "and nothing is taken meanwhile");
  await assert.rejects(taking(body), refusalOf("ingest.interrupted"));

  await held[Symbol.asyncDispose]();
  await until(async () => !intake.isFull);
  assert.equal(threads.length, before + 1);
  assert.equal((await door.post(body)).status, 200);
  assert.equal((await door.post(body)).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), ["before", "after"]);
});

test("while no more is taken a POST is refused before its body is sent, and honest ones come in again afterwards", async () => {
  const outcomes: Array<Promise<string>> = [];
  {
    await using _held = await holdMessages();
    const many = Array.from({ length: 1_000 }, (_, n) => `one of many ${n}`);
    for (let n = 0; n < 40 && !intake.isFull; n += 1) {
      outcomes.push(
        taking(letters(...many).body).then(
          () => "taken",
          (error: Refusal) => error.code,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 50)); // the thread says by itself how full it is
    }
    assert.equal(intake.isFull, true);
    const answer = await postHeadAlone();
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.match(answer, /"code":"ingest\.queue_full"/);
    assert.match(answer, /\r\nretry-after: \d+\r\n/i);
  }
  assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(["taken", "ingest.queue_full"]));
  await until(async () => !intake.isFull);
  assert.equal((await door.post(letters("and then").body)).status, 200);
});

test("a fault in the thread is a line of the one log, without a word of what was sent", async () => {
  const client = new pg.Client(database.ownerUrl.reveal());
  await client.connect();
  await client.query("alter table inbox_message add constraint never check (kind <> 'text') not valid");
  const { person, body } = letters("a text that nobody can keep");
  try {
    await taking(body);
  } finally {
    await client.query("alter table inbox_message drop constraint never");
    await client.end();
  }
  await until(async () => captured.text().includes('"thread":"intake"'));
  const text = captured.text();
  assert.match(text, /"level":50[^\n]*ingest: a batch failed[^\n]*/);
  for (const word of [person.waId, person.name, "nobody can keep"]) assert.equal(text.includes(word), false);
});

test("what was taken is finished before the thread is closed", async () => {
  const { body } = letters("the last one");
  const held = await holdMessages();
  const taken = taking(body);
  await until(async () => (await countWaiters()) > 0);
  const closed = intake[Symbol.asyncDispose]();
  await assert.rejects(taking(body), refusalOf("ingest.closing"));
  await held[Symbol.asyncDispose]();
  assert.deepEqual(await taken, { unknownAccounts: [] });
  await closed;
  assert.equal(threads.at(-1)?.threadId, -1, "and the thread has ended");
});

function refusalOf(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

/** How many statements wait for a lock on messages. */
async function countWaiters(): Promise<number> {
  const client = new pg.Client(database.ownerUrl.reveal());
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      "select count(*) from pg_locks where relation = 'inbox_message'::regclass and not granted",
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** The head of a signed POST whose body never comes; returns the answer as it came. */
async function postHeadAlone(): Promise<string> {
  const socket = connect({
    ...{ port: wardroom.port, host: "localhost", ca: wardroom.authority?.certificate },
    servername: "localhost",
  });
  await once(socket, "secureConnect");
  const head = [
    `POST /webhooks/whatsapp/${door.appId} HTTP/1.1`,
    `host: localhost:${wardroom.port}`,
    "content-type: application/json",
    "content-length: 1000",
    `x-hub-signature-256: sha256=${"0".repeat(64)}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    answer += chunk;
    if (answer.includes("queue_full")) break;
  }
  socket.destroy();
  return answer;
}
