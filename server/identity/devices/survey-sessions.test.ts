import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse, makeOwner, OWNER, signInFully } from "../../../tests/support/identity-house.ts";
import { newId } from "../../platform/ids.ts";
import { signOut } from "../sign-out.ts";
import { lockNow } from "./lock-session.ts";
import { surveySessions } from "./survey-sessions.ts";

async function twoSessions() {
  const house = await identityHouse();
  const owner = await makeOwner(house);
  const one = await signInFully(house, { email: OWNER.email, ...owner });
  const other = await signInFully(house, { email: OWNER.email, ...owner });
  const ids = [one.actor.sessionId, other.actor.sessionId, newId<string>()];
  const ask = async () => {
    const standing = await surveySessions(house.handles, ids, house.now());
    return ids.map((id) => standing.get(id));
  };
  return { house, owner, one, other, ask, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

test("a session has ended when it was signed out, when its time is up, or when it never was", async () => {
  await using s = await twoSessions();
  assert.deepEqual(await s.ask(), ["open", "open", undefined]);
  await signOut(s.house.handles, s.one.actor);
  assert.deepEqual(await s.ask(), [undefined, "open", undefined]);
  s.house.pass(12 * 3600);
  assert.deepEqual(await s.ask(), [undefined, undefined, undefined]);
});

test("one that its member locks is locked, and one that nobody uses is locked by the survey, once", async () => {
  await using s = await twoSessions();
  await lockNow(s.house.handles, s.one.actor);
  assert.deepEqual(await s.ask(), ["locked", "open", undefined]);
  s.house.pass(570 - 1);
  assert.deepEqual(
    await s.ask(),
    ["locked", "open", undefined],
    "30 s have passed since the other's beginning",
  );
  s.house.pass(61);
  assert.deepEqual(await s.ask(), ["locked", "locked", undefined]);
  assert.deepEqual(await s.ask(), ["locked", "locked", undefined]);
  const events = await s.house.events(s.owner.workspaceId);
  assert.equal(events.filter((event) => event === "identity.session_locked success").length, 2);
});

test("one that somebody unlocks in the database by hand has ended, and one put back stays so", async () => {
  await using s = await twoSessions();
  await lockNow(s.house.handles, s.one.actor);
  await s.house.asSuperuser(
    `update identity_session set locked_at = null, active_at = now() where id = '${s.one.actor.sessionId}'`,
  );
  assert.deepEqual(await s.ask(), [undefined, "open", undefined]);

  await s.house.asSuperuser("create table kept as select * from identity_session");
  await signOut(s.house.handles, s.other.actor);
  s.house.pass(10);
  await s.house.asSuperuser(
    `insert into identity_session select * from kept where id = '${s.other.actor.sessionId}'`,
  );
  assert.deepEqual(await s.ask(), [undefined, undefined, undefined]);
  const forged = (await s.house.events()).filter((event) => event === "identity.forged_row refusal");
  assert.equal(forged.length, 3, "the first of them is told of again after ten seconds");
});
