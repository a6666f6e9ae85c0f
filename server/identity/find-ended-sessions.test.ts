import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse, makeOwner, OWNER, signInFully } from "../../tests/support/identity-house.ts";
import { newId } from "../platform/ids.ts";
import { findEndedSessions } from "./find-ended-sessions.ts";
import { signOut } from "./sign-out.ts";

test("a session has ended when it was signed out, when its time is up, or when it never was", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  const one = await signInFully(house, { email: OWNER.email, ...owner });
  const other = await signInFully(house, { email: OWNER.email, ...owner });
  const never = newId<string>();
  const ask = async () => {
    const ids = [one.actor.sessionId, other.actor.sessionId, never];
    const ended = await findEndedSessions(house.handles.db, ids, house.now());
    return ids.map((id) => ended.has(id));
  };

  assert.deepEqual(await ask(), [false, false, true]);
  await signOut(house.handles, one.actor);
  assert.deepEqual(await ask(), [true, false, true]);
  house.pass(12 * 3600);
  assert.deepEqual(await ask(), [true, true, true]);
});
