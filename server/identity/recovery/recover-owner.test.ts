import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, VISITOR } from "../../../tests/support/identity-house.ts";
import { recoveryHouse } from "../../../tests/support/recovery-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { Secret } from "../../platform/secret.ts";
import { findActor } from "../find-actor.ts";
import { signIn } from "../sign-in.ts";
import { listOwners, recoverOwner, startOwnerRecovery } from "./recover-owner.ts";
import { resetPassword } from "./reset-password.ts";

const PASSWORD = new Secret("another quite long phrase 47");

test("an Owner comes back by a link made on the machine: once, with a new password, and has to enrol", async () => {
  await using r = await recoveryHouse();
  const { token: before } = await signIn(r.handles, VISITOR, {
    email: OWNER.email,
    password: OWNER.password,
  });
  const [owner, second] = await listOwners(r.handles);
  assert.deepEqual([owner?.email, owner?.name, second], [OWNER.email, OWNER.name, undefined]);
  assert.ok(owner);
  const { token } = await startOwnerRecovery(r.handles, owner);
  assert.match((await r.mailTo(OWNER.email)).subject, /^An Owner of .* is being recovered$/);
  assert.equal(await r.isSignedIn(before), true, "until it is used nothing changes");

  const code = { totp: r.code(r.owner) };
  const reset = resetPassword(r.handles, VISITOR, {
    token: token.reveal(),
    password: PASSWORD,
    factor: code,
  });
  assert.equal(await refusalOf(reset), "identity.link_ended", "it is no link for a password");
  const use = () => recoverOwner(r.handles, VISITOR, { token: token.reveal(), password: PASSWORD });
  const started = await use();
  assert.equal((await findActor(r.handles, started.token.reveal(), r.house.now()))?.stage, "enrol");
  assert.equal(await r.isSignedIn(before), false);
  assert.equal(await refusalOf(use()), "identity.link_ended");
  const old = signIn(r.handles, VISITOR, { email: OWNER.email, password: OWNER.password });
  assert.equal(await refusalOf(old), "identity.sign_in_refused");
  for (const log of [await r.house.events(), await r.house.events(owner.workspaceId)])
    for (const event of ["identity.owner_recovery_started success", "identity.owner_recovered success"])
      assert.ok(log.includes(event), event);
});

test("it is over after ten minutes, and is made for Owners alone", async () => {
  await using r = await recoveryHouse();
  const admin = await r.join("admin", "omar@shop.example");
  const notOne = startOwnerRecovery(r.handles, admin.actor);
  assert.equal(await refusalOf(notOne), "identity.not_an_owner");
  const { token } = await startOwnerRecovery(r.handles, r.owner.actor);
  r.house.pass(10 * 60);
  const late = recoverOwner(r.handles, VISITOR, { token: token.reveal(), password: PASSWORD });
  assert.equal(await refusalOf(late), "identity.link_ended");
  const { token: still } = await startOwnerRecovery(r.handles, r.owner.actor);
  await r.house.asSuperuser(`update identity_recovery_link set person_id = '${admin.actor.personId}'`);
  const forged = recoverOwner(r.handles, VISITOR, { token: still.reveal(), password: PASSWORD });
  assert.equal(await refusalOf(forged), "identity.link_ended");
  assert.ok((await r.house.events()).includes("identity.forged_row refusal"));
});
