import assert from "node:assert/strict";
import { test } from "node:test";
import { changePassword } from "../../server/identity/change-password.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import { Secret } from "../../server/platform/secret.ts";
import { identityHouse, makeOwner, OWNER, signInFully, VISITOR } from "../support/identity-house.ts";

test("a session that ended with a changed password, and is put back into the database as it was, speaks for nobody", async () => {
  await using house = await identityHouse();
  const { totpSecret } = await makeOwner(house);
  const stolen = await signInFully(house, { email: OWNER.email, totpSecret });
  const own = await signInFully(house, { email: OWNER.email, totpSecret });
  const who = (token: Secret<string>) => findActor(house.handles, token.reveal(), house.now());
  assert.ok(await who(stolen.token));
  await house.asSuperuser("create table kept as select * from identity_session");

  const next = new Secret("a new and rather long phrase 31");
  await changePassword(house.handles, own.actor, VISITOR, { current: OWNER.password, next });
  assert.equal(await who(stolen.token), undefined, "it ended");
  house.pass(10);
  await house.asSuperuser("insert into identity_session select * from kept on conflict do nothing");
  assert.equal(await who(stolen.token), undefined, "and is not back");
  assert.ok((await house.events()).includes("identity.forged_row refusal"), "the log says so");
});
