import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "../../tests/support/identity-house.ts";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import type { Actor, MemberId, Role } from "../identity/actor.ts";
import { changePassword } from "../identity/change-password.ts";
import { findActor } from "../identity/find-actor.ts";
import { lockWorkspaceMembers } from "../identity/member.ts";
import { proveFactor } from "../identity/prove-factor.ts";
import { renewRecoveryCodes } from "../identity/renew-recovery-codes.ts";
import { signIn } from "../identity/sign-in.ts";
import { totpCodeAt } from "../identity/totp.ts";
import { updateProfile } from "../identity/update-profile.ts";
import { inWorkspace } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { Secret } from "../platform/secret.ts";
import { acceptInvitation, enrolInvited, openInvitation } from "./accept-invitation.ts";
import { changeMemberRole, deactivateMember, type OnMemberGone } from "./change-member.ts";
import { invite, listInvitations, revokeInvitation } from "./invite.ts";
import { listMembers } from "./list-members.ts";
import { acceptOwnership, offerOwnership } from "./ownership/pass-ownership.ts";

const NOBODY_TO_TELL: OnMemberGone = async () => {};

async function joinByLink(house: IdentityHouse, token: string, email: string) {
  const enrolment = await enrolInvited(house.handles, VISITOR, { token, email });
  const totp = totpCodeAt(enrolment.secret, house.now());
  const person = { ...OWNER, name: `Name of ${email}`, email };
  const joined = await acceptInvitation(house.handles, VISITOR, {
    ...{ token, person, proof: { totp } },
    enrolment: enrolment.enrolment,
  });
  return { ...joined, totpSecret: enrolment.secret, email };
}

/** Somebody of a role, invited by somebody who may, signed in. */
async function join(house: IdentityHouse, inviter: Actor, role: Role, email: string) {
  const { token } = await invite(house.handles, inviter, { name: email, role });
  return joinByLink(house, token.reveal(), email);
}

/** One of each role, all with a fresh second factor. */
async function team(house: IdentityHouse) {
  const made = await makeOwner(house);
  const { actor: owner, token: ownerToken } = await signInFully(house, { email: OWNER.email, ...made });
  const admin = await join(house, owner, "admin", "admin@shop.example");
  const lead = await join(house, owner, "team_lead", "lead@shop.example");
  const agent = await join(house, owner, "agent", "agent@shop.example");
  return { made, owner, ownerToken, admin, lead, agent, workspaceId: made.workspaceId };
}

async function rolesOf(house: IdentityHouse, actor: Actor): Promise<string[]> {
  return (await listMembers(house.handles, actor)).map(({ role, state }) => `${role} ${state}`);
}

const ALL_ACTIVE = ["owner active", "admin active", "team_lead active", "agent active"];

test("an invited person becomes a member with the role offered, and is signed in", async () => {
  await using house = await identityHouse();
  const { owner, agent, workspaceId } = await team(house);

  assert.deepEqual(
    [agent.actor.role, agent.actor.assurance, agent.actor.workspaceId],
    ["agent", 2, workspaceId],
  );
  assert.deepEqual(await findActor(house.handles, agent.token.reveal(), house.now()), agent.actor);
  const members = await listMembers(house.handles, owner);
  assert.deepEqual(
    members.map(({ name, email }) => [name, email]),
    [
      ["Ana", "ana@shop.example"],
      ["Name of admin@shop.example", "admin@shop.example"],
      ["Name of lead@shop.example", "lead@shop.example"],
      ["Name of agent@shop.example", "agent@shop.example"],
    ],
  );
  const seen = await listMembers(house.handles, agent.actor);
  assert.deepEqual(
    seen.map(({ email }) => email),
    [null, null, null, null],
    "an Agent reads no e-mail",
  );
  assert.deepEqual((await house.events(workspaceId)).slice(4, 8), [
    "access.member_invited success",
    "access.invitation_accepted success",
    "identity.device_added success",
    "identity.signed_in success",
  ]);
});

test("an invitation works once, also when it is accepted twice at the same moment", async () => {
  await using house = await identityHouse();
  const { owner } = await team(house);
  const { token } = await invite(house.handles, owner, { name: "Bo", role: "agent" });

  // Whoever changes members waits for this row: both stand before the door when it opens.
  const outcomes = await inWorkspace(house.handles.db, owner.workspaceId, async (tx) => {
    await lockWorkspaceMembers(tx, owner.workspaceId);
    const both = [
      refusalOf(joinByLink(house, token.reveal(), "bo@shop.example")),
      refusalOf(joinByLink(house, token.reveal(), "bo2@shop.example")),
    ];
    await untilTwoWait(house);
    return both;
  });
  assert.deepEqual((await Promise.all(outcomes)).sort(), ["access.invitation_ended", "no refusal"]);
  assert.equal((await listMembers(house.handles, owner)).length, 5);
  assert.equal(
    await refusalOf(openInvitation(house.handles, VISITOR, token.reveal())),
    "access.invitation_ended",
  );
});

async function untilTwoWait(house: IdentityHouse): Promise<void> {
  const waiting = `select from pg_stat_activity
    where datname = current_database() and usename = 'wardroom_app' and wait_event_type = 'Lock'`;
  for (let n = 0; (await house.asSuperuser(waiting)).length < 2; n += 1) {
    assert.ok(n < 200, "both wait for their turn");
    await sleep(25);
  }
}

test("an invitation shows what it offers until it is withdrawn, late, or its inviter lost the power", async () => {
  await using house = await identityHouse();
  const { owner, admin } = await team(house);
  const open = (token: Secret<string>) => refusalOf(openInvitation(house.handles, VISITOR, token.reveal()));

  const offered = await invite(house.handles, owner, { name: "Bo", role: "agent" });
  assert.deepEqual(await openInvitation(house.handles, VISITOR, offered.token.reveal()), {
    workspaceName: "Shop",
    name: "Bo",
    role: "agent",
    expiresAt: new Date(house.now().getTime() + 72 * 3_600_000),
    email: null,
    companyAccounts: [],
    companyOnly: false,
  });
  assert.deepEqual(await listInvitations(house.handles, owner), [offered.invitation]);
  await revokeInvitation(house.handles, owner, offered.invitation.id);
  assert.equal(await open(offered.token), "access.invitation_ended", "withdrawn");
  assert.deepEqual(await listInvitations(house.handles, owner), []);
  assert.equal(await open(new Secret("x".repeat(43))), "access.invitation_not_found", "guessed");

  const byAdmin = await invite(house.handles, admin.actor, { name: "Cy", role: "agent" });
  const toRaise = await invite(house.handles, owner, { name: "Di", role: "agent" });
  await changeMemberRole(house.handles, owner, { memberId: admin.actor.memberId, role: "agent" });
  assert.equal(await open(byAdmin.token), "access.invitation_ended", "the inviter may not invite any more");

  await house.asSuperuser("update identity_invitation set role = 'owner'");
  assert.equal(await open(toRaise.token), "access.invitation_ended", "raised by hand");

  const late = await invite(house.handles, owner, { name: "Ed", role: "agent" });
  house.pass(72 * 3600 - 1);
  assert.equal(await open(late.token), "no refusal");
  house.pass(1);
  assert.equal(await open(late.token), "access.invitation_ended", "at the limit");
});

test("every refusal to accept leaves no member and no person behind", async (t) => {
  await using house = await identityHouse();
  const { owner } = await team(house);
  const offer = await invite(house.handles, owner, { name: "Bo", role: "agent" });
  const other = await invite(house.handles, owner, { name: "Cy", role: "agent" });
  const email = "bo@shop.example";
  const token = offer.token.reveal();
  const enrolment = await enrolInvited(house.handles, VISITOR, { token, email });
  const foreign = await enrolInvited(house.handles, VISITOR, { token: other.token.reveal(), email });
  const given = {
    token,
    person: { ...OWNER, email },
    enrolment: enrolment.enrolment,
    proof: { totp: totpCodeAt(enrolment.secret, house.now()) },
  };
  const known = await enrolInvited(house.handles, VISITOR, { token, email: OWNER.email });
  const cases: Array<[expected: string, change: Partial<typeof given>]> = [
    ["access.invitation_not_found", { token: "x".repeat(43) }],
    [
      "identity.enrolment_invalid",
      { enrolment: foreign.enrolment, proof: { totp: totpCodeAt(foreign.secret, house.now()) } },
    ],
    ["identity.code_wrong", { proof: { totp: given.proof.totp === "000000" ? "000001" : "000000" } }],
    [
      "identity.email_known",
      {
        person: OWNER,
        enrolment: known.enrolment,
        proof: { totp: totpCodeAt(known.secret, house.now()) },
      } as never,
    ],
  ];
  for (const [expected, change] of cases)
    await t.test(expected, async () => {
      const act = acceptInvitation(house.handles, VISITOR, { ...given, ...change });
      assert.equal(await refusalOf(act), expected);
    });
  assert.deepEqual(await rolesOf(house, owner), ALL_ACTIVE);
  assert.deepEqual(await house.asSuperuser("select count(*)::int as n from identity_person"), [{ n: 4 }]);
});

test("nobody rises, falls or goes by an act that goes beyond the actor's own level", async (t) => {
  await using house = await identityHouse();
  const { owner, admin, lead, agent } = await team(house);
  const change = (actor: Actor, memberId: string, role: Role) =>
    changeMemberRole(house.handles, actor, { memberId, role });
  const deactivate = (actor: Actor, memberId: string) =>
    deactivateMember(house.handles, NOBODY_TO_TELL, actor, memberId);
  const refusals: Array<[expected: string, name: string, act: () => Promise<unknown>]> = [
    ["access.own_membership", "own role", () => change(owner, owner.memberId, "admin")],
    ["access.own_membership", "oneself", () => deactivate(owner, owner.memberId)],
    ["access.above_own_level", "an Owner by an Admin", () => change(admin.actor, owner.memberId, "agent")],
    ["access.above_own_level", "an Owner gone by an Admin", () => deactivate(admin.actor, owner.memberId)],
    ["access.above_own_level", "an Owner made", () => change(admin.actor, agent.actor.memberId, "owner")],
    [
      "access.above_own_level",
      "an Owner invited",
      () => invite(house.handles, admin.actor, { name: "x", role: "owner" }),
    ],
    ["access.permission_missing", "by a lead", () => change(lead.actor, agent.actor.memberId, "team_lead")],
    ["access.permission_missing", "by an agent", () => deactivate(agent.actor, lead.actor.memberId)],
    [
      "access.ownership_by_offer",
      "an Owner made by an Owner alone",
      () => change(owner, agent.actor.memberId, "owner"),
    ],
    [
      "access.permission_missing",
      "invited by an agent",
      () => invite(house.handles, agent.actor, { name: "x", role: "agent" }),
    ],
    [
      "access.above_own_level",
      "a lead invited by a lead",
      () => invite(house.handles, lead.actor, { name: "x", role: "team_lead" }),
    ],
    ["access.member_not_found", "nobody", () => change(owner, newId<MemberId>(), "agent")],
    [
      "access.permission_missing",
      "with the password alone",
      () => change({ ...owner, assurance: 1 }, agent.actor.memberId, "admin"),
    ],
  ];
  for (const [expected, name, act] of refusals)
    await t.test(`${name}: ${expected}`, async () => assert.equal(await refusalOf(act()), expected));

  house.pass(15 * 60);
  assert.equal(await refusalOf(change(owner, agent.actor.memberId, "admin")), "identity.factor_stale");
  assert.deepEqual(await rolesOf(house, owner), ALL_ACTIVE);
  assert.equal(
    (await house.events(owner.workspaceId)).some((event) => /changed|deactivated/.test(event)),
    false,
  );
});

test("a new role ends the member's sessions, is on record, and holds from the next sign-in", async () => {
  await using house = await identityHouse();
  const { owner, agent, workspaceId } = await team(house);
  await changeMemberRole(house.handles, owner, { memberId: agent.actor.memberId, role: "admin" });

  assert.equal(await findActor(house.handles, agent.token.reveal(), house.now()), undefined);
  assert.equal((await house.events(workspaceId)).at(-1), "access.member_role_changed success");
  assert.equal((await signInFully(house, agent)).actor.role, "admin");

  const before = (await house.events(workspaceId)).length;
  await changeMemberRole(house.handles, owner, { memberId: agent.actor.memberId, role: "admin" });
  assert.equal((await house.events(workspaceId)).length, before, "the same role again is no act");
});

test("two Owners who demote each other at the same moment: one Owner stays", async () => {
  await using house = await identityHouse();
  const { owner } = await team(house);
  const { actor } = await join(house, owner, "admin", "second@shop.example");
  const passing = { handles: house.handles, onOwnership: async () => {} };
  const offer = await offerOwnership(passing, owner, { memberId: actor.memberId, afterwards: "owner" });
  await acceptOwnership(passing, actor, offer.id);
  const second = { actor: { ...actor, role: "owner" as const } };

  const outcomes = await Promise.all([
    refusalOf(changeMemberRole(house.handles, owner, { memberId: second.actor.memberId, role: "agent" })),
    refusalOf(changeMemberRole(house.handles, second.actor, { memberId: owner.memberId, role: "agent" })),
  ]);
  assert.deepEqual(outcomes.sort(), ["access.permission_missing", "no refusal"]);
  const owners = (await listMembers(house.handles, owner)).filter(({ role }) => role === "owner");
  assert.equal(owners.length, 1);
});

test("a deactivated member is out at once, for good, and what they held is told of in the same commit", async () => {
  await using house = await identityHouse();
  const { owner, agent, workspaceId } = await team(house);
  const told: string[] = [];
  const tell: OnMemberGone = async (_tx, gone) => void told.push(gone.memberId);
  const crash: OnMemberGone = async () => Promise.reject(new Error("the inbox is away"));

  await assert.rejects(deactivateMember(house.handles, crash, owner, agent.actor.memberId), /inbox is away/);
  assert.deepEqual(await rolesOf(house, owner), ALL_ACTIVE, "all or nothing");

  await deactivateMember(house.handles, tell, owner, agent.actor.memberId);
  await deactivateMember(house.handles, tell, owner, agent.actor.memberId);
  assert.deepEqual(told, [agent.actor.memberId]);
  const left = `select from identity_session where member_id = '${agent.actor.memberId}'`;
  assert.deepEqual(await house.asSuperuser(left), []);
  assert.equal(await findActor(house.handles, agent.token.reveal(), house.now()), undefined);
  assert.equal(await refusalOf(signInFully(house, agent)), "identity.sign_in_refused");
  const acts = (await house.events(workspaceId)).filter((event) => event.startsWith("access.member_deact"));
  assert.deepEqual(acts, ["access.member_deactivated success"]);
});

test("a session put back by hand does not bring a deactivated member back", async () => {
  await using house = await identityHouse();
  const { owner, agent } = await team(house);
  await house.asSuperuser("create table stolen as select * from identity_session");
  await deactivateMember(house.handles, NOBODY_TO_TELL, owner, agent.actor.memberId);
  await house.asSuperuser("insert into identity_session select * from stolen on conflict do nothing");

  assert.equal(await findActor(house.handles, agent.token.reveal(), house.now()), undefined);
});

test("a member made active or an Owner by hand has no power, shows none, and lets no real Owner go", async () => {
  await using house = await identityHouse();
  const { owner, agent, lead } = await team(house);
  await deactivateMember(house.handles, NOBODY_TO_TELL, owner, lead.actor.memberId);
  await house.asSuperuser(
    "update identity_member set role = 'owner', state = 'active', deactivated_at = null where role in ('agent', 'team_lead')",
  );

  assert.equal(await findActor(house.handles, agent.token.reveal(), house.now()), undefined);
  assert.equal(await refusalOf(signInFully(house, agent)), "identity.sign_in_refused");
  assert.equal(await refusalOf(signInFully(house, lead)), "identity.sign_in_refused");
  assert.deepEqual(await rolesOf(house, owner), [
    "owner active",
    "admin active",
    "agent deactivated",
    "agent deactivated",
  ]);
  const asked = changeMemberRole(
    house.handles,
    { ...agent.actor, role: "owner" },
    { memberId: owner.memberId, role: "agent" },
  );
  assert.equal(await refusalOf(asked), "access.permission_missing");
});

test("a new password wants the old one and ends all sessions but the new one", async () => {
  await using house = await identityHouse();
  const { made, owner, ownerToken } = await team(house);
  const elsewhere = await signInFully(house, { email: OWNER.email, ...made });
  house.pass(30);
  const next = new Secret("another long password");
  const change = (given: Partial<Parameters<typeof changePassword>[3]>) =>
    changePassword(house.handles, owner, VISITOR, { current: OWNER.password, next, ...given });

  assert.equal(await refusalOf(change({ current: new Secret("wrong") })), "identity.password_wrong");
  assert.equal(await refusalOf(change({ next: new Secret("short") })), "identity.password_too_short");
  assert.equal(
    await refusalOf(change({ next: new Secret("password12345") })),
    "identity.password_breached",
    "judged",
  );
  assert.ok(await findActor(house.handles, ownerToken.reveal(), house.now()), "a refusal ends nothing");
  const { token } = await change({});

  assert.equal(await findActor(house.handles, ownerToken.reveal(), house.now()), undefined);
  assert.equal(await findActor(house.handles, elsewhere.token.reveal(), house.now()), undefined);
  assert.equal((await findActor(house.handles, token.reveal(), house.now()))?.assurance, 2);
  const with_ = (password: Secret<string>) =>
    refusalOf(signIn(house.handles, VISITOR, { email: OWNER.email, password }));
  assert.equal(await with_(OWNER.password), "identity.sign_in_refused");
  assert.equal(await with_(next), "no refusal");
});

test("new recovery codes replace the old ones, and one's own name is one's own to change", async () => {
  await using house = await identityHouse();
  const { made, owner } = await team(house);
  const fresh = (await renewRecoveryCodes(house.handles, owner)).reveal();

  const prove = async (recoveryCode = "") => {
    const { token } = await signIn(house.handles, VISITOR, { email: OWNER.email, password: OWNER.password });
    const half = await findActor(house.handles, token.reveal(), house.now());
    return refusalOf(proveFactor(house.handles, half!, VISITOR, { recoveryCode }));
  };
  assert.equal(await prove(made.recoveryCodes.reveal()[0]), "identity.code_wrong");
  assert.equal(await prove(fresh[0]), "no refusal");

  await updateProfile(house.handles, owner, { name: "Anahita", language: "ar" });
  assert.equal((await listMembers(house.handles, owner))[0]?.name, "Anahita");
});
