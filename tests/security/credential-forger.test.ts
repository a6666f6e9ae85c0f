import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor, PersonId } from "../../server/identity/actor.ts";
import { offerEnrolledPasskey } from "../../server/identity/enrolment.ts";
import { addFactor, offerFactor } from "../../server/identity/factors/add-factor.ts";
import { grantEnrolmentLeave, offerFirstFactor } from "../../server/identity/factors/enrol-first-factor.ts";
import { listFactors } from "../../server/identity/factors/list-factors.ts";
import { removeFactor } from "../../server/identity/factors/remove-factor.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import { askSignInPasskey, signInWithPasskey } from "../../server/identity/passkeys/sign-in-with-passkey.ts";
import { proveFactor } from "../../server/identity/prove-factor.ts";
import { renewRecoveryCodes } from "../../server/identity/renew-recovery-codes.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { inWorkspace } from "../../server/platform/database.ts";
import { INSTALLATION } from "../../server/platform/ids.ts";
import { Authenticator } from "../support/authenticator.ts";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "../support/identity-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/** The attacker: writes every row as the database's superuser, and has an account of their own to copy from. */
const ORIGIN = "https://localhost:8443";
const EVE = { email: "eve@other.example" };

async function addPasskey({ handles }: IdentityHouse, actor: Actor): Promise<Authenticator> {
  const device = new Authenticator(ORIGIN);
  const { enrolment } = await offerFactor(handles, actor);
  const offer = await offerEnrolledPasskey(handles, enrolment);
  const passkey = device.make(JSON.parse(JSON.stringify(offer)));
  await addFactor(handles, actor, { enrolment, proof: { passkey }, name: "Phone" });
  return device;
}

async function enter({ handles }: IdentityHouse, device: Authenticator) {
  const request = JSON.parse(JSON.stringify(await askSignInPasskey(handles)));
  return signInWithPasskey(handles, VISITOR, { passkey: device.answer(request), replaced: undefined });
}

/** Ana, the victim, and Eve, with a passkey each. */
async function twoPeople() {
  const house = await identityHouse();
  const ana = { ...(await makeOwner(house)), email: OWNER.email };
  const eve = { ...(await makeOwner(house, EVE)), ...EVE };
  const anaIn = await signInFully(house, ana);
  const eveIn = await signInFully(house, eve);
  const anasDevice = await addPasskey(house, anaIn.actor);
  const evesDevice = await addPasskey(house, eveIn.actor);
  return { house, ana, eve, anaIn, eveIn, anasDevice, evesDevice };
}

async function forgeries(house: IdentityHouse): Promise<number> {
  return (await house.events()).filter((event) => event.startsWith("identity.forged_row")).length;
}

const ATTACKS: ReadonlyArray<[name: string, statement: (ana: PersonId, eve: PersonId) => string]> = [
  [
    "her own passkey given to the victim",
    (ana, eve) =>
      `update identity_credential set person_id = '${ana}' where person_id = '${eve}' and kind = 'passkey'`,
  ],
  [
    "the victim's passkey found by her own handle",
    (ana, eve) =>
      `with hers as (delete from identity_credential where person_id = '${eve}' and kind = 'passkey' returning handle_hash)
       update identity_credential mine set handle_hash = hers.handle_hash from hers
       where mine.person_id = '${ana}' and mine.kind = 'passkey'`,
  ],
  [
    "the key of her passkey in the victim's row",
    (ana, eve) =>
      `with hers as (delete from identity_credential where person_id = '${eve}' and kind = 'passkey' returning *)
       update identity_credential mine set handle_hash = hers.handle_hash, secret = hers.secret, mac = hers.mac,
         version = hers.version from hers where mine.person_id = '${ana}' and mine.kind = 'passkey'`,
  ],
  [
    "the counter set back, so that a copied key goes on",
    (_, eve) =>
      `update identity_credential set last_step = 0 where person_id = '${eve}' and kind = 'passkey'`,
  ],
];
for (const [name, statement] of ATTACKS)
  test(`${name}: nobody gets in by it, and it is told`, async () => {
    const { house, ana, eve, evesDevice } = await twoPeople();
    await using _ = house;
    await enter(house, evesDevice);
    await house.asSuperuser(statement(ana.personId, eve.personId));
    assert.equal(await refusalOf(enter(house, evesDevice)), "identity.passkey_refused");
    assert.equal(await forgeries(house), 1);
  });

test("a passkey that was removed and is put back from an old copy opens nothing", async () => {
  const { house, eveIn, evesDevice, eve } = await twoPeople();
  await using _ = house;
  await enter(house, evesDevice);
  const copied = `create table stolen as select * from identity_credential
    where person_id = '${eve.personId}' and kind = 'passkey'`;
  await house.asSuperuser(copied);
  const { factors } = await listFactors(house.handles, eveIn.actor);
  const passkey = factors.find(({ kind }) => kind === "passkey");
  await removeFactor(house.handles, eveIn.actor, passkey?.id ?? "");
  assert.equal(await refusalOf(enter(house, evesDevice)), "identity.passkey_refused");
  house.pass(10);
  await house.asSuperuser("insert into identity_credential select * from stolen");
  assert.equal(await refusalOf(enter(house, evesDevice)), "identity.passkey_refused");
  assert.equal(await forgeries(house), 1);
});

test("spent recovery codes, and a set that was replaced, are not brought back", async () => {
  const { house, ana, anaIn } = await twoPeople();
  await using _ = house;
  const [recoveryCode = ""] = ana.recoveryCodes.reveal();
  const prove = async (code: string) => {
    const { token } = await signIn(house.handles, VISITOR, { email: ana.email, password: OWNER.password });
    const half = await findActor(house.handles, token.reveal(), house.now());
    assert.ok(half);
    return refusalOf(proveFactor(house.handles, half, VISITOR, { recoveryCode: code }));
  };
  await house.asSuperuser(
    "create table stolen as select * from identity_credential where kind = 'recovery_code'",
  );
  assert.equal(await prove(recoveryCode), "no refusal");
  assert.equal(await prove(recoveryCode), "identity.code_used");
  house.pass(10);
  await house.asSuperuser(
    `update identity_credential c set used_at = s.used_at, version = s.version, mac = s.mac from stolen s where s.id = c.id`,
  );
  assert.equal(await prove(recoveryCode), "session.none", "an older version of the row");
  assert.equal(await forgeries(house), 1);

  const own = `kind = 'recovery_code' and person_id = '${ana.personId}'`;
  await house.asSuperuser(
    `drop table stolen; delete from identity_credential where ${own} and used_at is not null`,
  );
  await house.asSuperuser(`create table stolen as select * from identity_credential where ${own}`);
  const unspent = ana.recoveryCodes.reveal()[1] ?? "";
  await renewRecoveryCodes(house.handles, anaIn.actor);
  assert.equal(await prove(unspent), "identity.code_wrong");
  house.pass(10);
  await house.asSuperuser("insert into identity_credential select * from stolen");
  assert.equal(await prove(unspent), "session.none", "codes of before the new set");
});

test("leave to enrol is not to be had by deleting a person's factors, nor by another's leave", async () => {
  const { house, ana, eve, anaIn } = await twoPeople();
  await using _ = house;
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  await inWorkspace(house.handles.db, INSTALLATION, (tx) =>
    grantEnrolmentLeave(tx, installation, {
      ...{ personId: eve.personId, now: house.now() },
      until: new Date(house.now().getTime() + 3_600_000),
    }),
  );
  const half = async (email: string) => {
    const given = { email, password: OWNER.password };
    const { token, pending } = await signIn(house.handles, VISITOR, given);
    const actor = await findActor(house.handles, token.reveal(), house.now());
    assert.ok(actor);
    return { pending, actor };
  };
  const granted = await half(eve.email);
  assert.deepEqual([granted.pending, granted.actor.stage], ["enrol", "enrol"]);
  assert.equal(await refusalOf(offerFirstFactor(house.handles, granted.actor)), "no refusal");

  await house.asSuperuser(
    `delete from identity_credential where person_id = '${ana.personId}' and kind <> 'password'`,
  );
  assert.equal((await half(ana.email)).pending, "factor");
  assert.equal(await refusalOf(offerFirstFactor(house.handles, anaIn.actor)), "identity.enrolment_not_open");

  await house.asSuperuser(
    `update identity_credential set person_id = '${ana.personId}' where kind = 'enrolment_leave'`,
  );
  const given = { email: ana.email, password: OWNER.password };
  assert.equal(await refusalOf(signIn(house.handles, VISITOR, given)), "identity.sign_in_refused");
  assert.equal(await forgeries(house), 1);
});
