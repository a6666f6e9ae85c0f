import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import type { Actor } from "./actor.ts";
import { changePassword } from "./change-password.ts";
import { lockCredentials, updateCredential } from "./credentials.ts";
import { findActor } from "./find-actor.ts";
import { askForNewPassword, replacePassword } from "./passwords/new-password-asked.ts";
import { deleteSessions, insertSession } from "./session.ts";
import { actorOfSession } from "./session-row.ts";
import { signIn } from "./sign-in.ts";
import { startSession } from "./start-session.ts";

async function rig(house: IdentityHouse) {
  const made = await makeOwner(house);
  const { actor } = await signInFully(house, { email: OWNER.email, ...made });
  const { handles } = house;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  /** Does both; the first has done its part, and commits only when the second has come to wait, or is through. */
  const oneAfterTheOther = async <First, Second>(
    first: (tx: Tx) => Promise<First>,
    second: (tx: Tx) => Promise<Second>,
  ): Promise<[First, Second]> => {
    const done = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const one = inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const result = await first(tx);
      done.resolve();
      await go.promise;
      return result;
    });
    await Promise.race([done.promise, one]);
    let isThrough = false;
    const other = inWorkspace(handles.db, INSTALLATION, second).finally(() => {
      isThrough = true;
    });
    while (!isThrough && (await countWaiting(house)) === 0) await new Promise((next) => setTimeout(next, 20));
    go.resolve();
    return Promise.all([one, other]);
  };
  const begin = (member: Actor, replaced?: Actor) => (tx: Tx) =>
    startSession(
      handles,
      tx,
      { installation, workspace },
      { member, replaced, method: "passkey", visitor: VISITOR },
    );
  return { actor, installation, oneAfterTheOther, begin };
}

type Tx = Parameters<typeof deleteSessions>[0];

async function countWaiting(house: IdentityHouse): Promise<number> {
  const rows = await house.asSuperuser(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}

test("a session that is being written when all of its person's end ends with them", async () => {
  await using house = await identityHouse();
  const { actor, installation, oneAfterTheOther, begin } = await rig(house);
  const { personId } = actor;
  const [{ token, actor: born }, ended] = await oneAfterTheOther(begin(actor), (tx) =>
    deleteSessions(tx, installation, { personId }),
  );
  assert.deepEqual(ended.sort(), [actor.sessionId, born.sessionId].sort());
  assert.equal(await findActor(house.handles, token.reveal(), house.now()), undefined);
});

test("a session that begins while a new password is being asked for has one to choose", async () => {
  await using house = await identityHouse();
  const { actor, installation, oneAfterTheOther, begin } = await rig(house);
  const { personId } = actor;
  const [, { actor: born, challengeToBind }] = await oneAfterTheOther(async (tx) => {
    await askForNewPassword(tx, installation, { personId, now: house.now() });
    await deleteSessions(tx, installation, { personId });
  }, begin(actor));
  assert.equal(born.stage, "password");
  assert.equal(challengeToBind, undefined, "it is bound to its device once it is whole");
});

test("a password that is changed while a sign-in looks at the old one starts no session with the old one", async () => {
  await using house = await identityHouse();
  const { actor, installation } = await rig(house);
  const { handles } = house;
  const { personId } = actor;
  const isKnown = async () => {
    await inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const [credential] = await lockCredentials(tx, installation, personId, "password");
      assert.ok(credential);
      await updateCredential(tx, installation, replacePassword(credential, "another hash"));
      await deleteSessions(tx, installation, { personId });
    });
    return false;
  };
  const meanwhile = { ...handles, strength: { ...handles.strength, isKnown } };
  const { email, password } = OWNER;
  assert.equal(await refusalOf(signIn(meanwhile, VISITOR, { email, password })), "identity.sign_in_refused");
  assert.equal((await house.asSuperuser("select from identity_session")).length, 0);
  assert.equal(
    (await house.events()).filter((kind) => kind === "identity.sign_in_refused refusal").length,
    1,
  );
});

test("a new password proves no factor: the session goes on with the time of the last proof, and the log says so", async () => {
  await using house = await identityHouse();
  const { actor } = await rig(house);
  const before = await house.events(actor.workspaceId);
  house.pass(240);
  const next = new Secret("a boat under four bridges");
  const started = await changePassword(house.handles, actor, VISITOR, { current: OWNER.password, next });
  assert.deepEqual([started.actor.stage, started.actor.factorAt], ["open", actor.factorAt]);
  const told = (await house.events(actor.workspaceId)).slice(before.length);
  assert.ok(told.includes("identity.session_renewed success"));
  assert.ok(!told.includes("identity.factor_proved success"));
});

test("who began at their company's account and proves our factor is not asked for a password they do not use", async () => {
  await using house = await identityHouse();
  const { actor, installation, begin } = await rig(house);
  const { personId, workspaceId, memberId } = actor;
  const { db } = house.handles;
  await inWorkspace(db, INSTALLATION, (tx) =>
    askForNewPassword(tx, installation, { personId, now: house.now() }),
  );
  const whole = (method: "oidc" | null) =>
    inWorkspace(db, INSTALLATION, async (tx) => {
      const { session } = await insertSession(tx, installation, {
        ...{ workspaceId, personId, memberId, userAgent: undefined, now: house.now() },
        ...{ pending: "factor", method },
      });
      const replaced = actorOfSession(session, actor.role);
      return (await begin(actor, replaced)(tx)).actor;
    });
  const byAccount = await whole("oidc");
  assert.deepEqual([byAccount.stage, byAccount.factorAt], ["open", house.now()]);
  assert.equal((await whole(null)).stage, "password");
});
