import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { sql } from "kysely";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { until } from "../../tests/support/until.ts";
import { listen } from "./listen.ts";
import { openLog } from "./log.ts";
import { Secret } from "./secret.ts";

/** A wire to the database that a test can cut, or let fall silent. */
async function wireTo(
  database: TestDatabase<unknown>,
  onData: (text: string, nth: number) => "pass" | "cut",
) {
  const given = new URL(database.appUrl.reveal().replace("@/", "@local/"));
  const folder = given.searchParams.get("host");
  const open = new Set<Socket>();
  const state = { silent: false, count: 0 };
  const server = createServer((near) => {
    const nth = ++state.count;
    const far =
      folder === null
        ? connect(Number(given.port || 5432), given.hostname)
        : connect(`${folder}/.s.PGSQL.5432`);
    open.add(near);
    near.on("error", () => far.destroy()).on("close", () => open.delete(near) && far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("data", (bytes) => {
      if (state.silent && nth === 1) return;
      if (onData(bytes.toString("latin1"), nth) === "cut") near.destroy();
      else far.write(bytes);
    });
    far.on("data", (bytes) => (state.silent && nth === 1 ? undefined : near.write(bytes)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    open,
    url: new Secret(`postgres://wardroom_app:test@127.0.0.1:${port}${given.pathname}`),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  });
}

function tell(database: TestDatabase<unknown>, payload: string) {
  return sql`select pg_notify('news', ${payload})`.execute(database.db);
}

test("a line that breaks while it is being set up is set up once more, and tells everything once", async () => {
  await using database = await testDatabase<unknown>();
  await using wire = await wireTo(database, (text, nth) =>
    nth === 2 && /listen/.test(text) ? "cut" : "pass",
  );
  const heard: string[] = [];
  await using line = await listen({
    url: wire.url,
    channel: "news",
    log: openLog("silent"),
    onPayload: (payload) => heard.push(payload),
    onGap: () => heard.push("gap"),
  });
  void line;

  for (const socket of wire.open) socket.destroy();
  await until(async () => heard.includes("gap"));
  await new Promise((resolve) => setTimeout(resolve, 700)); // a second line would be there by now
  await tell(database, "one");
  await until(async () => heard.includes("one"));
  await tell(database, "two");
  await until(async () => heard.includes("two"));

  assert.deepEqual(heard, ["gap", "one", "two"]);
  assert.equal(wire.open.size, 1);
});

test("a line that fell silent is noticed and replaced", async () => {
  await using database = await testDatabase<unknown>();
  await using wire = await wireTo(database, () => "pass");
  const heard: string[] = [];
  await using line = await listen({
    ...{ url: wire.url, channel: "news", log: openLog("silent"), checkMs: 200 },
    onPayload: (payload) => heard.push(payload),
    onGap: () => heard.push("gap"),
  });
  void line;

  wire.silent = true;
  await tell(database, "lost");
  await until(async () => heard.includes("gap"));
  await tell(database, "heard");
  await until(async () => heard.includes("heard"));

  assert.deepEqual(heard, ["gap", "heard"]);
});

test("a first line that cannot be had rejects, and nothing is tried behind the caller's back", async () => {
  await using database = await testDatabase<unknown>();
  await using wire = await wireTo(database, (text) => (/listen/.test(text) ? "cut" : "pass"));

  await assert.rejects(
    listen({
      ...{ url: wire.url, channel: "news", log: openLog("silent") },
      onPayload: assert.fail,
      onGap: assert.fail,
    }),
  );

  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(wire.count, 1);
});
