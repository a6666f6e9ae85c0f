import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Agent, request } from "undici";
import { freePort } from "../tests/support/free-port.ts";
import { totpCode } from "../tests/support/test-session.ts";
import { Child } from "./support/child.ts";
import { quantile, round } from "./support/outbox-figures.ts";
import type { SignInServerReport } from "./support/sign-in-server.ts";
import { benchFolder } from "./support/wardroom-under-test.ts";

/**
 * What everybody else feels while many sign in at once: the time of requests of a signed-in browser, before and during a
 * burst of sign-ins from as many addresses, each of which comes again as the console does when there is no room.
 *
 * `npm run bench -- sign-in [--parallel N] [--json]`
 *
 * Two processes: the server with its PostgreSQL, and this one, which is the browsers.
 */
const { values } = parseArgs({
  options: { parallel: { type: "string", default: "200" }, json: { type: "boolean", default: false } },
});
const parallel = Number(values.parallel);
if (!Number.isSafeInteger(parallel) || parallel < 1) throw new Error("--parallel is a whole number from 1");

/** One account's attempts from different addresses stay below what slows them down. */
const SIGN_INS_PER_PERSON = 4;
/** People who are in already, their requests a second together, and how long before the burst these are measured, in s. Ours. */
const OTHERS = 10;
const OTHERS_PER_S = 40;
const QUIET_S = 10;
/** No sign-in takes longer than this, or the bench has failed, in ms. Ours. */
const PATIENCE_MS = 120_000;

const say = (line: string) => console.error(line);

using folder = benchFolder();
await using server = new Child<never, SignInServerReport>("sign-in-server.ts", {
  BENCH_PEOPLE: String(Math.ceil(parallel / SIGN_INS_PER_PERSON)),
  WARDROOM_DATA_DIR: `${folder.path}/data`,
  WARDROOM_ROOT_KEY_FILE: `${folder.path}/key/root.key`,
  WARDROOM_PORT: String(await freePort()),
  WARDROOM_SIMULATOR_PORT: String(await freePort()),
  WARDROOM_TRUSTED_PROXIES: "127.0.0.1,::1",
});
say(`making ${Math.ceil(parallel / SIGN_INS_PER_PERSON)} people ...`);
const ready = await server.hear("ready");
const base = `https://localhost:${ready.port}`;
const connect = { ca: ready.authority };

/** A browser with a connection that is open already, behind an address of its own. */
function openBrowser(address: string) {
  const agent = new Agent({ connect, connections: 1, pipelining: 1 });
  let cookie = "";
  const send = async (method: "GET" | "POST", path: string, body?: object) => {
    const reply = await request(`${base}/api/v1${path}`, {
      ...{ method, dispatcher: agent },
      headers: {
        origin: base,
        "x-forwarded-for": address,
        ...(cookie === "" ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = [reply.headers["set-cookie"] ?? []].flat();
    if (set.length > 0) cookie = set.map((line) => line.split(";")[0]).join("; ");
    const text = await reply.body.text();
    return { status: reply.statusCode, retryAfter: Number(reply.headers["retry-after"]), text };
  };
  return { send, close: () => agent.close() };
}

/** Those who are in already, each slow enough for what one person may ask for in a minute. */
const inside = await Promise.all(
  ready.people.slice(0, OTHERS).map(async ({ email, totpSecret }, n) => {
    const browser = openBrowser(`192.0.2.${n + 1}`);
    await browser.send("POST", "/session", { email, password: ready.password });
    const proved = await browser.send("POST", "/session/factor", {
      totp: totpCode(totpSecret, new Date()),
    });
    if (proved.status !== 200) throw new Error(`a person was answered ${proved.status}: ${proved.text}`);
    return browser;
  }),
);

/** Times of their requests, at a fixed pace that waits for nobody, until `isOver`. */
async function measureOthers(isOver: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let n = 0; !isOver(); n += 1) {
    const startedAt = performance.now();
    const path = n % 2 === 0 ? "/session" : "/members";
    const browser = inside[n % inside.length];
    if (browser === undefined) throw new Error("nobody is in");
    waiting.push(
      browser.send("GET", path).then(({ status }) => {
        if (status !== 200) throw new Error(`${path} answered ${status}`);
        times.push(performance.now() - startedAt);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000 / OTHERS_PER_S));
  }
  await Promise.all(waiting);
  return times;
}

let isOver = false;

/** As the console: comes again when there is no room. */
async function signIn(browser: ReturnType<typeof openBrowser>, email: string) {
  const startedAt = performance.now();
  let turnedAway = 0;
  while (performance.now() - startedAt < PATIENCE_MS && !isOver) {
    const { status, retryAfter, text } = await browser.send("POST", "/session", {
      ...{ email, password: ready.password },
    });
    if (status === 200) return { ms: performance.now() - startedAt, turnedAway };
    if (status !== 503) throw new Error(`a sign-in was answered ${status}: ${text}`);
    turnedAway += 1;
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000 * (0.6 + Math.random())));
  }
  throw new Error("a sign-in took too long");
}

const browsers = Array.from({ length: parallel }, (_, n) => openBrowser(`198.51.${n >> 8}.${n & 0xff}`));
for (const browser of browsers) await browser.send("GET", "/setup");
say("warm; now quiet");
const quietUntil = performance.now() + QUIET_S * 1000;
const quiet = await measureOthers(() => performance.now() > quietUntil);

say(`${parallel} sign-ins at once`);
const burstAt = performance.now();
const others = measureOthers(() => isOver);
others.catch(() => undefined); // told below, unless a sign-in fails first
const signedIn = await Promise.all(
  browsers.map((browser, n) => signIn(browser, ready.people[n % ready.people.length]?.email ?? "")),
).finally(() => {
  isOver = true;
});
const allInMs = performance.now() - burstAt;
const during = await others;
for (const browser of [...browsers, ...inside]) await browser.close();

const figures = (times: readonly number[]) => ({
  requests: times.length,
  p50Ms: round(quantile(times, 0.5)),
  p99Ms: round(quantile(times, 0.99)),
  maxMs: round(Math.max(...times)),
});
const summary = {
  bench: "sign-in",
  ...{ parallel, cores: availableParallelism() },
  quiet: figures(quiet),
  during: figures(during),
  signIns: {
    allInMs: round(allInMs),
    p50Ms: round(
      quantile(
        signedIn.map(({ ms }) => ms),
        0.5,
      ),
    ),
    turnedAway: signedIn.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
    perS: round((parallel / allInMs) * 1000),
  },
};
say(`others, quiet:  p50 ${summary.quiet.p50Ms} ms, p99 ${summary.quiet.p99Ms} ms`);
say(
  `others, during: p50 ${summary.during.p50Ms} ms, p99 ${summary.during.p99Ms} ms, longest ${summary.during.maxMs} ms`,
);
say(`all in after ${summary.signIns.allInMs} ms, ${summary.signIns.turnedAway} times told to come again`);
if (values.json) console.log(JSON.stringify(summary));
