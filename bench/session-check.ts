import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { BoundBrowser } from "../tests/support/bound-browser.ts";
import { freePort } from "../tests/support/free-port.ts";
import { TestSession, totpCode } from "../tests/support/test-session.ts";
import { Child } from "./support/child.ts";
import { quantile, round } from "./support/outbox-figures.ts";
import type { SignInServerReport } from "./support/sign-in-server.ts";
import { benchFolder } from "./support/wardroom-under-test.ts";

/**
 * What it costs a request that its session is checked: the token's hash, the row, its MAC and its member's, the device,
 * the network, the lock; and for a session that is bound to its device the short cookie. One and the same route, which
 * anybody may call, is asked in turn without a cookie, with a session's, and with a bound session's: nothing else
 * differs. The bar is 1 ms at the median.
 *
 * `npm run bench -- session-check [--seconds N] [--rate N] [--json]`
 *
 * Two processes: the server with its PostgreSQL, and this one, which is the browsers. Arrivals are at a constant rate.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "45" },
    json: { type: "boolean", default: false },
  },
});
const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
for (const one of [seconds, rate])
  if (!Number.isSafeInteger(one) || one < 1) throw new Error("--seconds and --rate are whole numbers from 1");

/** A public route with a query of its own. */
const PATH = "/api/v1/setup";
const KINDS = ["without", "session", "bound"] as const;
type Kind = (typeof KINDS)[number];
/** People of each kind: enough to stay below what one may ask for in a minute. Ours. */
const PEOPLE = Math.max(4, Math.ceil(((rate / KINDS.length) * 60) / 300));
/** Not counted: the first seconds, in which both processes warm up. Ours. */
const WARM_S = 5;

const say = (line: string) => console.error(line);

using folder = benchFolder();
await using server = new Child<never, SignInServerReport>("sign-in-server.ts", {
  BENCH_PEOPLE: String(2 * PEOPLE),
  WARDROOM_DATA_DIR: `${folder.path}/data`,
  WARDROOM_ROOT_KEY_FILE: `${folder.path}/key/root.key`,
  WARDROOM_PORT: String(await freePort()),
  WARDROOM_SIMULATOR_PORT: String(await freePort()),
  WARDROOM_TRUSTED_PROXIES: "127.0.0.1,::1",
});
say(`making ${2 * PEOPLE} people ...`);
const ready = await server.hear("ready");
const base = `https://localhost:${ready.port}`;

const open: Readonly<Record<Kind, TestSession[]>> = { without: [], session: [], bound: [] };
for (let n = 0; n < PEOPLE; n += 1) {
  const stranger = new TestSession(base, ready.authority);
  await stranger.get("/setup");
  open.without.push(stranger);
  open.session.push(await signIn(new TestSession(base, ready.authority), 2 * n));
  open.bound.push(await signIn(new BoundBrowser(base, ready.authority, () => new Date()), 2 * n + 1));
}

async function signIn(browser: TestSession, n: number): Promise<TestSession> {
  const { email = "", totpSecret = "" } = ready.people[n] ?? {};
  await browser.post("/session", { email, password: ready.password });
  await browser.post("/session/factor", { totp: totpCode(totpSecret, new Date()) });
  await browser.get("/session");
  return browser;
}

const times: Record<Kind, number[]> = { without: [], session: [], bound: [] };
const waiting: Promise<void>[] = [];
const startedAt = performance.now();
const due = (n: number) => startedAt + (n * 1000) / rate;
say(`${rate} requests a second for ${seconds} s`);
for (let n = 0; n < (WARM_S + seconds) * rate; n += 1) {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due(n) - performance.now())));
  const kind = KINDS[n % KINDS.length] ?? "without";
  const person = Math.floor(n / KINDS.length) % PEOPLE;
  waiting.push(ask(kind, person, n).then((ms) => void (n >= WARM_S * rate && times[kind].push(ms))));
}
await Promise.all(waiting);

/** Strangers share the requests of their address, so each has one of its own; who is signed in stays where they are. */
async function ask(kind: Kind, person: number, n: number): Promise<number> {
  const address = kind === "without" ? `198.51.${(n >> 8) & 0xff}.${n & 0xff}` : "127.0.0.1";
  const browser = open[kind][person];
  const from = performance.now();
  const answer = await browser?.call("GET", PATH, undefined, { "x-forwarded-for": address });
  if (answer?.status !== 200) throw new Error(`${PATH} answered ${answer?.status}`);
  return performance.now() - from;
}

for (const browser of Object.values(open).flat()) await browser.close();

const figures = (kind: Kind) => ({
  requests: times[kind].length,
  // What is hardly disturbed by whatever else runs on the machine.
  p10Ms: round(quantile(times[kind], 0.1), 2),
  p50Ms: round(quantile(times[kind], 0.5), 2),
  p99Ms: round(quantile(times[kind], 0.99), 2),
});
const [without, session, bound] = [figures("without"), figures("session"), figures("bound")];
const summary = {
  ...{ bench: "session-check", rate, seconds, cores: availableParallelism() },
  ...{ without, session, bound },
  addedP10Ms: round(session.p10Ms - without.p10Ms, 2),
  addedP50Ms: round(session.p50Ms - without.p50Ms, 2),
  addedBoundP50Ms: round(bound.p50Ms - without.p50Ms, 2),
};
say(`without a session: p50 ${without.p50Ms} ms, p99 ${without.p99Ms} ms`);
say(`with one:          p50 ${session.p50Ms} ms, p99 ${session.p99Ms} ms: ${summary.addedP50Ms} ms more`);
say(`with a bound one:  p50 ${bound.p50Ms} ms, p99 ${bound.p99Ms} ms: ${summary.addedBoundP50Ms} ms more`);
if (values.json) console.log(JSON.stringify(summary));
