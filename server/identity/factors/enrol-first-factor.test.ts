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
import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { startSession } from "../start-session.ts";
import { totpCodeAt } from "../totp.ts";
import { enrolFirstFactor, grantEnrolmentLeave, offerFirstFactor } from "./enrol-first-factor.ts";

test("an open session of a trusted company account enrols a first factor within five minutes of its beginning", async () => {
  await using house = await identityHouse();
  const { handles } = house;
  const made = await makeOwner(house);
  const { actor: member } = await signInFully(house, { email: OWNER.email, ...made });
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(member.workspaceId);
  const until = new Date(house.now().getTime() + 86_400_000);
  const begin = () =>
    inWorkspace(handles.db, INSTALLATION, async (tx) => {
      await grantEnrolmentLeave(tx, installation, { personId: member.personId, now: house.now(), until });
      const vaults = { installation, workspace };
      return startSession(handles, tx, vaults, { member, method: "oidc", visitor: VISITOR });
    });
  const count = async () => (await house.asSuperuser("select from identity_credential")).length;

  const { actor } = await begin();
  assert.deepEqual([actor.stage, actor.factorAt], ["open", null]);
  house.pass(299);
  const early = await offerFirstFactor(handles, actor);
  house.pass(1);
  assert.equal(await refusalOf(offerFirstFactor(handles, actor)), "identity.sign_in_stale");
  const before = await count();
  const confirm = (whose: typeof actor, { enrolment, secret }: typeof early) => {
    const proof = { totp: totpCodeAt(secret, house.now()) };
    return enrolFirstFactor(handles, whose, VISITOR, { enrolment, proof, name: "App" });
  };
  assert.equal(await refusalOf(confirm(actor, early)), "identity.sign_in_stale");
  assert.equal(await count(), before);

  const again = await begin();
  const offered = await offerFirstFactor(handles, again.actor);
  house.pass(299);
  const enrolled = await confirm(again.actor, offered);
  assert.deepEqual([enrolled.actor.stage, enrolled.actor.method], ["open", "totp"]);
});
