import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type IdentityHouse,
  identityHouse,
  OWNER,
  VISITOR,
  WORKSPACE,
} from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import { completeSetup } from "./complete-setup.ts";
import { describeMe } from "./describe-me.ts";
import { findActor } from "./find-actor.ts";
import { enrolOwner, isSetupNeeded, isSetupSession, issueSetupCode, openSetup } from "./setup.ts";
import { totpCodeAt } from "./totp.ts";

async function openedSetup(house: IdentityHouse) {
  const code = await issueSetupCode(house.handles);
  const { token } = await openSetup(house.handles, VISITOR, code.reveal());
  const setupToken = token.reveal();
  const enrolment = await enrolOwner(house.handles, { setupToken, email: OWNER.email });
  return {
    setupToken,
    workspace: WORKSPACE,
    owner: OWNER,
    enrolment: enrolment.enrolment,
    proof: { totp: totpCodeAt(enrolment.secret, house.now()) },
    secret: enrolment.secret,
  };
}

/** What a refusal must not have left behind. */
async function countPeople(house: IdentityHouse): Promise<number> {
  const rows = await inWorkspace(house.database.db, INSTALLATION, (tx) =>
    tx.selectFrom("identity_person").select("id").execute(),
  );
  return rows.length;
}

test("the code of the terminal becomes a workspace, its Owner and a signed-in browser", async () => {
  await using house = await identityHouse();
  assert.equal(await isSetupNeeded(house.handles.db), true);

  const { token, actor } = await completeSetup(house.handles, VISITOR, await openedSetup(house));

  assert.equal(await isSetupNeeded(house.handles.db), false);
  assert.deepEqual(await findActor(house.handles, token.reveal(), house.now()), actor);
  assert.deepEqual([actor.role, actor.assurance, actor.factorAt], ["owner", 2, house.now()]);
  assert.deepEqual(await describeMe(house.handles, actor), {
    name: "Ana",
    email: "ana@shop.example",
    language: "en",
    workspace: WORKSPACE,
    recoveryCodesLeft: 10,
    factors: ["totp", "recovery_code"],
  });
  assert.deepEqual(await house.events(), [
    "identity.setup_code_issued success",
    "identity.setup_opened success",
    "identity.workspace_created success",
  ]);
  assert.deepEqual(await house.events(actor.workspaceId), [
    "identity.workspace_created success",
    "identity.device_added success",
    "identity.signed_in success",
  ]);
});

test("of two who complete the set-up at once, one does", async () => {
  await using house = await identityHouse();
  const given = await openedSetup(house);
  const other = { ...given, owner: { ...OWNER, name: "Eve" } };

  const outcomes = await Promise.all([
    refusalOf(completeSetup(house.handles, VISITOR, given)),
    refusalOf(completeSetup(house.handles, VISITOR, other)),
  ]);

  assert.deepEqual(outcomes.sort(), ["identity.already_set_up", "no refusal"]);
  assert.equal(await countPeople(house), 1);
});

test("a code works once, for 30 minutes, and no longer than the next one", async () => {
  await using house = await identityHouse();
  const { handles } = house;
  const open = (code: string) => refusalOf(openSetup(handles, VISITOR, code));

  const first = (await issueSetupCode(handles)).reveal();
  const second = (await issueSetupCode(handles)).reveal();
  assert.equal(await open(first), "identity.setup_code_refused", "superseded");
  assert.equal(await open("0000-0000-0000"), "identity.setup_code_refused", "wrong");
  assert.equal(await open(second.toUpperCase().replaceAll("-", " ")), "no refusal", "however it is typed");
  assert.equal(await open(second), "identity.setup_code_refused", "spent");

  const third = (await issueSetupCode(handles)).reveal();
  house.pass(30 * 60 - 1);
  const fourth = (await issueSetupCode(handles)).reveal();
  assert.equal(await open(third), "identity.setup_code_refused");
  house.pass(30 * 60);
  assert.equal(await open(fourth), "identity.setup_code_expired", "at the limit");
});

test("a code that was guessed at 20 times is void, from whatever address", async () => {
  await using house = await identityHouse();
  const code = (await issueSetupCode(house.handles)).reveal();
  for (let n = 1; n <= 20; n += 1)
    await refusalOf(openSetup(house.handles, { ...VISITOR, address: `198.51.100.${n}` }, "0000-0000-0000"));

  assert.equal(await refusalOf(openSetup(house.handles, VISITOR, code)), "identity.setup_code_refused");
});

test("every refusal of a set-up leaves no person behind", async (t) => {
  await using house = await identityHouse();
  const { handles } = house;
  const given = await openedSetup(house);
  const short = { ...OWNER, password: new Secret("elevenchars") };
  const cases: Array<[expected: string, change: Partial<typeof given>]> = [
    ["identity.setup_session_required", { setupToken: "x".repeat(43) }],
    ["identity.password_too_short", { owner: short as never }],
    ["identity.enrolment_invalid", { owner: { ...OWNER, email: "eve@shop.example" } as never }],
    ["identity.password_weak", { owner: { ...OWNER, password: new Secret("ana@shop.example1") } as never }],
    ["identity.enrolment_invalid", { enrolment: "AAAA" }],
    ["identity.enrolment_invalid", { enrolment: `${given.enrolment.slice(0, -2)}AA` }],
    ["identity.code_wrong", { proof: { totp: given.proof.totp === "000000" ? "000001" : "000000" } }],
    ["identity.time_zone_unknown", { workspace: { ...WORKSPACE, timeZone: "Mars/Olympus" } }],
  ];
  for (const [expected, change] of cases)
    await t.test(`${expected} ${Object.keys(change)}`, async () => {
      assert.equal(await refusalOf(completeSetup(handles, VISITOR, { ...given, ...change })), expected);
    });

  assert.equal(await countPeople(house), 0);
  assert.equal(await isSetupSession(handles, handles.db, given.setupToken), true);
  house.pass(30 * 60);
  assert.equal(await isSetupSession(handles, handles.db, given.setupToken), false, "after 30 minutes");
});

test("a second factor that waited longer than 30 minutes for its first code is made anew", async () => {
  await using house = await identityHouse();
  const { secret, ...given } = await openedSetup(house);
  house.pass(30 * 60);
  const { token } = await openSetup(house.handles, VISITOR, (await issueSetupCode(house.handles)).reveal());

  const late = { ...given, setupToken: token.reveal(), proof: { totp: totpCodeAt(secret, house.now()) } };
  assert.equal(await refusalOf(completeSetup(house.handles, VISITOR, late)), "identity.enrolment_expired");
  assert.equal(await countPeople(house), 0);
});
