import assert from "node:assert/strict";
import { test } from "node:test";
import { changePassword } from "../../server/identity/change-password.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import type { Visitor } from "../../server/identity/handles.ts";
import { proveFactor } from "../../server/identity/prove-factor.ts";
import { purgeIdentity } from "../../server/identity/purge-identity.ts";
import { makeResetLink } from "../../server/identity/recovery/make-reset-link.ts";
import { resetPassword } from "../../server/identity/recovery/reset-password.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { Secret } from "../../server/platform/secret.ts";
import { OWNER, VISITOR } from "../support/identity-house.ts";
import { type RecoveryHouse, recoveryHouse } from "../support/recovery-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/**
 * The attacker: patient, and from a new address each time, so that no delay holds them for long. They want to hit the
 * password at last, or at least to lock its owner out by failing.
 */
const NEXT = new Secret("a boat under four bridges");
const LAYLA = "layla@shop.example";

async function rig(r: RecoveryHouse) {
  const layla = await r.join("agent", LAYLA);
  // Hashes take their time in another test; here a hundred of them would only take ours.
  const handles = {
    ...r.handles,
    passwords: {
      ...r.handles.passwords,
      verify: async (phc: string | undefined, password: string, pepper: Buffer) =>
        password.startsWith("guess") ? false : r.handles.passwords.verify(phc, password, pepper),
    },
  };
  const open = (visitor: Visitor, password = OWNER.password, email = LAYLA) =>
    signIn(handles, visitor, { email, password });
  let n = 0;
  /** From an address of its own, an hour after the last. */
  const guess = (email = LAYLA, password = new Secret("guess")) => {
    n += 1;
    r.house.pass(3600);
    return refusalOf(open({ ...VISITOR, address: `198.51.${n >> 8}.${n & 255}` }, password, email));
  };
  const guessOften = async (times: number, email = LAYLA) => {
    for (let k = 0; k < times; k += 1) assert.equal(await guess(email), "identity.sign_in_refused");
  };
  /** Both factors, on a browser that is known or becomes so. */
  const whole = async (visitor: Visitor, password = OWNER.password) => {
    const { token } = await open(visitor, password);
    const half = await findActor(handles, token.reveal(), r.house.now());
    assert.ok(half);
    return proveFactor(handles, half, visitor, { totp: r.code(layla) });
  };
  const first = await whole(VISITOR);
  assert.ok(first.deviceToken);
  const known: Visitor = { ...VISITOR, deviceTokens: [first.deviceToken.reveal()] };
  return { layla, handles, open, guess, guessOften, whole, known };
}

test("a hundred wrong passwords in a row, however slow, and it opens nothing but on a device that its owner has", async () => {
  await using r = await recoveryHouse();
  const { layla, open, guess, guessOften, known, whole } = await rig(r);
  await guessOften(99);
  assert.equal(await guess(LAYLA, OWNER.password), "no refusal", "a right one ends the run");
  await guessOften(100);
  const subjects: string[] = [];
  for (let left = await r.countTo(LAYLA); left > 0; left -= 1) subjects.push((await r.mailTo(LAYLA)).subject);
  assert.equal(subjects.filter((subject) => subject === "Somebody is guessing at your account").length, 1);
  r.house.pass(30 * 24 * 3600);
  await purgeIdentity(r.handles.db, r.house.now());
  assert.equal(
    await guess(LAYLA, OWNER.password),
    "identity.sign_in_refused",
    "the right one, and no other answer",
  );
  const told = (await r.house.events(layla.actor.workspaceId)).filter((kind) => kind.includes("guessed_out"));
  assert.deepEqual(told, ["identity.guessed_out success"]);

  assert.equal((await whole(known)).actor.stage, "open", "its owner goes on where they are known");
  assert.equal(
    await refusalOf(open({ ...VISITOR, address: "203.0.113.7" })),
    "no refusal",
    "and then everywhere",
  );
});

test("what fails on the owner's device is counted there, and it is no way around the hundred either", async () => {
  await using r = await recoveryHouse();
  const { open, known, whole } = await rig(r);
  for (let n = 0; n < 100; n += 1) {
    r.house.pass(3600);
    assert.equal(await refusalOf(open(known, new Secret("guess"))), "identity.sign_in_refused");
  }
  r.house.pass(3600);
  assert.equal(await refusalOf(open(known)), "identity.sign_in_refused", "a thief with the device");
  const elsewhere = { ...VISITOR, address: "203.0.113.7" };
  assert.equal((await whole(elsewhere)).actor.stage, "open", "its owner elsewhere");
});

test("another password begins anew, by a mailed link or from a session that goes on", async () => {
  await using r = await recoveryHouse();
  const { layla, open, guessOften, whole, known, handles } = await rig(r);
  const elsewhere = (n: number) => ({ ...VISITOR, address: `203.0.113.${n}` });
  await guessOften(100);
  const { token } = await makeResetLink(r.handles, LAYLA);
  const factor = { totp: r.code(layla) };
  await resetPassword(r.handles, elsewhere(1), { token: token.reveal(), password: NEXT, factor });
  r.house.pass(120);
  assert.equal(await refusalOf(open(elsewhere(2), NEXT)), "no refusal");

  const { actor } = await whole(known, NEXT);
  await guessOften(100);
  r.house.pass(120);
  assert.equal(await refusalOf(open(elsewhere(3), NEXT)), "identity.sign_in_refused");
  await changePassword(handles, { ...actor, factorAt: r.house.now() }, known, {
    ...{ current: NEXT, next: new Secret("two boats under a bridge") },
  });
  r.house.pass(120);
  assert.equal(await refusalOf(open(elsewhere(4), new Secret("two boats under a bridge"))), "no refusal");
});

test("codes of an app are guessed at a hundred times as well, by who has the password, and then not on their device", async () => {
  await using r = await recoveryHouse();
  const { layla, handles, open, whole, known } = await rig(r);
  const half = async (visitor: Visitor) => {
    const { token } = await open(visitor);
    const actor = await findActor(handles, token.reveal(), r.house.now());
    assert.ok(actor);
    return actor;
  };
  const thief = (n: number) => ({ ...VISITOR, address: `198.51.100.${n}` });
  const prove = async (n: number) => {
    r.house.pass(3600);
    const actor = await half(thief(n));
    return refusalOf(proveFactor(handles, actor, thief(n), { totp: r.code(layla) }));
  };
  const theirs = await half(thief(0));
  for (let n = 0; n < 100; n += 1) {
    r.house.pass(3600);
    const totp = r.code(layla) === "000000" ? "000001" : "000000";
    const guess = proveFactor(handles, theirs, thief(0), { totp });
    assert.equal(await refusalOf(guess), "identity.code_wrong");
  }
  assert.equal(await prove(1), "identity.code_wrong", "the right one, and no other answer");
  const told = (await r.house.events(layla.actor.workspaceId)).filter((kind) => kind.includes("guessed_out"));
  assert.deepEqual(told, ["identity.guessed_out success"]);
  assert.equal((await whole(known)).actor.stage, "open", "its owner goes on where they are known");
  assert.equal(await prove(2), "no refusal", "and then everywhere");
});

test("an address that nobody has costs a hundred guesses the same, mail and all, and is forgotten after a day", async () => {
  await using r = await recoveryHouse();
  const { guess, guessOften } = await rig(r);
  await guessOften(100, "nobody@shop.example");
  const [{ queued } = { queued: 0 }] = (await r.house.asSuperuser(
    "select count(*)::int as queued from mail_message where kind = 'guessed_out'",
  )) as Array<{ queued: number }>;
  assert.equal(queued, 1);
  assert.equal(await r.countTo("nobody@shop.example"), 0, "it goes to nobody");
  assert.equal(await guess("nobody@shop.example"), "identity.sign_in_refused");
  r.house.pass(24 * 3600 + 1);
  await purgeIdentity(r.handles.db, r.house.now());
  const left = await r.house.asSuperuser("select from identity_guess_run where not is_somebodys");
  assert.equal(left.length, 0);
});

test("a code that was used before ends no run of guesses", async () => {
  await using r = await recoveryHouse();
  const { layla, handles, open } = await rig(r);
  const half = async () => {
    const { token } = await open(VISITOR);
    const actor = await findActor(handles, token.reveal(), r.house.now());
    assert.ok(actor);
    return actor;
  };
  const totp = r.code(layla);
  await proveFactor(handles, await half(), VISITOR, { totp });
  const thief = await half();
  const guess = proveFactor(handles, thief, VISITOR, { totp: totp === "000000" ? "000001" : "000000" });
  assert.equal(await refusalOf(guess), "identity.code_wrong");
  assert.equal(await refusalOf(proveFactor(handles, thief, VISITOR, { totp })), "identity.code_used");
  assert.deepEqual(await r.house.asSuperuser("select failures from identity_guess_run"), [{ failures: 2 }]);
});
