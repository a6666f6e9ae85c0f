import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, VISITOR } from "../../tests/support/identity-house.ts";
import { type Housemate, type RecoveryHouse, recoveryHouse } from "../../tests/support/recovery-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { changePassword } from "../identity/change-password.ts";
import { findActor } from "../identity/find-actor.ts";
import { proveFactor } from "../identity/prove-factor.ts";
import { makeResetLink } from "../identity/recovery/make-reset-link.ts";
import { resetPassword } from "../identity/recovery/reset-password.ts";
import { signIn } from "../identity/sign-in.ts";
import { Secret } from "../platform/secret.ts";
import { askMemberForNewPassword } from "./ask-new-password.ts";

const LAYLA = "layla@shop.example";
const NEXT = new Secret("a boat under four bridges");

const fresh = (r: RecoveryHouse, { actor }: Housemate) => ({ ...actor, factorAt: r.house.now() });

async function people(r: RecoveryHouse) {
  const admin = await r.join("admin", "omar@shop.example");
  const layla = await r.join("agent", LAYLA);
  const ask = (by: Housemate, of: Housemate = layla) =>
    askMemberForNewPassword(r.handles, fresh(r, by), of.actor.memberId);
  const half = async (password = OWNER.password) => {
    const { token } = await signIn(r.handles, VISITOR, { email: LAYLA, password });
    const actor = await findActor(r.handles, token.reveal(), r.house.now());
    assert.ok(actor);
    return actor;
  };
  const whole = async (password = OWNER.password) =>
    proveFactor(r.handles, await half(password), VISITOR, { totp: r.code(layla) });
  return { admin, layla, ask, half, whole };
}

test("an Admin asks somebody for a new password: their sessions end, and the next may only choose one", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, ask, whole, half } = await people(r);
  const before = await whole();
  assert.equal((await r.mailTo(LAYLA)).subject, "Sign-in on a new device");
  await ask(admin);
  assert.equal(await r.isSignedIn(before.token), false);
  const mail = await r.mailTo(LAYLA);
  assert.equal(mail.subject, "Choose a new password at your next sign-in");
  assert.match(mail.text, /Name of omar.* asked on/);
  assert.match(mail.text, /Whom you can tell in your workspace: .?Ana.?, .?Name of omar/);

  assert.equal((await half()).stage, "factor", "the second factor comes first");
  const { actor } = await whole();
  assert.deepEqual([actor.stage, actor.assurance], ["password", 1]);
  const change = (next: Secret<string>, current = OWNER.password) =>
    changePassword(r.handles, actor, VISITOR, { current, next });
  assert.equal(await refusalOf(change(OWNER.password)), "identity.password_same");
  assert.equal(await refusalOf(change(NEXT, new Secret("not my password"))), "identity.password_wrong");
  assert.equal(await refusalOf(change(new Secret("123qweasdzxc"))), "identity.password_breached");
  const factorAt = actor.factorAt?.getTime();
  r.house.pass(60);
  const started = await change(NEXT);
  assert.equal(started.actor.stage, "open");
  assert.equal(started.actor.factorAt?.getTime(), factorAt, "a new password proves no factor afresh");
  assert.equal((await whole(NEXT)).actor.stage, "open", "and it is asked for once");
  const told = await r.house.events(layla.actor.workspaceId);
  assert.ok(told.includes("identity.new_password_asked success"));
  assert.ok(told.includes("identity.password_changed success"));
});

test("nobody asks it of themself or of anybody above them, without the right or a fresh factor", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, ask, whole } = await people(r);
  const { token } = await whole();
  assert.equal(await refusalOf(ask(admin, admin)), "access.own_membership");
  assert.equal(await refusalOf(ask(admin, r.owner)), "access.above_own_level");
  assert.equal(await refusalOf(ask(layla, admin)), "access.permission_missing");
  const stale = { ...admin.actor, factorAt: new Date(r.house.now().getTime() - 5 * 60_000) };
  assert.equal(
    await refusalOf(askMemberForNewPassword(r.handles, stale, layla.actor.memberId)),
    "identity.factor_stale",
  );
  assert.equal(await r.isSignedIn(token), true);
  assert.ok(!(await r.house.events(layla.actor.workspaceId)).includes("identity.new_password_asked success"));
});

test("a mailed link is no way around it: it sets another password, and not the one that is known", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, ask, whole } = await people(r);
  await ask(admin);
  const reset = async (password: Secret<string>) => {
    const { token } = await makeResetLink(r.handles, LAYLA);
    await resetPassword(r.handles, VISITOR, {
      token: token.reveal(),
      password,
      factor: { totp: r.code(layla) },
    });
  };
  assert.equal(await refusalOf(reset(OWNER.password)), "identity.password_same");
  await reset(NEXT);
  let changed = await r.mailTo(LAYLA);
  while (changed.subject !== "Your password was changed") changed = await r.mailTo(LAYLA);
  assert.match(
    changed.text,
    /tell an Admin of your workspace now.*Whom you can tell in your workspace: .?Ana/s,
  );
  assert.equal((await whole(NEXT)).actor.stage, "open");
});

test("who signs in with a password that is in the list by now chooses another one first", async () => {
  await using r = await recoveryHouse();
  const { layla, whole } = await people(r);
  const handles = { ...r.handles, strength: { ...r.handles.strength, isKnown: async () => true } };
  const { token } = await signIn(handles, VISITOR, { email: LAYLA, password: OWNER.password });
  const half = await findActor(handles, token.reveal(), r.house.now());
  assert.ok(half);
  const { actor } = await proveFactor(handles, half, VISITOR, { totp: r.code(layla) });
  assert.equal(actor.stage, "password");
  assert.equal((await whole()).actor.stage, "password", "and so does the next session, wherever it is");
  const asked = (await r.house.events(layla.actor.workspaceId)).filter((kind) => /new_password/.test(kind));
  assert.deepEqual(asked, ["identity.new_password_asked success"], "it is told once");
  const going = await proveFactor(r.handles, layla.actor, VISITOR, { totp: r.code(layla) });
  assert.equal(going.actor.stage, "open", "nobody is stopped in the middle of their work");
});
