import assert from "node:assert/strict";
import { test } from "node:test";
import { type MemberId, type PersonId, ROLES, type Role } from "../identity/actor.ts";
import type { Member } from "../identity/member.ts";
import {
  decideDeactivation,
  decideInvitation,
  decideReactivation,
  decideRoleChange,
  decideTeamsChange,
  type MemberFacts,
} from "./decide-member-change.ts";

function member(id: string, role: Role, state: Member["state"] = "active"): Member {
  const at = new Date("2026-11-23T10:00:00Z");
  const ids = { id: id as MemberId, personId: id as PersonId };
  return { ...ids, role, state, createdAt: at, deactivatedAt: null, version: 1 };
}

/** Two active people, two Owners, no teams; `more` says what is otherwise. */
function factsOf(self: Member, target: Member, more: Partial<MemberFacts> = {}): MemberFacts {
  const none: ReadonlySet<string> = new Set();
  return { self, target, owners: 2, teams: none, ofSelf: none, ofTarget: none, ...more };
}

const level = (role: Role) => ROLES.indexOf(role);

test("a role changes when neither the old nor the new one is above the actor's, and to Owner only by an offer", () => {
  for (const own of ["admin", "owner"] as const)
    for (const from of ROLES)
      for (const to of ROLES) {
        const isAbove = level(from) > level(own) || level(to) > level(own);
        const allowed = to === "owner" ? "access.ownership_by_offer" : "allow";
        const expected = isAbove ? "access.above_own_level" : from === to ? "unchanged" : allowed;
        const verdict = decideRoleChange(factsOf(member("a", own), member("b", from)), to);
        assert.equal(verdict, expected, `${own}: ${from} -> ${to}`);
      }
});

test("the last active Owner stays, whoever asks", () => {
  const facts = factsOf(member("a", "owner"), member("b", "owner"), { owners: 1 });
  assert.equal(decideRoleChange(facts, "admin"), "access.last_owner");
  assert.equal(decideDeactivation(facts), "access.last_owner");
  assert.equal(decideRoleChange({ ...facts, owners: 2 }, "admin"), "allow");
  assert.equal(decideDeactivation({ ...facts, owners: 2 }), "allow");
  const left = { ...facts, target: member("b", "owner", "deactivated") };
  assert.equal(decideRoleChange(left, "agent"), "allow", "one who left is not the last one");
});

test("nobody decides about themselves, but an Admin in which teams they are", () => {
  for (const role of ROLES) {
    const self = member("a", role);
    const facts = factsOf(self, self, { teams: new Set(["x"]), ofSelf: new Set(["x"]) });
    assert.equal(decideRoleChange(facts, "agent"), "access.own_membership");
    assert.equal(decideDeactivation(facts), "access.own_membership");
    assert.equal(decideReactivation(facts), "access.own_membership");
    const own = level(role) >= level("admin") ? "allow" : "access.own_membership";
    assert.equal(decideTeamsChange(facts, new Set(["x"])), own, role);
  }
});

test("a Team Lead suspends the agents of their own teams, and nobody else", () => {
  const lead = member("a", "team_lead");
  const [x, y] = [new Set(["x"]), new Set(["y"])];
  const teams = new Set(["x", "y"]);
  for (const role of ROLES) {
    const theirs = factsOf(lead, member("b", role), { teams, ofSelf: x, ofTarget: x });
    assert.equal(decideDeactivation(theirs), role === "agent" ? "allow" : "access.above_own_level", role);
  }
  const agent = member("b", "agent");
  for (const ofTarget of [y, new Set<string>()]) {
    const facts = factsOf(lead, agent, { teams, ofSelf: x, ofTarget });
    assert.equal(decideDeactivation(facts), "access.not_your_team");
    assert.equal(decideTeamsChange(facts, x), "access.not_your_team");
  }
  assert.equal(decideDeactivation(factsOf(lead, agent)), "allow", "without teams everybody is in one");
});

test("a Team Lead moves agents between teams that are both theirs, and leaves nobody without one", () => {
  const teams = new Set(["x", "y", "z"]);
  const ofSelf = new Set(["x", "y"]);
  const facts = factsOf(member("a", "team_lead"), member("b", "agent"), { teams, ofSelf });
  const verdict = (from: string[], to: string[]) =>
    decideTeamsChange({ ...facts, ofTarget: new Set(from) }, new Set(to));
  assert.equal(verdict(["x"], ["y"]), "allow");
  assert.equal(verdict(["x", "z"], ["y", "z"]), "allow", "what is not theirs stays as it is");
  assert.equal(verdict(["x"], ["x", "z"]), "access.not_your_team");
  assert.equal(verdict(["x", "z"], ["x"]), "access.not_your_team");
  assert.equal(verdict(["x"], []), "access.team_needed");
  assert.equal(verdict(["x"], ["x"]), "unchanged");
  assert.equal(verdict(["x"], ["w"]), "access.team_unknown");
  assert.equal(decideTeamsChange({ ...facts, self: member("a", "admin") }, new Set(["z"])), "allow");
});

test("nobody brings in more than they are, an Owner, or somebody into a team that is not theirs to give", () => {
  const teams = new Set(["x", "y"]);
  const by = (role: Role, ofSelf: string[] = []) => ({
    ...{ self: member("a", role), teams, ofSelf: new Set(ofSelf) },
  });
  const offer = (role: Role, ...teamIds: string[]) => ({ role, teamIds: new Set(teamIds) });
  assert.equal(decideInvitation(by("admin"), offer("owner")), "access.above_own_level");
  assert.equal(decideInvitation(by("owner"), offer("owner")), "access.ownership_by_offer");
  assert.equal(decideInvitation(by("owner"), offer("admin")), "allow");
  assert.equal(decideInvitation(by("admin"), offer("team_lead", "x", "y")), "allow");
  assert.equal(decideInvitation(by("admin"), offer("agent", "w")), "access.team_unknown");
  const lead = by("team_lead", ["x"]);
  assert.equal(decideInvitation(lead, offer("agent", "x")), "allow");
  assert.equal(decideInvitation(lead, offer("team_lead", "x")), "access.above_own_level");
  assert.equal(decideInvitation(lead, offer("agent", "y")), "access.not_your_team");
  assert.equal(decideInvitation(lead, offer("agent")), "access.team_needed");
  assert.equal(decideInvitation({ ...lead, teams: new Set() }, offer("agent")), "allow");
});
