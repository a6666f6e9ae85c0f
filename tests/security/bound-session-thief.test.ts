import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import {
  BOUND_COOKIE,
  BoundBrowser,
  challengeOf,
  makeProof,
  newDeviceKey,
} from "../support/bound-browser.ts";
import { LiveClient } from "../support/live-client.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/** The attacker: has copied cookies of a browser whose session is bound to its device, and not the device's key. */

const time = { now: Date.now() };
const now = () => new Date(time.now);
const running = await runWardroom({ clock: now });
after(() => running[Symbol.asyncDispose]());
const { wardroom, made } = running;

const MINUTE_MS = 60_000;
const SESSION = "__Host-wr-session";

const nextCode = () => {
  time.now += 30_000;
  return totpCode(made.owner.totpSecret, now());
};

const openBound = () =>
  new BoundBrowser(`https://localhost:${wardroom.port}`, wardroom.authority?.certificate, now);

/** Signed in, and used once: from then on its session wants the key. */
async function boundBrowser(): Promise<BoundBrowser> {
  const browser = openBound();
  await signIn(browser);
  await browser.get("/session");
  time.now += 10_000;
  return browser;
}

async function signIn(browser: TestSession): Promise<void> {
  await browser.post("/session", { email: made.owner.email, password: OWNER_PASSWORD });
  await browser.post("/session/factor", { totp: nextCode() });
}

/** Another browser, with copies of some of the victim's cookies. */
function thiefOf(victim: TestSession, names: readonly string[] = [...victim.cookies.keys()]): TestSession {
  const thief = openSession(wardroom);
  for (const name of names) thief.cookies.set(name, victim.cookies.get(name) ?? "");
  return thief;
}

const allButBound = (victim: TestSession) =>
  thiefOf(
    victim,
    [...victim.cookies.keys()].filter((name) => name !== BOUND_COOKIE),
  );

const verdict = ({ status, body }: Answer) => (status === 200 ? "200" : `${status} ${body?.code}`);
const reasons = async () =>
  (await readLog(running))
    .filter(({ kind }) => kind === "identity.binding_refused")
    .map(({ detail }) => detail["reason"]);

test("a browser that offers a key is asked for it again and again, works on, and its page says that it is bound", async () => {
  const browser = await boundBrowser();
  for (let minute = 0; minute < 30; minute += 5) {
    time.now += 5 * MINUTE_MS;
    assert.equal(verdict(await browser.api("GET", "/members")), "200", `after ${minute} minutes`);
  }
  assert.equal(browser.renewals, 3);
  const { devices } = await browser.get("/me/devices");
  const sessions = devices.flatMap((device: { sessions: object[] }) => device.sessions);
  const bound = (own: boolean) =>
    sessions
      .filter((one: { current: boolean }) => one.current === own)
      .map((one: { bound: boolean }) => one.bound);
  assert.deepEqual(bound(true), [true]);
  assert.deepEqual([...new Set(bound(false))], [false], "and of one that offers none it does not");
  assert.ok((await readLog(running)).some(({ kind }) => kind === "identity.session_bound"));
  await browser.close();
});

test("the long cookie of a bound session opens nothing, not even with a factor, and the log says so", async () => {
  const victim = await boundBrowser();
  const thief = allButBound(victim);
  for (const [method, path] of [
    ["GET", "/members"],
    ["GET", "/conversations"],
    ["POST", "/session/lock"],
    ["POST", "/session/factor/request"],
    ["POST", "/session/continue"],
  ] as const)
    assert.equal(verdict(await thief.api(method, path)), "423 session.binding_unproved", path);
  assert.equal(
    verdict(await thief.api("POST", "/session/factor", { totp: nextCode() })),
    "423 session.binding_unproved",
    "the key has no stand-in",
  );
  assert.deepEqual(await thief.get("/session"), { state: "binding_unproved" }, "not even whose");
  const socket = new LiveClient(wardroom, thief);
  await until(async () => socket.closed !== undefined);
  assert.deepEqual(socket.events, []);
  assert.equal(verdict(await victim.api("GET", "/members")), "200", "and its owner is not disturbed");
  assert.ok((await reasons()).includes("missing"));
});

test("all cookies are good for what is left of the short one, and nothing but the key gets another", async () => {
  const victim = await boundBrowser();
  const other = await boundBrowser();
  const thief = thiefOf(victim);
  assert.equal(verdict(await thief.api("GET", "/members")), "200", "a copy, for minutes");
  const socket = await new LiveClient(wardroom, thief).greeted();
  const seen = new Map(victim.cookies);
  time.now += 10 * MINUTE_MS - 30_000;
  await victim.get("/members");
  const spent = victim.lastProof ?? "";
  time.now += MINUTE_MS;
  assert.equal(verdict(await thief.api("GET", "/members")), "423 session.binding_unproved");
  assert.equal(thief.cookies.has(BOUND_COOKIE), false, "it is taken from the browser, which would keep it");
  assert.ok((await reasons()).includes("expired"));
  await until(async () => socket.closed !== undefined);
  assert.equal(socket.closed, 1013, "nor does a socket outlive it");

  const ask = async () => challengeOf(await victim.askToRenew()) ?? "";
  const refused = async (proof: string) => {
    const answer = await victim.askToRenew(proof);
    return [verdict(answer), answer.headers["set-cookie"]];
  };
  const key = newDeviceKey();
  const wrong: Array<readonly [string, string]> = [
    ["a key of the thief's own", makeProof({ key, challenge: await ask() })],
    ["which it brings along", makeProof({ key, challenge: await ask(), withKey: true })],
    ["another session's key", makeProof({ key: other.key, challenge: await ask() })],
    ["no algorithm", unsigned(await ask())],
    ["the public key as a shared secret", hashed(await ask(), victim)],
    ["another algorithm", makeProof({ key: victim.key, challenge: await ask(), header: { alg: "ES384" } })],
    ["another kind of token", makeProof({ key: victim.key, challenge: await ask(), header: { typ: "JWT" } })],
    ["no token at all", "x".repeat(5_000)],
  ];
  for (const [what, proof] of wrong)
    assert.deepEqual(await refused(proof), ["422 session.binding_refused", undefined], what);
  const stale = makeProof({ key: victim.key, challenge: await ask() });
  time.now += 5 * MINUTE_MS;
  const others = makeProof({ key: victim.key, challenge: challengeOf(await other.askToRenew()) ?? "" });
  for (const [what, proof] of [
    ["one that was used", spent],
    ["one that is too old", stale],
    ["one to another session's challenge", others],
    ["one to a challenge of nobody's", makeProof({ key: victim.key, challenge: "made up" })],
  ] as const)
    assert.deepEqual(await refused(proof), ["403 session.binding_challenge", undefined], what);
  for (const name of [undefined, "made up", "019ab000-0000-7000-8000-000000000000"]) {
    const answer = await thief.call("POST", "/api/v1/session/binding/renew", undefined, {
      ...{ origin: "", "sec-secure-session-id": name ?? "" },
    });
    assert.equal(verdict(answer), "401 session.binding_unknown");
  }
  for (const fault of ["signature", "key", "algorithm", "wrong_type", "unreadable"])
    assert.ok((await reasons()).includes(fault), fault);

  assert.equal(verdict(await victim.api("GET", "/session")), "200", "the victim has noticed nothing");
  const back = openSession(wardroom);
  for (const [name, value] of seen) back.cookies.set(name, value);
  back.cookies.set(BOUND_COOKIE, other.cookies.get(BOUND_COOKIE) ?? "");
  assert.equal(verdict(await back.api("GET", "/members")), "423 session.binding_unproved");
  assert.ok((await reasons()).includes("not_of_this_session"));
});

/** The header and payload of a proof, and no signature. */
function unsigned(challenge: string): string {
  const proof = makeProof({ key: newDeviceKey(), challenge, header: { alg: "none" } });
  return `${proof.split(".").slice(0, 2).join(".")}.`;
}

/** Signed as HS256 with the bytes that everybody may know: the old confusion of key kinds. */
function hashed(challenge: string, victim: BoundBrowser): string {
  const proof = makeProof({ key: newDeviceKey(), challenge, header: { alg: "HS256" } });
  const text = proof.split(".").slice(0, 2).join(".");
  const secret = victim.key.publicKey.export({ format: "pem", type: "spki" });
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

test("nobody binds a session to a key of theirs: the challenge went to the browser that proved the factor", async () => {
  const victim = openSession(wardroom);
  await signIn(victim);
  const own = await boundBrowser();
  const [, ownChallenge = ""] = /challenge="([^"]*)"/.exec(own.offer ?? "") ?? [];
  const thief = thiefOf(victim);
  const key = newDeviceKey();
  const register = (proof: string) =>
    thief.call("POST", "/api/v1/session/binding", undefined, {
      ...{ origin: "", "secure-session-response": proof },
    });
  for (const challenge of [ownChallenge, "made up", challengeOf(await own.askToRenew()) ?? ""])
    assert.equal(
      verdict(await register(makeProof({ key, challenge, withKey: true }))),
      "422 session.binding_refused",
    );
  assert.equal(verdict(await register("")), "422 session.binding_refused");
  assert.equal(verdict(await victim.api("GET", "/members")), "200");
  const stranger = openSession(wardroom);
  const answer = await stranger.call("POST", "/api/v1/session/binding", undefined, { origin: "" });
  assert.equal(verdict(answer), "401 session.binding_unknown");
  await victim.close();
});

test("renewing is no act of a person: the session locks on time, is renewed while locked, and stays bound when it opens", async () => {
  const browser = await boundBrowser();
  const start = time.now;
  for (let minute = 1; minute <= 11; minute += 1) {
    time.now = start + minute * MINUTE_MS;
    await browser.renew();
  }
  assert.equal(verdict(await browser.api("GET", "/members")), "423 session.locked");
  time.now += 15 * MINUTE_MS;
  assert.equal((await browser.get("/session")).state, "locked");
  const before = browser.cookies.get(SESSION);
  const { bindingId, offer } = browser;
  await browser.post("/session/factor", { totp: nextCode() });
  assert.notEqual(browser.cookies.get(SESSION), before, "a new token");
  assert.deepEqual([browser.bindingId, browser.offer], [bindingId, offer], "and the same key");
  assert.equal(verdict(await browser.api("GET", "/members")), "200");
  assert.equal(verdict(await allButBound(browser).api("GET", "/members")), "423 session.binding_unproved");

  const next = "another long phrase 42";
  await browser.post("/me/password", { current: OWNER_PASSWORD, next });
  assert.equal(verdict(await allButBound(browser).api("GET", "/members")), "423 session.binding_unproved");
  await browser.post("/me/password", { current: next, next: OWNER_PASSWORD });
  const socket = await new LiveClient(wardroom, browser).greeted();
  await browser.api("DELETE", "/session");
  await until(async () => socket.closed !== undefined);
  assert.equal(browser.cookies.has(BOUND_COOKIE), false);
  assert.equal(verdict(await browser.askToRenew(undefined, bindingId)), "401 session.binding_unknown");
});

test("a lost answer locks nobody out: the session is unbound until its browser has shown the cookie", async () => {
  const browser = openBound();
  browser.losesAnswers = true;
  await signIn(browser);
  time.now += MINUTE_MS;
  assert.equal(verdict(await browser.api("GET", "/members")), "200");
  browser.losesAnswers = false;
  await browser.post("/session/factor", { totp: nextCode() });
  assert.ok(browser.bindingId !== undefined, "offered again, and taken");
  await browser.get("/members");
  const late = allButBound(browser);
  assert.equal(verdict(await late.api("GET", "/members")), "200", "what had left before the cookie came");
  time.now += 5_000;
  assert.equal(verdict(await late.api("GET", "/members")), "423 session.binding_unproved");

  const challenge = challengeOf(await browser.askToRenew()) ?? "";
  const proof = makeProof({ key: browser.key, challenge });
  assert.equal((await browser.askToRenew(proof)).status, 200, "whose answer is lost");
  const again = await browser.askToRenew(proof);
  assert.equal(verdict(again), "403 session.binding_challenge");
  const fresh = makeProof({ key: browser.key, challenge: challengeOf(again) ?? "" });
  assert.equal((await browser.askToRenew(fresh)).status, 200);
  await browser.close();
});

test("two tabs may renew at once, and a leap of the server's clock costs one refusal", async () => {
  const browser = await boundBrowser();
  const challenges = await Promise.all([browser.askToRenew(), browser.askToRenew()]);
  const answers = await Promise.all(
    challenges.map((one) =>
      browser.askToRenew(makeProof({ key: browser.key, challenge: challengeOf(one) ?? "" })),
    ),
  );
  const values = answers.map(
    ({ headers }) => /__Host-wr-bound=([^;]*)/.exec(String(headers["set-cookie"]))?.[1],
  );
  assert.equal(new Set(values).size, 2);
  for (const value of values) {
    browser.cookies.set(BOUND_COOKIE, value ?? "");
    assert.equal(verdict(await browser.api("GET", "/members")), "200");
  }
  const still = new TestSession(browser.origin, wardroom.authority?.certificate);
  for (const [name, value] of browser.cookies) still.cookies.set(name, value);
  time.now += 11 * MINUTE_MS;
  await still.api("GET", "/session");
  assert.equal(still.cookies.has(BOUND_COOKIE), false, "so that its browser comes for another");
  await browser.close();
});

test("a binding that is taken from the row in the database takes the session with it", async () => {
  const victim = await boundBrowser();
  await asSuperuser(running, (client) =>
    client.query(
      "update identity_session set binding_id = null, binding_key = null, bound_at = null, binding_shown_at = null",
    ),
  );
  assert.equal(verdict(await allButBound(victim).api("GET", "/members")), "401 session.none");
  assert.ok((await readLog(running)).some(({ kind }) => kind === "identity.forged_row"));
});
