import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse, makeOwner, OWNER, signInFully, VISITOR } from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { Secret } from "../platform/secret.ts";
import { purgeIdentity } from "./purge-identity.ts";
import { signIn } from "./sign-in.ts";

test("sessions and failures go when they have ended, and not before", async () => {
  await using house = await identityHouse();
  const owner = await makeOwner(house);
  await signInFully(house, { email: OWNER.email, ...owner });
  const wrong = { email: OWNER.email, password: new Secret("wrong horse battery") };
  assert.equal(await refusalOf(signIn(house.handles, VISITOR, wrong)), "identity.sign_in_refused");
  const count = async (table: string) => (await house.asSuperuser(`select from ${table}`)).length;

  house.pass(12 * 3600 - 1);
  await purgeIdentity(house.handles.db, house.now());
  assert.deepEqual([await count("identity_session"), await count("identity_attempt")], [1, 3]);
  house.pass(1);
  await purgeIdentity(house.handles.db, house.now());
  assert.deepEqual([await count("identity_session"), await count("identity_attempt")], [0, 3]);
  house.pass(12 * 3600 + 1);
  await purgeIdentity(house.handles.db, house.now());
  assert.deepEqual([await count("identity_session"), await count("identity_attempt")], [0, 0]);
});
