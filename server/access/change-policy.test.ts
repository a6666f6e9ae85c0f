import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
} from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import type { Actor } from "../identity/actor.ts";
import { INITIAL_POLICIES } from "../identity/policy/catalogue.ts";
import { changePolicy } from "./change-policy.ts";

let house: IdentityHouse;
let owner: Actor;

before(async () => {
  house = await identityHouse();
  const { totpSecret } = await makeOwner(house);
  owner = (await signInFully(house, { email: OWNER.email, totpSecret })).actor;
});
after(() => house[Symbol.asyncDispose]());

const minutes = async () => {
  house.handles.policies.forget(owner.workspaceId);
  return (await house.handles.policies.of(owner.workspaceId)).idleLock.minutes;
};
const forgeries = async () =>
  (await house.events()).filter((event) => event === "identity.forged_row refusal").length;

test("policies are as they come until somebody changes them, and a change is on record with both values", async () => {
  assert.deepEqual(await house.handles.policies.of(owner.workspaceId), INITIAL_POLICIES);
  await changePolicy(house.handles, owner, { name: "idleLock", value: { minutes: 5 } });
  assert.equal(await minutes(), 5);
  const [event] = await house.asSuperuser(
    "select * from audit_event where kind = 'access.policy_changed' order by id desc limit 1",
  );
  assert.match(JSON.stringify(event), /idleLock/);
});

test("an agent, and an Owner whose factor is stale, change nothing", async () => {
  const value = { minutes: 60 };
  const agent = { ...owner, role: "agent" as const };
  const stale = { ...owner, factorAt: new Date(house.now().getTime() - 5 * 60_000) };
  const change = (actor: Actor) => changePolicy(house.handles, actor, { name: "idleLock", value });
  assert.equal(await refusalOf(change(agent)), "access.permission_missing");
  assert.equal(await refusalOf(change(stale)), "identity.factor_stale");
  assert.equal(await minutes(), 5);
});

test("a policy written, put back or taken away in the database changes nothing and is told", async () => {
  const [before] = (await house.asSuperuser("select value, version, mac from identity_policy")) as Array<{
    value: string;
    version: string;
    mac: Buffer;
  }>;
  assert.ok(before);
  house.pass(1);
  await changePolicy(house.handles, owner, { name: "idleLock", value: { minutes: 3 } });
  assert.equal(await minutes(), 3);
  house.pass(10);

  await house.asSuperuser(`update identity_policy set value = '{"minutes":60}'`);
  assert.equal(await minutes(), 3, "written by hand");
  assert.equal(await forgeries(), 1);

  const mac = before.mac.toString("hex");
  await house.asSuperuser(
    `update identity_policy set value = '${before.value}', version = ${before.version}, mac = '\\x${mac}'`,
  );
  house.pass(10);
  assert.equal(await minutes(), 3, "put back");
  assert.equal(await forgeries(), 2);

  await house.asSuperuser("delete from identity_policy");
  house.pass(10);
  assert.equal(await minutes(), 3, "taken away");
  assert.equal(await forgeries(), 3);

  house.pass(1);
  await changePolicy(house.handles, owner, { name: "idleLock", value: { minutes: 7 } });
  assert.equal(await minutes(), 7, "what the Owner decides holds again");
});
