import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readLog } from "../support/attack-rig.ts";
import { inviteMember } from "../support/invite-member.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, type TestSession, totpCode } from "../support/test-session.ts";

/**
 * The attacker: can put cookies into somebody's browser (a moment at the desk, a neighbouring subdomain), or has seen a
 * token before it was worth anything, and waits until its victim makes it worth something.
 */
const time = { now: Date.now() };
const running = await runWardroom({ clock: () => new Date(time.now) });
after(() => running[Symbol.asyncDispose]());
const { wardroom, made } = running;
const { email } = made.owner;
const fixer = await inviteMember(wardroom, running.owner, {
  ...{ name: "Faris", role: "agent", email: "faris@marsahome.example", now: new Date(time.now) },
});
after(() => fixer.session.close());

const SESSION = "__Host-wr-session";
const DEVICE = "__Host-wr-device";

const nextCode = () => {
  time.now += 30_000;
  return totpCode(made.owner.totpSecret, new Date(time.now));
};

/** What a browser with these cookies alone is told of who it is. */
async function speaksFor(cookies: Readonly<Record<string, string | undefined>>): Promise<string> {
  const browser = openSession(wardroom);
  for (const [name, value = ""] of Object.entries(cookies)) browser.cookies.set(name, value);
  const { status, body } = await browser.api("GET", "/session");
  await browser.close();
  return status === 200 ? `${body.state} ${body.memberId ?? ""}`.trim() : body.code;
}

async function signIn(victim: TestSession): Promise<{ half: string | undefined; whole: string | undefined }> {
  await victim.post("/session", { email, password: OWNER_PASSWORD });
  const half = victim.cookies.get(SESSION);
  await victim.post("/session/factor", { totp: nextCode() });
  return { half, whole: victim.cookies.get(SESSION) };
}

/** What the log has of a member, from `from` on. */
async function told(memberId: string, from: number): Promise<string[]> {
  return (await readLog(running))
    .slice(from)
    .filter(({ actor }) => actor === `member:${memberId}`)
    .map(({ kind, subject }) => `${kind} ${subject}`);
}

test("a made-up token that was planted before sign-in is not the session that is signed in", async () => {
  const from = (await readLog(running)).length;
  const victim = openSession(wardroom);
  const planted = "x".repeat(43);
  victim.cookies.set(SESSION, planted);
  const { half, whole } = await signIn(victim);
  assert.equal(new Set([planted, half, whole]).size, 3);
  const device = victim.cookies.get(DEVICE);
  for (const token of [planted, half])
    assert.equal(await speaksFor({ [SESSION]: token, [DEVICE]: device }), "session.none");
  assert.match(await speaksFor({ [SESSION]: whole, [DEVICE]: device }), /^signed_in /);
  await victim.close();

  // A token that we never gave is nothing to write down; what the victim did with it in their browser is.
  const events = await told(made.owner.memberId, from);
  assert.deepEqual(
    events.map((event) => event.split(" ")[0]),
    ["identity.password_proved", "identity.device_added", "identity.signed_in"],
  );
  const [proved, , signedIn] = events.map((event) => event.split(" ")[1]);
  assert.notEqual(signedIn, proved, "another session, not the same one with more rights");
});

test("the fixer's own session and device, planted in a victim's browser, do not become the victim's", async () => {
  const from = (await readLog(running)).length;
  const planted = Object.fromEntries(fixer.session.cookies);
  assert.match(await speaksFor(planted), /^signed_in /, "it is a good one");
  const victim = openSession(wardroom);
  for (const [name, value] of fixer.session.cookies) victim.cookies.set(name, value);
  const { whole } = await signIn(victim);

  assert.equal(await speaksFor(planted), "session.none", "it ended where the victim signed in");
  const withOwnDevice = { [SESSION]: whole, [DEVICE]: planted[DEVICE] };
  assert.equal(await speaksFor(withOwnDevice), "network_changed", "the fixer's device is not the victim's");
  const [added] = (await readLog(running)).slice(from).filter(({ kind }) => kind === "identity.device_added");
  assert.equal(added?.actor, `member:${made.owner.memberId}`, "the victim has a device of their own");
  const refused = (await readLog(running))
    .slice(from)
    .filter(({ kind }) => kind === "identity.network_refused");
  assert.deepEqual(
    refused.map(({ actor, detail }) => [actor, detail["reason"]]),
    [[`member:${made.owner.memberId}`, "device_missing"]],
  );
  await victim.close();
});

test("every proof gives another token, and the one before it is worth nothing from then on", async () => {
  const victim = openSession(wardroom);
  const { whole } = await signIn(victim);
  const seen: Array<string | undefined> = [whole];
  const steps: Array<[what: string, act: () => Promise<unknown>]> = [
    ["a fresh factor", () => victim.post("/session/factor", { totp: nextCode() })],
    [
      "unlocking",
      async () => {
        await victim.post("/session/lock");
        await victim.post("/session/factor", { totp: nextCode() });
      },
    ],
    [
      "a new password",
      () => victim.post("/me/password", { current: OWNER_PASSWORD, next: "boats under stone bridges" }),
    ],
  ];
  const from = (await readLog(running)).length;
  for (const [what, act] of steps) {
    await act();
    const token = victim.cookies.get(SESSION);
    assert.ok(!seen.includes(token), what);
    const device = victim.cookies.get(DEVICE);
    for (const old of seen)
      assert.equal(await speaksFor({ [SESSION]: old, [DEVICE]: device }), "session.none", what);
    assert.match(await speaksFor({ [SESSION]: token, [DEVICE]: device }), /^signed_in /, what);
    seen.push(token);
  }
  const kinds = (await told(made.owner.memberId, from)).map((event) => event.split(" ")[0]);
  assert.deepEqual(kinds, [
    ...["identity.factor_proved", "identity.session_locked", "identity.session_unlocked"],
    ...["identity.session_renewed", "identity.password_changed"],
  ]);
  await victim.close();
});

test("a token counts in its own cookie only, and that cookie is set for this host alone, out of reach of scripts", async () => {
  const password = "boats under stone bridges";
  const browser = openSession(wardroom);
  const refused = await browser.api("POST", "/session", { email, password: "another one" });
  assert.deepEqual([refused.status, refused.headers["set-cookie"]], [401, undefined]);
  const { headers } = await browser.api("POST", "/session", { email, password });
  const lines = [headers["set-cookie"] ?? []].flat();
  assert.equal(lines.length, 1);
  for (const line of lines) {
    assert.match(line, /^__Host-/);
    for (const attribute of ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"])
      assert.ok(line.split(/;\s*/).includes(attribute), `${line} has no ${attribute}`);
    assert.doesNotMatch(line, /domain=/i);
  }
  await browser.post("/session/factor", { totp: nextCode() });
  const whole = browser.cookies.get(SESSION) ?? "";
  const bare = openSession(wardroom);
  const places: Array<[path: string, headers: Record<string, string>]> = [
    [`/api/v1/members?session=${whole}`, {}],
    [`/api/v1/members?${SESSION}=${whole}`, {}],
    ["/api/v1/members", { authorization: `Bearer ${whole}` }],
    ["/api/v1/members", { cookie: `wr-session=${whole}; __Secure-wr-session=${whole}` }],
  ];
  for (const [path, more] of places) {
    const answer = await bare.call("GET", path, undefined, more);
    assert.deepEqual([answer.status, answer.body.code], [401, "session.none"], JSON.stringify(more));
  }
  for (const session of [browser, bare]) await session.close();
});
