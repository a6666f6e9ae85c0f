import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProof, newDeviceKey } from "../../../tests/support/bound-browser.ts";
import {
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "../../../tests/support/identity-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { findActor } from "../find-actor.ts";
import { signIn } from "../sign-in.ts";
import { signOut } from "../sign-out.ts";
import { challengeToBind, registerBinding } from "./register-binding.ts";
import { renewBinding } from "./renew-binding.ts";

async function desk() {
  const house = await identityHouse();
  const { totpSecret, workspaceId } = await makeOwner(house);
  const started = await signInFully(house, { email: OWNER.email, totpSecret });
  const { handles } = house;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const challenge = () => challengeToBind(installation, started.actor.sessionId, house.now());
  const token = started.token.reveal();
  const key = newDeviceKey();
  const bind = (given: { challenge: string; token?: string }) =>
    registerBinding(handles, {
      token: given.token ?? token,
      proof: makeProof({ key, challenge: given.challenge, withKey: true }),
    });
  const ask = (boundCookie: string | undefined) =>
    findActor(handles, token, house.now(), {
      ...{ address: VISITOR.address, actedAt: house.now(), boundCookie },
      deviceTokens: [started.deviceToken?.reveal() ?? ""],
    });
  return {
    ...{ house, handles, started, workspaceId, challenge, bind, ask, key },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

test("a session is bound once: a second key, with a challenge of its own, is not taken", async () => {
  await using at = await desk();
  assert.ok(at.started.challengeToBind !== undefined);
  const first = await at.bind({ challenge: at.started.challengeToBind });
  assert.equal(
    await refusalOf(at.bind({ challenge: at.started.challengeToBind })),
    "session.binding_refused",
  );
  assert.equal(await refusalOf(at.bind({ challenge: at.challenge() })), "session.binding_refused");
  assert.equal((await at.ask(first.cookie))?.stage, "open");
  assert.equal(
    (await at.house.events(at.workspaceId)).filter((event) => event === "identity.session_bound success")
      .length,
    1,
  );
});

test("two that bind the same session at once, each with a challenge: one does", async () => {
  await using at = await desk();
  const outcomes = await Promise.allSettled(
    [at.challenge(), at.challenge()].map((challenge) => at.bind({ challenge })),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("a challenge that is five minutes old binds nothing, nor does half a session, nor one that has ended", async () => {
  await using at = await desk();
  const old = at.challenge();
  at.house.pass(300);
  assert.equal(await refusalOf(at.bind({ challenge: old })), "session.binding_refused");
  const half = await signIn(at.handles, VISITOR, { email: OWNER.email, password: OWNER.password });
  const halfActor = await findActor(at.handles, half.token.reveal(), at.house.now());
  const installation = await at.handles.vault.openWorkspace(INSTALLATION);
  const forHalf = challengeToBind(installation, halfActor?.sessionId ?? ("" as never), at.house.now());
  assert.equal(
    await refusalOf(at.bind({ challenge: forHalf, token: half.token.reveal() })),
    "session.binding_refused",
  );
  const bound = await at.bind({ challenge: at.challenge() });
  assert.equal((await at.ask(bound.cookie))?.stage, "open", "all that fails leaves it as it was");
  await signOut(at.handles, at.started.actor);
  assert.equal(await refusalOf(at.bind({ challenge: at.challenge() })), "session.binding_unknown");
  const { bindingId } = bound;
  assert.equal(
    await refusalOf(renewBinding(at.handles, { bindingId, proof: undefined })),
    "session.binding_unknown",
  );
});

test("a renewal is no act: a session that is renewed for ten minutes is locked, and stays at home", async () => {
  await using at = await desk();
  const { bindingId, cookie } = await at.bind({ challenge: at.challenge() });
  await at.ask(cookie);
  let newest = cookie;
  for (let minute = 0; minute < 10; minute += 1) {
    at.house.pass(60);
    const asked = await renewBinding(at.handles, { bindingId, proof: undefined });
    assert.ok("challenge" in asked);
    const proof = makeProof({ key: at.key, challenge: asked.challenge });
    const renewed = await renewBinding(at.handles, { bindingId, proof });
    assert.ok("cookie" in renewed);
    newest = renewed.cookie;
  }
  assert.equal((await at.ask(newest))?.stage, "locked");
  assert.equal((await at.ask(undefined))?.stage, "binding", "which comes before the lock");
  at.house.pass(12 * 3600);
  const over = renewBinding(at.handles, { bindingId, proof: undefined });
  assert.equal(await refusalOf(over), "session.binding_unknown", "and ends after its twelve hours");
});
