import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asSuperuser, readLog } from "../support/attack-rig.ts";
import { Authenticator, type Lie } from "../support/authenticator.ts";
import { inviteMember } from "../support/invite-member.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, type TestSession } from "../support/test-session.ts";

let now = new Date();
const running = await runWardroom({ clock: () => now });
after(() => running[Symbol.asyncDispose]());
const { wardroom, config, made, owner } = running;
const { origin } = config.publicUrl;

async function addPasskey(session: TestSession, lie: Lie = {}) {
  const device = new Authenticator(origin);
  const { enrolment, recoveryCodes } = await session.post("/me/factors/enrolment");
  assert.deepEqual(recoveryCodes, [], "those that there are stay");
  const offer = await session.post("/enrolment/passkey", { enrolment });
  const passkey = device.make(offer, lie);
  return {
    device,
    passkey,
    enrolment,
    answer: await session.api("POST", "/me/factors", { enrolment, passkey }),
  };
}

/** Why answers of authenticators were refused, newest last: before sign-in, and as a factor. */
async function reasons(): Promise<string[]> {
  return (await readLog(running))
    .filter(({ kind }) => kind === "identity.sign_in_refused" || kind === "identity.factor_refused")
    .map(({ detail }) => String(detail["reason"]));
}

const ask = (session: TestSession) => session.post("/session/passkey/request");
const { device, answer } = await addPasskey(owner);
assert.equal(answer.status, 200);
const { session: colleague } = await inviteMember(wardroom, owner, {
  ...{ name: "Adel", role: "agent", email: "adel@marsahome.example" },
});
const { device: colleaguesDevice } = await addPasskey(colleague);

test("a passkey is the whole sign-in, and its answer opens nothing a second time", async () => {
  const browser = openSession(wardroom);
  const passkey = device.answer(await ask(browser));
  const me = await browser.post("/session/passkey", { passkey });
  assert.deepEqual([me.state, me.email], ["signed_in", made.owner.email]);

  const thief = openSession(wardroom);
  const again = await thief.api("POST", "/session/passkey", { passkey });
  assert.deepEqual([again.status, again.body.code], [401, "identity.passkey_refused"]);
  assert.equal(thief.cookies.size, 0);
  assert.equal((await reasons()).at(-1), "challenge_not_ours_or_spent");
});

const lies: ReadonlyArray<[name: string, reason: string, lie: Lie]> = [
  ["another origin", "wrong_origin", { origin: "https://localhost.evil.example" }],
  ["another port of our name", "wrong_origin", { origin: "https://localhost:1" }],
  ["our page in a frame of another", "wrong_origin", { crossOrigin: true }],
  ["another relying party", "wrong_relying_party", { rpId: "evil.example" }],
  ["a person who was not verified", "user_not_verified", { userVerified: false }],
  ["a challenge of their own", "challenge_not_ours_or_spent", { challenge: "A".repeat(86) }],
  ["another person's passkey's name", "another_persons_passkey", { id: colleaguesDevice.id }],
  ["another person's user handle", "another_persons_passkey", { userHandle: colleaguesDevice.userHandle }],
  ["a passkey that nobody has", "unknown_passkey", { id: "AAAAAAAAAAAAAAAAAAAAAA" }],
];
for (const [name, reason, lie] of lies)
  test(`an answer with ${name} is refused in one and the same way, and the log says why`, async () => {
    now = new Date(now.getTime() + 11_000); // the second of a kind within ten seconds is only counted
    const thief = openSession(wardroom);
    const passkey = device.answer(await ask(thief), lie);
    const { status, body } = await thief.api("POST", "/session/passkey", { passkey });
    assert.deepEqual([status, body.code], [401, "identity.passkey_refused"]);
    assert.equal(thief.cookies.size, 0);
    assert.equal((await reasons()).at(-1), reason);
    // The delays that failures bring are another test's matter.
    await asSuperuser(running, (client) => client.query("delete from identity_attempt"));
  });

test("another person's passkey with its handle, signed by one's own key, is a wrong signature", async () => {
  const thief = openSession(wardroom);
  const { id, userHandle } = colleaguesDevice;
  const passkey = device.answer(await ask(thief), { id, userHandle });
  const { status } = await thief.api("POST", "/session/passkey", { passkey });
  assert.equal(status, 401);
  assert.equal((await reasons()).at(-1), "wrong_signature");
});

test("a counter that goes back tells of a copied key: refused, and on record", async () => {
  const thief = openSession(wardroom);
  const passkey = device.answer(await ask(thief), { counter: 1 });
  const { status, body } = await thief.api("POST", "/session/passkey", { passkey });
  assert.deepEqual([status, body.code], [401, "identity.passkey_refused"]);
  assert.equal((await reasons()).at(-1), "counter_went_back");
  device.counter = 10;
});

test("a challenge answers what it was made for: not a sign-in for a factor, not one session's for another's", async () => {
  const half = openSession(wardroom);
  const state = await half.post("/session", { email: made.owner.email, password: OWNER_PASSWORD });
  assert.deepEqual(state, { state: "factor_needed", factors: ["passkey", "totp", "recovery_code"] });
  const forSignIn = await half.api("POST", "/session/factor", { passkey: device.answer(await ask(half)) });
  assert.deepEqual([forSignIn.status, forSignIn.body.code], [403, "identity.passkey_refused"]);

  const other = await owner.post("/session/factor/request");
  const ofAnother = await half.api("POST", "/session/factor", { passkey: device.answer(other) });
  assert.deepEqual([ofAnother.status, ofAnother.body.code], [403, "identity.passkey_refused"]);

  const request = await half.post("/session/factor/request");
  assert.deepEqual(
    request.allowed.map(({ id }: { id: string }) => id),
    [device.id],
    "the password is proved: one's own passkeys are named",
  );
  const thieves = colleaguesDevice.answer(request);
  const anothers = await half.api("POST", "/session/factor", { passkey: thieves });
  assert.deepEqual([anothers.status, anothers.body.code], [403, "identity.passkey_refused"]);
  const refused = (await reasons()).slice(-3);
  assert.deepEqual(refused, [...Array(2).fill("challenge_not_ours_or_spent"), "another_persons_passkey"]);
  const right = await half.post("/session/factor", {
    passkey: device.answer(await half.post("/session/factor/request")),
  });
  assert.equal(right.state, "signed_in");
});

test("a challenge runs out after five minutes", async () => {
  const late = openSession(wardroom);
  const request = await ask(late);
  now = new Date(now.getTime() + 5 * 60_000);
  const { status } = await late.api("POST", "/session/passkey", { passkey: device.answer(request) });
  assert.equal(status, 401);
  now = new Date(now.getTime() + 1000);
  const { status: inTime } = await late.api("POST", "/session/passkey", {
    passkey: device.answer(await ask(late)),
  });
  assert.equal(inTime, 200);
});

test("what a stranger is asked names no passkey and is the same whether anybody has one", async () => {
  const stranger = openSession(wardroom);
  const { challenge, ...rest } = await ask(stranger);
  assert.deepEqual(rest, { rpId: "localhost", timeoutMs: 300_000, allowed: [] });
  assert.ok(challenge.length > 60);
  const spent = await asSuperuser(running, async (client) =>
    (await client.query("select count(*)::int as n from identity_spent_challenge")).rows.at(0),
  );
  for (let n = 0; n < 20; n += 1) await ask(stranger);
  const after = await asSuperuser(running, async (client) =>
    (await client.query("select count(*)::int as n from identity_spent_challenge")).rows.at(0),
  );
  assert.deepEqual(after, spent, "asking stores nothing");
});

test("a passkey that was made elsewhere, unverified, for another, or twice is not enrolled", async () => {
  const browser = openSession(wardroom);
  await browser.post("/session/passkey", { passkey: device.answer(await ask(browser)) });
  for (const lie of [
    { origin: "https://evil.example" },
    { rpId: "evil.example" },
    { userVerified: false },
    { challenge: (await ask(browser)).challenge },
  ]) {
    const { answer: refused } = await addPasskey(browser, lie);
    assert.deepEqual([refused.status, refused.body.code], [422, "identity.passkey_refused"]);
  }
  const added = await addPasskey(browser);
  const twice = await browser.api("POST", "/me/factors", {
    ...{ enrolment: added.enrolment, passkey: added.passkey },
  });
  assert.deepEqual(
    [twice.status, twice.body.code],
    [422, "identity.passkey_refused"],
    "its challenge is spent",
  );

  const { enrolment } = await browser.post("/me/factors/enrolment");
  const offer = await browser.post("/enrolment/passkey", { enrolment });
  const known = added.device.make(offer);
  const again = await browser.api("POST", "/me/factors", { enrolment, passkey: known });
  assert.deepEqual([again.status, again.body.code], [409, "identity.passkey_known"]);

  const foreign = await colleague.api("POST", "/me/factors", {
    enrolment,
    passkey: added.device.make(offer),
  });
  assert.deepEqual([foreign.status, foreign.body.code], [403, "identity.factor_stale"]);
  const { factors } = await browser.get("/me/factors");
  assert.deepEqual(
    factors.map(({ kind }: { kind: string }) => kind),
    ["totp", "passkey", "passkey"],
  );
  await browser.close();
});

test("the last factor stays, and removing one asks for a fresh proof", async () => {
  const browser = openSession(wardroom);
  await browser.post("/session/passkey", { passkey: colleaguesDevice.answer(await ask(browser)) });
  const { factors } = await browser.get("/me/factors");
  const [app, key] = factors;
  const stranger = await browser.api(
    "DELETE",
    `/me/factors/${(await owner.get("/me/factors")).factors[0].id}`,
  );
  assert.deepEqual([stranger.status, stranger.body.code], [404, "identity.factor_not_found"]);
  await browser.api("PATCH", `/me/factors/${key.id}`, { name: "My phone" });
  assert.equal((await browser.api("DELETE", `/me/factors/${app.id}`)).status, 200);
  const last = await browser.api("DELETE", `/me/factors/${key.id}`);
  assert.deepEqual([last.status, last.body.code], [409, "identity.last_factor"]);
  now = new Date(now.getTime() + 5 * 60_000);
  const stale = await browser.api("DELETE", `/me/factors/${key.id}`);
  assert.deepEqual([stale.status, stale.body.code], [403, "identity.factor_stale"]);
  assert.deepEqual(
    (await browser.get("/me/factors")).factors.map(({ name }: { name: string }) => name),
    ["My phone"],
  );
  const kinds = (await readLog(running)).map(({ kind }) => kind);
  for (const kind of ["identity.factor_added", "identity.factor_renamed", "identity.factor_removed"] as const)
    assert.ok(kinds.includes(kind), kind);
});
