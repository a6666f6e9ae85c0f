import assert from "node:assert/strict";
import { test } from "node:test";
import {
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "../../../tests/support/identity-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { findActor } from "../find-actor.ts";
import { proveFactor } from "../prove-factor.ts";
import { totpCodeAt } from "../totp.ts";

/** An Owner at their desk, and what their browser sends. */
async function desk() {
  const house = await identityHouse();
  const { totpSecret } = await makeOwner(house);
  const { token, deviceToken } = await signInFully(house, { email: OWNER.email, totpSecret });
  const deviceTokens = deviceToken === undefined ? [] : [deviceToken.reveal()];
  const ask = (given: { readonly acted: boolean; readonly token?: string }) =>
    findActor(house.handles, given.token ?? token.reveal(), house.now(), {
      ...{
        address: VISITOR.address,
        deviceTokens,
        boundCookie: undefined,
        actedAt: given.acted ? house.now() : null,
      },
    });
  return { house, totpSecret, deviceTokens, ask, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

const MINUTE_S = 60;

test("a session that nobody uses for ten minutes is locked, and what a console asks by itself is no use", async () => {
  await using at = await desk();
  for (let minute = 1; minute < 10; minute += 1) {
    at.house.pass(MINUTE_S);
    assert.equal((await at.ask({ acted: false }))?.stage, "open", `after ${minute} minutes`);
  }
  at.house.pass(MINUTE_S);
  const actor = await at.ask({ acted: false });
  assert.deepEqual([actor?.stage, actor?.assurance], ["locked", 1]);
  assert.equal((await at.ask({ acted: true }))?.stage, "locked", "moving the mouse does not open it");
});

test("a person who does something keeps the session open, and not beyond its twelve hours", async () => {
  await using at = await desk();
  for (let minute = 0; minute < 12 * 60 - 5; minute += 5) {
    assert.equal((await at.ask({ acted: true }))?.stage, "open", `after ${minute} minutes`);
    at.house.pass(5 * MINUTE_S);
  }
  at.house.pass(5 * MINUTE_S);
  assert.equal(await at.ask({ acted: true }), undefined);
});

test("a factor opens a locked session under a new token, and its end stays where it was", async () => {
  await using at = await desk();
  at.house.pass(10 * MINUTE_S);
  const locked = await at.ask({ acted: false });
  assert.ok(locked?.stage === "locked");
  const visitor = { ...VISITOR, deviceTokens: at.deviceTokens };
  const wrong = proveFactor(at.house.handles, locked, visitor, { totp: "000000" });
  assert.equal(await refusalOf(wrong), "identity.code_wrong");

  const totp = totpCodeAt(at.totpSecret, at.house.now());
  const opened = await proveFactor(at.house.handles, locked, visitor, { totp });
  assert.equal(await at.ask({ acted: false }), undefined, "the old token opens nothing");
  const again = await at.ask({ acted: false, token: opened.token.reveal() });
  assert.deepEqual([again?.stage, again?.assurance], ["open", 2]);
  assert.ok((await at.house.events(locked.workspaceId)).includes("identity.session_unlocked success"));

  at.house.pass(12 * 60 * MINUTE_S - 11 * MINUTE_S);
  assert.notEqual(await at.ask({ acted: false, token: opened.token.reveal() }), undefined);
  at.house.pass(MINUTE_S);
  assert.equal(await at.ask({ acted: false, token: opened.token.reveal() }), undefined);
});

test("a cookie that comes without the device it was given on asks for a factor, wherever it turns up", async () => {
  await using at = await desk();
  const before = await at.ask({ acted: true });
  assert.equal(before?.stage, "open");
  at.deviceTokens.length = 0;
  const stolen = await at.ask({ acted: true });
  assert.deepEqual([stolen?.stage, stolen?.assurance], ["network", 1]);
  const events = await at.house.events(before.workspaceId);
  assert.ok(events.includes("identity.network_refused refusal"));
});
