import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, VISITOR } from "../../../tests/support/identity-house.ts";
import { tokenIn } from "../../../tests/support/post-office.ts";
import { type RecoveryHouse, recoveryHouse } from "../../../tests/support/recovery-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { signIn } from "../sign-in.ts";
import { askEmailChange, findOwnEmailChange, withdrawEmailChange } from "./change-email.ts";
import { confirmEmailChange, stopEmailChange } from "./settle-email-change.ts";

const OLD = "layla@shop.example";
const NEW = "layla@home.example";

const enters = async (r: RecoveryHouse, email: string) =>
  (await refusalOf(signIn(r.handles, VISITOR, { email, password: OWNER.password }))) === "no refusal";

async function asked(r: RecoveryHouse, email = NEW) {
  const layla = await r.join("agent", OLD);
  await askEmailChange(r.handles, layla.actor, VISITOR, email);
  return { layla, stop: tokenIn(await r.mailTo(OLD)) };
}

test("nothing changes until the new address confirms; then it signs in and the old one does not", async () => {
  await using r = await recoveryHouse();
  const { layla } = await asked(r, ` ${NEW.toUpperCase()}`);
  assert.deepEqual([await enters(r, OLD), await enters(r, NEW)], [true, false]);
  assert.equal((await findOwnEmailChange(r.handles, layla.actor))?.after, NEW);
  const confirm = tokenIn(await r.mailTo(NEW));
  await confirmEmailChange(r.handles, VISITOR, confirm);
  assert.deepEqual([await enters(r, OLD), await enters(r, NEW)], [false, true]);
  for (const to of [OLD, NEW]) assert.equal((await r.mailTo(to)).subject, "Your e-mail address was changed");
  assert.equal(await refusalOf(confirmEmailChange(r.handles, VISITOR, confirm)), "identity.link_ended");
  const told = await r.house.events(layla.actor.workspaceId);
  for (const event of ["identity.email_change_asked success", "identity.email_changed success"])
    assert.ok(told.includes(event));
});

test("the old address stops it before, and takes it back for seven days after; all sessions end", async () => {
  await using r = await recoveryHouse();
  const { layla, stop } = await asked(r);
  const confirm = tokenIn(await r.mailTo(NEW));
  const { token } = await signIn(r.handles, VISITOR, { email: OLD, password: OWNER.password });
  assert.equal(await stopEmailChange(r.handles, VISITOR, stop), "stopped");
  assert.equal(await refusalOf(confirmEmailChange(r.handles, VISITOR, confirm)), "identity.link_ended");
  assert.equal(await r.isSignedIn(token), false);
  await r.mailTo(OLD);

  await askEmailChange(r.handles, layla.actor, VISITOR, NEW);
  const later = tokenIn(await r.mailTo(OLD));
  await r.mailTo(NEW);
  await confirmEmailChange(r.handles, VISITOR, tokenIn(await r.mailTo(NEW)));
  r.house.pass(7 * 24 * 60 * 60 - 1);
  assert.equal(await stopEmailChange(r.handles, VISITOR, later), "reverted");
  assert.deepEqual([await enters(r, OLD), await enters(r, NEW)], [true, false]);
  assert.equal(await refusalOf(stopEmailChange(r.handles, VISITOR, later)), "identity.link_ended");
});

test("a thief who goes on from address to address cannot shake off the first one's say", async () => {
  await using r = await recoveryHouse();
  const { layla, stop } = await asked(r, "one@evil.example");
  await confirmEmailChange(r.handles, VISITOR, tokenIn(await r.mailTo("one@evil.example")));
  await r.mailTo("one@evil.example");
  r.house.pass(60);
  await askEmailChange(r.handles, layla.actor, VISITOR, "two@evil.example");
  const thiefs = tokenIn(await r.mailTo("one@evil.example"));
  await confirmEmailChange(r.handles, VISITOR, tokenIn(await r.mailTo("two@evil.example")));
  assert.equal(await stopEmailChange(r.handles, VISITOR, stop), "reverted");
  assert.equal(await enters(r, OLD), true);
  assert.equal(await refusalOf(stopEmailChange(r.handles, VISITOR, thiefs)), "identity.link_ended");
});

test("that an address is taken is told to its holder alone", async () => {
  await using r = await recoveryHouse();
  const rows = async () =>
    (
      await r.house.asSuperuser(`select (select count(*) from identity_recovery_link) as links,
      (select count(*) from mail_message) as mails`)
    )[0] as Record<string, string>;
  const { layla } = await asked(r, OWNER.email);
  assert.equal(
    (await findOwnEmailChange(r.handles, layla.actor))?.after,
    OWNER.email,
    "it looks like any other",
  );
  const mail = await r.mailTo(OWNER.email);
  assert.equal(mail.subject, "Your address is already in use on Wardroom");
  assert.throws(() => tokenIn(mail), "with no link");
  const taken = await rows();
  await askEmailChange(r.handles, layla.actor, VISITOR, "free@home.example");
  const free = await rows();
  assert.deepEqual([taken["links"], free["links"], free["mails"]], ["2", "4", "2"], "the same rows");
});

test("taken between asking and confirming, the link is over, and both keep what they have", async () => {
  await using r = await recoveryHouse();
  await asked(r);
  const confirm = tokenIn(await r.mailTo(NEW));
  await r.join("agent", NEW);
  assert.equal(await refusalOf(confirmEmailChange(r.handles, VISITOR, confirm)), "identity.link_ended");
  assert.deepEqual([await enters(r, OLD), await enters(r, NEW)], [true, true]);
});

test("of two who confirm one address at once, one has it", async () => {
  await using r = await recoveryHouse();
  const one = await r.join("agent", OLD);
  const two = await r.join("agent", "omar@shop.example");
  await askEmailChange(r.handles, one.actor, VISITOR, NEW);
  const first = tokenIn(await r.mailTo(NEW));
  await askEmailChange(r.handles, two.actor, VISITOR, NEW);
  const second = tokenIn(await r.mailTo(NEW));
  const results = await Promise.all(
    [first, second].map((token) => refusalOf(confirmEmailChange(r.handles, VISITOR, token))),
  );
  assert.deepEqual(results.toSorted(), ["identity.link_ended", "no refusal"]);
});

test("withdrawn, over, the same address, no mail: nothing changes", async () => {
  await using r = await recoveryHouse();
  const { layla, stop } = await asked(r);
  const confirm = tokenIn(await r.mailTo(NEW));
  await withdrawEmailChange(r.handles, layla.actor);
  for (const act of [confirmEmailChange, stopEmailChange])
    for (const token of [confirm, stop])
      assert.equal(await refusalOf(act(r.handles, VISITOR, token)), "identity.link_ended");
  assert.equal(
    await refusalOf(askEmailChange(r.handles, layla.actor, VISITOR, OLD)),
    "identity.email_unchanged",
  );
  const silent = { ...r.handles, mail: undefined };
  assert.equal(await refusalOf(askEmailChange(silent, layla.actor, VISITOR, NEW)), "identity.mail_not_set");
  await askEmailChange(r.handles, layla.actor, VISITOR, NEW);
  const late = tokenIn(await r.mailTo(NEW));
  r.house.pass(24 * 60 * 60);
  assert.equal(await refusalOf(confirmEmailChange(r.handles, VISITOR, late)), "identity.link_ended");
  assert.equal(await enters(r, OLD), true);
});
