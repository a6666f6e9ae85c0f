import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import pg from "pg";
import type { DemoLogin } from "../../cli/demo/seed-team.ts";
import { seedDemo } from "../../cli/demo.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { startSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

const now = new Date();
const only = (logins: readonly DemoLogin[], role: string) => logins.filter((login) => login.role === role);

/** Every page of a list that goes on by a cursor. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
async function listAll(get: (path: string) => Promise<any>, path: string, key: string): Promise<any[]> {
  const found = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await get(`${path}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page[key]);
    cursor = page.next;
  }
  return found;
}

async function countMessages(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query("select count(*)::integer as count from inbox_message");
  await client.end();
  return rows[0].count;
}

test("the sample business is whole, works like a real one, and is made once", async () => {
  await using running = await runWardroom({ bare: true });
  const { wardroom, config } = running;
  const logins = (await seedDemo(wardroom, config)) ?? assert.fail("it is new");
  assert.deepEqual(
    logins.map((login) => login.role),
    ["owner", "team_lead", "agent", "agent", "agent"],
  );
  assert.equal(new Set(logins.flatMap((login) => [login.password, login.totpSecret])).size, 10);

  const [leadLogin] = only(logins, "team_lead");
  // With the code that the authenticator shows now: making the business has not used it up.
  const lead = await startSession(wardroom, { ...(leadLogin as DemoLogin), now: new Date() });
  const get = (path: string) => lead.get(path);
  const contacts = await listAll(get, "/contacts?limit=100", "contacts");
  assert.equal(contacts.length, 200);
  const open = await listAll(get, "/conversations?view=all&state=open&limit=50", "conversations");
  const closed = await listAll(get, "/conversations?view=all&state=closed&limit=50", "conversations");
  assert.equal(open.length + closed.length, 200);
  const waiting = open.filter((row) => row.assigneeId === null);
  assert.ok(waiting.length >= 10 && waiting.every((row) => row.waitingSince !== null));
  const hour = 3_600_000;
  const leftOf = (row: { windowClosesAt: string | null }) =>
    row.windowClosesAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.windowClosesAt) - now.getTime();
  assert.ok(open.filter((row) => leftOf(row) < 1.1 * hour).length >= 3, "some windows are about to close");

  const messages = [];
  for (const row of [...open, ...closed].filter((one) => one.sight === "open")) {
    messages.push(...(await lead.get(`/conversations/${row.id}/messages`)).messages);
  }
  const kinds = new Set(messages.map((message) => `${message.direction} ${message.body.kind}`));
  for (const kind of [
    "in image",
    "in audio",
    "in document",
    "in location",
    "in contacts",
    "in reply",
    "out template",
  ])
    assert.ok(kinds.has(kind), kind);
  const deliveries = new Set(messages.map((message) => message.delivery));
  assert.ok(["delivered", "read", "failed"].every((delivery) => deliveries.has(delivery)));
  const files = messages.flatMap((message) => message.body.media ?? []);
  assert.ok(files.length > 100);
  assert.deepEqual([...new Set(files.map((file) => file.state))], ["ready"], "every file can be opened");
  assert.equal(await countMessages(running.database.superuserUrl.reveal()), 2_000);

  const [agentLogin] = only(logins, "agent");
  const agent = await startSession(wardroom, { ...(agentLogin as DemoLogin), now: new Date() });
  const mine = (await agent.get("/conversations?view=mine&state=open&limit=50")).conversations;
  const target = mine.find(
    (row: { windowClosesAt: string | null }) => leftOf(row) > 2 * hour && row.windowClosesAt,
  );
  const sent = await agent.post(`/conversations/${target.id}/messages`, {
    kind: "text",
    clientId: randomUUID(),
    text: "One moment, please.",
  });
  const delivered = async () =>
    (await agent.get(`/conversations/${target.id}/messages`)).messages.find(
      (message: { id: string }) => message.id === sent.id,
    ).delivery;
  await until(async () => ["delivered", "read"].includes(await delivered()));

  assert.equal(await seedDemo(wardroom, config), undefined, "a second start finds it");
});
