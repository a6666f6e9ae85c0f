import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptInvitation, enrolInvited, openInvitation } from "../../server/access/accept-invitation.ts";
import { invite, listInvitations, resendInvitation, revokeInvitation } from "../../server/access/invite.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import { OWNER, VISITOR } from "../support/identity-house.ts";
import { tokenIn } from "../support/post-office.ts";
import { type RecoveryHouse, recoveryHouse } from "../support/recovery-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/** The attacker: found an invitation's link, or is the inviter and wants the account of whom they invite. */
const LAYLA = "layla@shop.example";

const inviter = (r: RecoveryHouse) => ({ ...r.owner.actor, factorAt: r.house.now() });

async function invited(r: RecoveryHouse, email = LAYLA) {
  const made = await invite(r.handles, inviter(r), { name: "Layla", role: "agent", email });
  const mail = await r.mailTo(email);
  return { ...made, mail, linked: tokenIn(mail) };
}

async function accept(r: RecoveryHouse, token: string, email: string) {
  const { enrolment, secret } = await enrolInvited(r.handles, VISITOR, { token, email });
  const totp = totpCodeAt(secret, r.house.now());
  return acceptInvitation(r.handles, VISITOR, {
    token,
    enrolment,
    proof: { totp },
    person: { ...OWNER, email },
  });
}

test("an invitation goes to its address alone, and is that address's alone to accept", async () => {
  await using r = await recoveryHouse();
  const { linked, isMailed, mail } = await invited(r);
  assert.equal(isMailed, true, "what the route hides by");
  assert.match(mail.text, /Ana.* invites you to .*Shop.* as Agent/s);
  assert.equal((await openInvitation(r.handles, VISITOR, linked)).email, LAYLA);
  assert.equal(await refusalOf(accept(r, linked, "thief@evil.example")), "access.invitation_other_email");
  await accept(r, linked, " Layla@Shop.Example ");
  assert.equal(await refusalOf(accept(r, linked, LAYLA)), "access.invitation_ended", "a replay");
  const told = await r.house.events(r.owner.actor.workspaceId);
  assert.equal(told.filter((event) => event === "access.invitation_accepted success").length, 1);
});

test("of two who accept at once, one becomes a member", async () => {
  await using r = await recoveryHouse();
  const { linked } = await invited(r);
  const results = await Promise.all([accept(r, linked, LAYLA), accept(r, linked, LAYLA)].map(refusalOf));
  assert.equal(results.filter((each) => each === "no refusal").length, 1, results.join());
});

test("sent again, the earlier link ends, and it waits for another 72 hours; withdrawn, both are over", async () => {
  await using r = await recoveryHouse();
  const { linked: first, invitation } = await invited(r);
  r.house.pass(71 * 60 * 60);
  await resendInvitation(r.handles, inviter(r), invitation.id);
  const second = tokenIn(await r.mailTo(LAYLA));
  assert.equal(await refusalOf(openInvitation(r.handles, VISITOR, first)), "access.invitation_not_found");
  r.house.pass(71 * 60 * 60);
  assert.equal((await openInvitation(r.handles, VISITOR, second)).name, "Layla");
  const [listed] = await listInvitations(r.handles, inviter(r));
  assert.deepEqual([listed?.email, listed?.id], [LAYLA, invitation.id]);
  await revokeInvitation(r.handles, inviter(r), invitation.id);
  assert.equal(await refusalOf(openInvitation(r.handles, VISITOR, second)), "access.invitation_ended");
  const again = resendInvitation(r.handles, inviter(r), invitation.id);
  assert.equal(await refusalOf(again), "access.invitation_ended");
});

test("72 hours later it is over", async () => {
  await using r = await recoveryHouse();
  const { linked } = await invited(r);
  r.house.pass(72 * 60 * 60);
  assert.equal(await refusalOf(accept(r, linked, LAYLA)), "access.invitation_ended");
});

test("where mail goes out an invitation needs an address; where none does, the inviter carries the link", async () => {
  await using r = await recoveryHouse();
  const without = invite(r.handles, inviter(r), { name: "Layla", role: "agent" });
  assert.equal(await refusalOf(without), "access.invitation_email_needed");
  const silent = { ...r.handles, mail: undefined };
  const { isMailed, token, invitation } = await invite(silent, inviter(r), { name: "Layla", role: "agent" });
  assert.equal(isMailed, false);
  assert.equal((await openInvitation(silent, VISITOR, token.reveal())).email, null);
  assert.equal(await refusalOf(resendInvitation(silent, inviter(r), invitation.id)), "identity.mail_not_set");
  assert.equal(
    await refusalOf(resendInvitation(r.handles, inviter(r), invitation.id)),
    "access.invitation_has_no_email",
  );
  const bound = await invite(silent, inviter(r), { name: "Layla", role: "agent", email: LAYLA });
  const link = bound.token.reveal();
  assert.deepEqual(
    [bound.isMailed, bound.invitation.email],
    [false, LAYLA],
    "a link to carry, for one address",
  );
  assert.equal(await refusalOf(accept(r, link, "thief@evil.example")), "access.invitation_other_email");
  assert.equal(await refusalOf(accept(r, link, LAYLA)), "no refusal");
});

test("who writes the database frees no invitation from its address, and gives it no other role", async () => {
  await using r = await recoveryHouse();
  const { linked } = await invited(r);
  for (const change of [
    "email_sealed = null",
    "role = 'owner'",
    "email_sealed = name_sealed",
    "version = 0",
  ]) {
    await r.house.asSuperuser("create table kept as select * from identity_invitation");
    await r.house.asSuperuser(`update identity_invitation set ${change}`);
    assert.equal(await refusalOf(accept(r, linked, "thief@evil.example")), "access.invitation_ended", change);
    await r.house.asSuperuser("truncate identity_invitation");
    await r.house.asSuperuser("insert into identity_invitation select * from kept");
    await r.house.asSuperuser("drop table kept");
  }
  assert.ok((await r.house.events()).includes("identity.forged_row refusal"), "a critical event");
  await accept(r, linked, LAYLA);
});
