import assert from "node:assert/strict";
import { after, test } from "node:test";
import { askForNewPassword } from "../../server/identity/passwords/new-password-asked.ts";
import { inWorkspace } from "../../server/platform/database.ts";
import { INSTALLATION } from "../../server/platform/ids.ts";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, TestSession, totpCode } from "../support/test-session.ts";

/**
 * The attacker: has a copy of somebody's cookies, and comes from elsewhere; or writes the database. Addresses are those that a
 * trusted proxy names: the Emirates, the same provider from another /24, and Germany.
 */
const HOME = "94.200.1.10";
const ROAMING = "94.200.77.10";
const ABROAD = "91.0.0.10";
/** Where the victim has never been: the United States. */
const FAR = "8.8.8.8";

const time = { now: Date.now() };
const running = await runWardroom({ clock: () => new Date(time.now), trustedProxies: "127.0.0.1" });
after(() => running[Symbol.asyncDispose]());
const { wardroom, made } = running;

/** A browser behind the proxy. */
class Elsewhere extends TestSession {
  address = HOME;
  /** Whether a person is behind what it asks. */
  acts = true;
  override call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const acted = this.acts ? {} : { "wardroom-acted-ago": "no" };
    return super.call(method, path, body, { "x-forwarded-for": this.address, ...acted, ...headers });
  }
}

function browserAt(address: string): Elsewhere {
  const browser = new Elsewhere(`https://localhost:${wardroom.port}`, wardroom.authority?.certificate);
  browser.address = address;
  return browser;
}

let password = OWNER_PASSWORD;
const NEXT_PASSWORD = "a boat under four bridges";

const nextCode = () => {
  time.now += 30_000;
  return totpCode(made.owner.totpSecret, new Date(time.now));
};

async function signedIn(address: string): Promise<Elsewhere> {
  const browser = browserAt(address);
  await browser.post("/session", { email: made.owner.email, password });
  await browser.post("/session/factor", { totp: nextCode() });
  return browser;
}

/** A browser of the thief's with copies of some of the victim's cookies. */
function thiefWith(victim: TestSession, address: string, names = [...victim.cookies.keys()]): Elsewhere {
  const thief = browserAt(address);
  for (const name of names) thief.cookies.set(name, victim.cookies.get(name) ?? "");
  return thief;
}

const verdict = ({ status, body }: Answer) => (status === 200 ? "200" : `${status} ${body.code}`);
const SESSION = "__Host-wr-session";

async function reasons(): Promise<unknown[]> {
  const events = await readLog(running);
  return events
    .filter(({ kind }) => kind === "identity.network_refused")
    .map(({ detail }) => detail["reason"]);
}

test("a stolen session cookie opens nothing without the device's own, even from the next desk", async () => {
  const victim = await signedIn(HOME);
  const thief = thiefWith(victim, HOME, [SESSION]);
  assert.equal(verdict(await thief.api("GET", "/members")), "423 session.network_changed");
  assert.deepEqual(
    Object.keys((await thief.get("/session")) as object).sort(),
    ["factors", "state"],
    "not even whose",
  );
  assert.equal(verdict(await victim.api("GET", "/members")), "200", "and its owner is not disturbed");
  assert.ok((await reasons()).includes("device_missing"));
});

test("all cookies, from another country: a factor is asked for, which the thief has not", async () => {
  const victim = await signedIn(HOME);
  const thief = thiefWith(victim, ABROAD);
  assert.equal(verdict(await thief.api("GET", "/members")), "423 session.network_changed");
  assert.equal(
    verdict(await thief.api("POST", "/session/factor", { totp: "000000" })),
    "403 identity.code_wrong",
  );
  assert.equal(verdict(await victim.api("GET", "/members")), "200");
  assert.ok((await reasons()).includes("another_country"));
});

test("a telephone that roams in its country is not asked; abroad it is, once, and then known there", async () => {
  const phone = await signedIn(HOME);
  phone.address = ROAMING;
  assert.equal(verdict(await phone.api("GET", "/members")), "200");
  phone.address = ABROAD;
  assert.equal(verdict(await phone.api("GET", "/members")), "423 session.network_changed");
  const before = phone.cookies.get(SESSION);
  await phone.post("/session/factor", { totp: nextCode() });
  assert.notEqual(phone.cookies.get(SESSION), before);
  for (const address of [ABROAD, HOME, ROAMING, ABROAD]) {
    phone.address = address;
    assert.equal(verdict(await phone.api("GET", "/members")), "200", address);
  }
});

test("a session that has a password to choose is its owner's own: a copy of its cookie neither names nor sets anything", async () => {
  const { identity } = wardroom.rooms;
  const installation = await identity.vault.openWorkspace(INSTALLATION);
  const { personId } = await (await signedIn(HOME)).get("/session");
  await inWorkspace(identity.db, INSTALLATION, (tx) =>
    askForNewPassword(tx, installation, { personId, now: new Date(time.now) }),
  );
  const victim = await signedIn(HOME);
  assert.equal((await victim.get("/session")).state, "password_needed");
  const choice = { current: password, next: NEXT_PASSWORD };
  for (const thief of [
    thiefWith(victim, HOME, [SESSION]),
    thiefWith(victim, FAR),
    thiefWith(victim, FAR, [SESSION]),
  ]) {
    const seen = await thief.get("/session");
    assert.deepEqual([seen.state, Object.keys(seen).sort()], ["network_changed", ["factors", "state"]]);
    assert.equal(
      verdict(await thief.api("POST", "/session/password", choice)),
      "423 session.network_changed",
    );
  }
  victim.address = FAR;
  assert.equal(verdict(await victim.api("POST", "/session/password", choice)), "423 session.network_changed");
  const { state } = await victim.post("/session/factor", { totp: nextCode() });
  assert.equal(state, "password_needed", "a factor shows who it is, and a password is still to be chosen");
  assert.equal((await victim.post("/session/password", choice)).state, "signed_in");
  password = NEXT_PASSWORD;
});

test("whoever fails with an account from anywhere keeps its owner's own device not waiting", async () => {
  const victim = await signedIn(HOME);
  const attacker = browserAt(ABROAD);
  const guess = (browser: Elsewhere) =>
    browser.api("POST", "/session", { email: made.owner.email, password: "not the password" });
  let answer = await guess(attacker);
  for (let n = 0; n < 40 && answer.status !== 429; n += 1) answer = await guess(attacker);
  assert.equal(answer.status, 429, "slowed where it comes from");
  for (let n = 0; n < 30; n += 1) {
    const other = browserAt(`91.${n}.0.10`);
    await guess(other);
    await other.close();
  }
  const stranger = browserAt("8.8.8.8");
  assert.equal((await guess(stranger)).status, 429, "and from anywhere else, for a while");
  const somebodyElses = openSession(wardroom);
  somebodyElses.cookies.set("__Host-wr-device", "y".repeat(43));
  assert.equal(
    (await somebodyElses.api("POST", "/session", { email: made.owner.email, password: "no" })).status,
    429,
    "a made-up device is nobody's",
  );
  await somebodyElses.close();

  const again = thiefWith(victim, ROAMING, ["__Host-wr-device"]);
  await again.post("/session", { email: made.owner.email, password });
  await again.post("/session/factor", { totp: nextCode() });
});

test("devices, networks and sessions written in the database give nothing, and are told of", async () => {
  // What the test before has failed with is waited out.
  time.now += 16 * 60_000;
  const victim = await signedIn(HOME);
  const forged = async () =>
    (await readLog(running))
      .filter(({ kind, detail }) => kind === "identity.forged_row" && detail["severity"] === "critical")
      .map(({ subject }) => subject.split(":")[0]);

  await asSuperuser(running, (client) =>
    client.query("update identity_device set expires_at = expires_at + interval '1 year'"),
  );
  const again = thiefWith(victim, HOME, ["__Host-wr-device"]);
  await again.post("/session", { email: made.owner.email, password });
  const before = again.cookies.get("__Host-wr-device");
  await again.post("/session/factor", { totp: nextCode() });
  assert.notEqual(again.cookies.get("__Host-wr-device"), before, "it is a new device");
  assert.ok((await forged()).includes("identity_device"));

  const thief = thiefWith(again, ABROAD);
  assert.equal(
    verdict(await thief.api("GET", "/members")),
    "200",
    "its owner has shown themselves there before",
  );
  again.address = HOME;
  await again.get("/members");
  await asSuperuser(running, (client) =>
    client.query("update identity_network set mac = decode(repeat('00', 32), 'hex')"),
  );
  assert.equal(verdict(await thief.api("GET", "/members")), "423 session.network_changed");

  await asSuperuser(running, (client) =>
    client.query("update identity_session set network_hash = null, country_hash = null, device_hash = null"),
  );
  assert.equal(verdict(await thief.api("GET", "/members")), "401 session.none");
  assert.ok((await forged()).includes("identity_session"));
});
