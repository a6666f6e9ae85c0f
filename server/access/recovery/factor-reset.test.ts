import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER, VISITOR } from "../../../tests/support/identity-house.ts";
import { tokenIn } from "../../../tests/support/post-office.ts";
import { type Housemate, type RecoveryHouse, recoveryHouse } from "../../../tests/support/recovery-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { findActor } from "../../identity/find-actor.ts";
import { describeLink } from "../../identity/recovery/describe-link.ts";
import { signIn } from "../../identity/sign-in.ts";
import { deactivateMember } from "../change-member.ts";
import { cancelFactorReset, cancelFactorResetByLink, cancelOwnFactorReset } from "./cancel-factor-reset.ts";
import { completeFactorResets } from "./complete-factor-resets.ts";
import { findOwnFactorReset, listFactorResets } from "./list-factor-resets.ts";
import { startFactorReset } from "./start-factor-reset.ts";

const LAYLA = "layla@shop.example";
const CHECK = { how: "video_call", note: "Called her; she showed her badge" } as const;

const fresh = (r: RecoveryHouse, { actor }: Housemate) => ({ ...actor, factorAt: r.house.now() });

async function people(r: RecoveryHouse) {
  const admin = await r.join("admin", "omar@shop.example");
  const layla = await r.join("agent", LAYLA);
  const { workspaceId, memberId } = layla.actor;
  const start = (by: Housemate, of = memberId as string) =>
    startFactorReset(r.handles, fresh(r, by), { memberId: of, ...CHECK });
  const complete = () => completeFactorResets(r.handles, workspaceId);
  const factors = async () => {
    const rows = await r.house.asSuperuser(
      `select kind from identity_credential where person_id = '${layla.actor.personId}' and kind in ('totp', 'recovery_code')`,
    );
    return rows.length;
  };
  return { admin, layla, workspaceId, start, complete, factors };
}

test("after 24 hours by our clock, and not before, the factors are gone, with every session", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, start, complete, factors, workspaceId } = await people(r);
  const { token } = await signIn(r.handles, VISITOR, { email: LAYLA, password: OWNER.password });
  await start(admin);
  const [shown] = await listFactorResets(r.handles, r.owner.actor);
  assert.deepEqual(
    [shown?.memberId, shown?.how, shown?.note, shown?.secondsLeft],
    [layla.actor.memberId, "video_call", CHECK.note, 24 * 60 * 60],
  );
  const [row] = await r.house.asSuperuser("select note_sealed from identity_factor_reset");
  assert.equal((row as { note_sealed: Buffer }).note_sealed.includes("badge"), false);
  assert.match((await r.mailTo(LAYLA)).text, /Name of omar.* confirmed that you have lost/);

  r.house.pass(24 * 60 * 60 - 1);
  await complete();
  assert.equal(await factors(), 11);
  const { token: later } = await signIn(r.handles, VISITOR, { email: LAYLA, password: OWNER.password });
  r.house.pass(1);
  await complete();
  assert.equal(await factors(), 0);
  for (const session of [token, later]) assert.equal(await r.isSignedIn(session), false);
  assert.deepEqual(await listFactorResets(r.handles, r.owner.actor), []);
  assert.equal((await r.mailTo(LAYLA)).subject, "Set up a new second factor");
  const { token: after } = await signIn(r.handles, VISITOR, { email: LAYLA, password: OWNER.password });
  const stage = (await findActor(r.handles, after.reveal(), r.house.now()))?.stage;
  assert.equal(stage, "enrol", "and may do nothing else");
  const told = (await r.house.events(workspaceId)).filter((event) => event.includes("factor_reset"));
  assert.deepEqual(told, ["identity.factor_reset_started success", "identity.factor_reset_done success"]);
});

test("the person with the mailed link or in a session, and any other Admin, can cancel it", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, start, complete, factors, workspaceId } = await people(r);

  await start(admin);
  const link = tokenIn(await r.mailTo(LAYLA));
  assert.equal((await describeLink(r.handles, VISITOR, link)).purpose, "factor_reset_cancel");
  await cancelFactorResetByLink(r.handles, VISITOR, link);
  assert.equal((await r.mailTo(LAYLA)).subject, "Your second factors stay");
  assert.equal(await refusalOf(cancelFactorResetByLink(r.handles, VISITOR, link)), "identity.link_ended");

  await start(admin);
  const old = tokenIn(await r.mailTo(LAYLA));
  assert.equal((await findOwnFactorReset(r.handles, layla.actor))?.secondsLeft, 24 * 60 * 60);
  await cancelOwnFactorReset(r.handles, layla.actor);
  await cancelOwnFactorReset(r.handles, layla.actor);
  assert.equal(await refusalOf(cancelFactorResetByLink(r.handles, VISITOR, old)), "identity.link_ended");

  await start(admin);
  const [pending] = await listFactorResets(r.handles, r.owner.actor);
  await cancelFactorReset(r.handles, r.owner.actor, pending?.id ?? "");

  r.house.pass(25 * 60 * 60);
  await complete();
  assert.equal(await factors(), 11);
  const told = (await r.house.events(workspaceId)).filter((event) => event.includes("factor_reset_"));
  assert.equal(told.filter((event) => event === "identity.factor_reset_cancelled success").length, 3);
  assert.ok(!told.includes("identity.factor_reset_done success"));
});

test("nobody for themself, nobody for anyone above them, not twice, not without a fresh factor or the right", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, start } = await people(r);
  assert.equal(await refusalOf(start(admin, admin.actor.memberId)), "access.own_membership");
  assert.equal(await refusalOf(start(admin, r.owner.actor.memberId)), "access.above_own_level");
  assert.equal(await refusalOf(start(layla, admin.actor.memberId)), "access.permission_missing");
  const stale = { ...admin.actor, factorAt: new Date(r.house.now().getTime() - 5 * 60_000) };
  const late = startFactorReset(r.handles, stale, { memberId: layla.actor.memberId, ...CHECK });
  assert.equal(await refusalOf(late), "identity.factor_stale");
  await start(admin);
  assert.equal(await refusalOf(start(r.owner)), "access.factor_reset_pending");
  assert.equal((await listFactorResets(r.handles, r.owner.actor)).length, 1);
});

test("it takes no effect when who began it is gone by then", async () => {
  await using r = await recoveryHouse();
  const { admin, start, complete, factors, workspaceId } = await people(r);
  await start(admin);
  await deactivateMember(r.handles, async () => {}, fresh(r, r.owner), admin.actor.memberId);
  r.house.pass(24 * 60 * 60);
  await complete();
  assert.equal(await factors(), 11);
  assert.ok((await r.house.events(workspaceId)).includes("identity.factor_reset_cancelled success"));
});

test("who writes the database brings it no nearer, starts none, and revives none that was cancelled", async () => {
  await using r = await recoveryHouse();
  const { admin, layla, start, complete, factors } = await people(r);
  await start(admin);
  await r.house.asSuperuser("create table kept as select * from identity_factor_reset");
  const restore = async () => {
    await r.house.asSuperuser("truncate identity_factor_reset");
    await r.house.asSuperuser("insert into identity_factor_reset select * from kept");
  };
  for (const change of [
    "due_at = due_at - interval '25 hours'",
    `person_id = '${r.owner.actor.personId}', due_at = due_at - interval '25 hours'`,
  ]) {
    await r.house.asSuperuser(`update identity_factor_reset set ${change}`);
    await complete();
    await restore();
  }
  await cancelOwnFactorReset(r.handles, layla.actor);
  await listFactorResets(r.handles, admin.actor);
  r.house.pass(24 * 60 * 60 + 60);
  await complete();
  await restore();
  await complete();
  assert.equal(await factors(), 11, "put back as it was before it was cancelled");
  assert.ok((await r.house.events()).includes("identity.forged_row refusal"));
});
