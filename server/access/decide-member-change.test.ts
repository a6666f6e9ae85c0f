import assert from "node:assert/strict";
import { test } from "node:test";
import { type MemberId, type PersonId, ROLES, type Role } from "../identity/actor.ts";
import type { Member } from "../identity/member.ts";
import { decideDeactivation, decideRoleChange } from "./decide-member-change.ts";

function member(id: string, role: Role, state: Member["state"] = "active"): Member {
  const at = new Date("2026-11-23T10:00:00Z");
  const ids = { id: id as MemberId, personId: id as PersonId };
  return { ...ids, role, state, createdAt: at, deactivatedAt: null, version: 1 };
}

test("a role changes when neither the old nor the new one is above the actor's", () => {
  for (const own of ROLES)
    for (const from of ROLES)
      for (const to of ROLES) {
        const facts = { self: member("a", own), target: member("b", from), owners: 2 };
        const level = (role: Role) => ROLES.indexOf(role);
        const isAbove = level(from) > level(own) || level(to) > level(own);
        const expected = isAbove ? "access.above_own_level" : from === to ? "unchanged" : "allow";
        assert.equal(decideRoleChange(facts, to), expected, `${own}: ${from} -> ${to}`);
      }
});

test("the last active Owner stays, whoever asks", () => {
  const facts = { self: member("a", "owner"), target: member("b", "owner"), owners: 1 };
  assert.equal(decideRoleChange(facts, "admin"), "access.last_owner");
  assert.equal(decideDeactivation(facts), "access.last_owner");
  assert.equal(decideRoleChange({ ...facts, owners: 2 }, "admin"), "allow");
  assert.equal(decideDeactivation({ ...facts, owners: 2 }), "allow");
  const left = { ...facts, target: member("b", "owner", "deactivated") };
  assert.equal(decideRoleChange(left, "agent"), "allow", "one who left is not the last one");
});

test("nobody decides about themselves", () => {
  const self = member("a", "owner");
  assert.equal(decideRoleChange({ self, target: self, owners: 2 }, "agent"), "access.own_membership");
  assert.equal(decideDeactivation({ self, target: self, owners: 2 }), "access.own_membership");
});
