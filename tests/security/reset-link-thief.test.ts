import assert from "node:assert/strict";
import { test } from "node:test";
import { changePassword } from "../../server/identity/change-password.ts";
import { askEmailChange } from "../../server/identity/recovery/change-email.ts";
import { describeLink } from "../../server/identity/recovery/describe-link.ts";
import { makeResetLink } from "../../server/identity/recovery/make-reset-link.ts";
import { requestReset } from "../../server/identity/recovery/request-reset.ts";
import { resetPassword } from "../../server/identity/recovery/reset-password.ts";
import { confirmEmailChange } from "../../server/identity/recovery/settle-email-change.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { Secret } from "../../server/platform/secret.ts";
import { OWNER, signInFully, VISITOR } from "../support/identity-house.ts";
import { tokenIn } from "../support/post-office.ts";
import { type RecoveryHouse, recoveryHouse } from "../support/recovery-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/**
 * The attacker: reads a mailbox, or found a link; has no second factor. And one who has nothing and asks about accounts.
 */
const NEXT = new Secret("a new and longer password");
const LAYLA = "layla@shop.example";

async function ask(r: RecoveryHouse, email: string, address = VISITOR.address): Promise<void> {
  await requestReset(r.handles, { ...VISITOR, address }, { email, language: "en" });
}

async function linkFor(r: RecoveryHouse, email: string): Promise<string> {
  await ask(r, email);
  return tokenIn(await r.mailTo(email));
}

const reset = (r: RecoveryHouse, token: string, totp: string) =>
  resetPassword(r.handles, VISITOR, { token, password: NEXT, factor: { totp } });

const mayEnter = (r: RecoveryHouse, email: string, password: Secret<string>) =>
  refusalOf(signIn(r.handles, VISITOR, { email, password }));

test("a mailed link and a second factor set a new password, once; the person is told and signed out", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const { token: other } = await signIn(r.handles, VISITOR, { email: LAYLA, password: OWNER.password });
  const token = await linkFor(r, LAYLA);
  assert.deepEqual((await describeLink(r.handles, VISITOR, token)).purpose, "password_reset");
  await reset(r, token, r.code(layla));
  assert.equal(await r.isSignedIn(other), false);
  assert.equal(await mayEnter(r, LAYLA, OWNER.password), "identity.sign_in_refused");
  assert.equal(await mayEnter(r, LAYLA, NEXT), "no refusal");
  assert.equal((await r.mailTo(LAYLA)).subject, "Your password was changed");
  assert.equal(await refusalOf(reset(r, token, r.code(layla))), "identity.link_ended", "a replay");
  assert.ok((await r.house.events()).includes("identity.reset_requested success"));
  assert.ok((await r.house.events()).includes("identity.link_refused refusal"));
  const told = await r.house.events(layla.actor.workspaceId);
  assert.ok(told.includes("identity.password_changed success"));
});

test("the mailbox alone opens nothing: no factor, a wrong one, one of another person, a used one", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const token = await linkFor(r, LAYLA);
  assert.equal(await refusalOf(reset(r, token, "000000")), "identity.code_wrong");
  assert.equal(await refusalOf(reset(r, token, r.code(r.owner))), "identity.code_wrong");
  const recovery = { recoveryCode: "aaaaa-aaaaa" };
  const byCode = resetPassword(r.handles, VISITOR, { token, password: NEXT, factor: recovery });
  assert.equal(await refusalOf(byCode), "identity.code_wrong");
  assert.equal(await mayEnter(r, LAYLA, OWNER.password), "no refusal", "the password stands");
  const told = await r.house.events(layla.actor.workspaceId);
  assert.equal(told.filter((event) => event === "identity.factor_refused refusal").length, 3);
  await r.house.asSuperuser(`delete from identity_credential where kind in ('totp', 'recovery_code')`);
  assert.equal(
    await refusalOf(reset(r, token, r.code(layla))),
    "identity.code_wrong",
    "no factor is not any factor",
  );
});

test("guesses at the factor are slowed down like those at sign-in", async () => {
  await using r = await recoveryHouse();
  await r.join("agent", LAYLA);
  const token = await linkFor(r, LAYLA);
  const seen: string[] = [];
  for (let at = 0; at < 8; at += 1) seen.push(await refusalOf(reset(r, token, "000000")));
  assert.equal(seen.at(-1), "identity.too_many_attempts");
});

test("whoever fails with the link elsewhere does not keep its owner waiting on a device that they have", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const { deviceToken } = await signInFully(r.house, layla);
  assert.ok(deviceToken);
  const known = { ...VISITOR, deviceTokens: [deviceToken.reveal()] };
  const token = await linkFor(r, LAYLA);
  const seen: string[] = [];
  for (let at = 0; at < 8; at += 1) seen.push(await refusalOf(reset(r, token, "000000")));
  assert.equal(seen.at(-1), "identity.too_many_attempts");
  const theirs = (totp: string) =>
    resetPassword(r.handles, known, { token, password: NEXT, factor: { totp } });
  assert.equal(await refusalOf(theirs("000000")), "identity.code_wrong", "counted on the device");
  assert.equal(await refusalOf(theirs(r.code(layla))), "no refusal");
});

test("of two uses of a link at once, one counts", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const token = await linkFor(r, LAYLA);
  const first = r.code(layla);
  const second = r.code(layla);
  const results = await Promise.all([first, second].map((code) => refusalOf(reset(r, token, code))));
  assert.equal(results.filter((result) => result === "no refusal").length, 1, results.join());
});

test("a link is over after ten minutes, and not a moment before", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const token = await linkFor(r, LAYLA);
  r.house.pass(10 * 60 - 1);
  await describeLink(r.handles, VISITOR, token);
  r.house.pass(1);
  assert.equal(await refusalOf(reset(r, token, r.code(layla))), "identity.link_ended");
});

test("a newer link ends the one before, and a changed e-mail address or password ends it too", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const first = await linkFor(r, LAYLA);
  r.house.pass(60);
  const second = await linkFor(r, LAYLA);
  assert.equal(await refusalOf(describeLink(r.handles, VISITOR, first)), "identity.link_ended");
  await askEmailChange(r.handles, layla.actor, VISITOR, "layla@home.example");
  await confirmEmailChange(r.handles, VISITOR, tokenIn(await r.mailTo("layla@home.example")));
  assert.equal(await refusalOf(describeLink(r.handles, VISITOR, second)), "identity.link_ended");
  assert.equal((await r.mailTo("layla@home.example")).subject, "Your e-mail address was changed");
  const third = await linkFor(r, "layla@home.example");
  const passwords = { current: OWNER.password, next: NEXT };
  await changePassword(r.handles, layla.actor, VISITOR, passwords);
  assert.equal(await refusalOf(describeLink(r.handles, VISITOR, third)), "identity.link_ended");
});

test("a link of one purpose does nothing else, and of one person nothing to another", async () => {
  await using r = await recoveryHouse();
  await r.join("agent", LAYLA);
  const token = await linkFor(r, LAYLA);
  assert.equal(await refusalOf(confirmEmailChange(r.handles, VISITOR, token)), "identity.link_ended");
  assert.equal(await refusalOf(reset(r, token, r.code(r.owner))), "identity.code_wrong");
  assert.equal(await mayEnter(r, OWNER.email, OWNER.password), "no refusal");
});

test("who asks about an address is told the same, writes the same rows and learns nothing; nobody is written to", async () => {
  await using r = await recoveryHouse();
  await r.join("agent", LAYLA);
  const rows = async () => {
    const [found] = await r.house.asSuperuser(`select
      (select count(*) from mail_message) as mails, (select count(*) from identity_recovery_link) as links,
      (select count(*) from audit_event where kind = 'identity.reset_requested') as events`);
    return found;
  };
  const before = (await rows()) as Record<string, string>;
  await ask(r, LAYLA);
  const known = (await rows()) as Record<string, string>;
  await ask(r, "nobody@shop.example");
  const unknown = (await rows()) as Record<string, string>;
  for (const table of ["mails", "links", "events"])
    assert.equal(
      Number(known[table]) - Number(before[table]),
      Number(unknown[table]) - Number(known[table]),
      table,
    );
  assert.equal(await r.countTo("nobody@shop.example"), 0);
  await ask(r, LAYLA);
  await ask(r, "nobody@shop.example");
  assert.deepEqual(await rows(), { ...unknown, mails: "0" }, "the second one of a minute changes nothing");
});

test("the time of an answer tells nothing of whether there is such an account", async () => {
  await using r = await recoveryHouse();
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let at = 0; at < 12; at += 1) {
    await r.join("agent", `p${at}@shop.example`);
    for (const kind of at % 2 === 0 ? (["known", "unknown"] as const) : (["unknown", "known"] as const)) {
      const email = kind === "known" ? `p${at}@shop.example` : `q${at}@shop.example`;
      const from = performance.now();
      await ask(r, email, `198.51.100.${at}`);
      times[kind].push(performance.now() - from);
    }
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [known, unknown] = [median(times.known), median(times.unknown)];
  // Ours: on a busy machine medians of twelve lie within a few ms; a password hash would be a hundred.
  assert.ok(Math.abs(known - unknown) < 15, `known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms`);
});

test("one address that asks without end is slowed down", async () => {
  await using r = await recoveryHouse();
  const seen: string[] = [];
  for (let at = 0; at < 25; at += 1) seen.push(await refusalOf(ask(r, `p${at}@shop.example`)));
  assert.ok(seen.slice(0, 19).every((each) => each === "no refusal"));
  assert.equal(seen.at(-1), "identity.too_many_attempts");
});

test("while no SMTP is set the request is answered alike, and the operator's link works the same way", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  await requestReset({ ...r.handles, mail: undefined }, VISITOR, { email: LAYLA, language: "en" });
  assert.equal(await r.countTo(LAYLA), 0);
  const { token } = await makeResetLink(r.handles, LAYLA);
  assert.equal(await refusalOf(reset(r, token.reveal(), "000000")), "identity.code_wrong");
  await reset(r, token.reveal(), r.code(layla));
  assert.ok((await r.house.events(layla.actor.workspaceId)).includes("identity.reset_link_made success"));
  assert.equal(await refusalOf(makeResetLink(r.handles, "nobody@shop.example")), "identity.person_not_found");
});

test("who writes the database makes no link work: not another's, not a used one put back, not a longer one", async () => {
  await using r = await recoveryHouse();
  const layla = await r.join("agent", LAYLA);
  const own = await linkFor(r, LAYLA);
  const [owner] = await r.house.asSuperuser(`select person_id from identity_member where role = 'owner'`);
  const ownerId = (owner as { person_id: string }).person_id;
  const forged = async (change: string, undo: string) => {
    await r.house.asSuperuser(`update identity_recovery_link set ${change}`);
    const code = await refusalOf(describeLink(r.handles, VISITOR, own));
    await r.house.asSuperuser(`update identity_recovery_link set ${undo}`);
    return code;
  };
  const laylaId = layla.actor.personId;
  assert.equal(await forged(`person_id = '${ownerId}'`, `person_id = '${laylaId}'`), "identity.link_ended");
  assert.equal(
    await forged("purpose = 'owner_recovery'", "purpose = 'password_reset'"),
    "identity.link_ended",
  );
  assert.equal(
    await forged("expires_at = expires_at + interval '1 day'", "expires_at = expires_at - interval '1 day'"),
    "identity.link_ended",
  );
  await r.house.asSuperuser("create table kept as select * from identity_recovery_link");
  await reset(r, own, r.code(layla));
  r.house.pass(10);
  await refusalOf(describeLink(r.handles, VISITOR, own));
  r.house.pass(10);
  await r.house.asSuperuser("truncate identity_recovery_link");
  await r.house.asSuperuser("insert into identity_recovery_link select * from kept");
  assert.equal(await refusalOf(reset(r, own, r.code(layla))), "identity.link_ended", "put back as it was");
  const forgeries = (await r.house.events()).filter((event) => event === "identity.forged_row refusal");
  assert.ok(forgeries.length >= 1, "a critical event");
});
