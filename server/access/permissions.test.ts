import assert from "node:assert/strict";
import { test } from "node:test";
import { ROLES, type Role } from "../identity/actor.ts";
import { isSensitive, may, PERMISSIONS, permissionsOf } from "./permissions.ts";

/** Agent, Team Lead, Admin, Owner: controls.md, C, read line by line by a person. "*": a fresh factor as well (C2). */
const EXPECTED = `
billing.change                  . . . x *
billing.export                  . . . x *
billing.read                    . . . x
contact.list                    x x x x
contact.list_phone              . x x x
contact.read_phone              x x x x
contact.rename                  x x x x
contact.view_all                . . x x
contact.view_team               . x x x
conversation.assign             . x x x
conversation.assign_anybody     . . x x
conversation.list               x x x x
conversation.open_with_reason   . . x x
conversation.take               x x x x
conversation.view_team          . x . .
device.approve                  x x x x *
device.approve_others           . x x x
device.list                     x x x x
device.refuse                   x x x x
factor.list                     x x x x
factor.manage                   x x x x *
member.ask_new_password         . . x x *
member.cancel_factor_reset      . . x x
member.change_role              . . x x *
member.change_teams             . x x x *
member.deactivate               . x x x *
member.invite                   . x x x *
member.list                     x x x x
member.list_factor_resets       . . x x
member.list_invited             . x x x
member.manage_all               . . x x
member.reactivate               . . x x *
member.read_email               . . x x
member.reset_factors            . . x x *
message.send                    x x x x
meta_business.manage            . . . x *
metrics.read                    . x x x
network_rule.change             . . x x *
network_rule.read               . . x x
number.connect                  . . x x *
number.disconnect               . . x x *
number.list                     x x x x
number.show_callback            . . x x *
number.simulate                 . . x x
ownership.accept                x x x x *
ownership.offer                 . . . x *
ownership.read                  x x x x
policy.change                   . . x x *
policy.read                     x x x x
profile.change_email            x x x x *
profile.change_password         x x x x *
profile.update                  x x x x
quarantine.decide               . . x x
quarantine.read                 . . x x
scim.manage                     . . x x *
session.end_own                 x x x x *
session.manage                  . . x x *
session.view_others             . . x x
sso.link                        x x x x *
sso.manage                      . . x x *
sso.read                        . . x x
team.list                       x x x x
team.manage                     . . x x *
template.list                   x x x x
template.synchronise            . . x x
workspace.cancel_deletion       . . . x
workspace.delete                . . . x *
`;

test("each role may what the table says, and nothing beside it", () => {
  const actual = [...PERMISSIONS]
    .sort()
    .map((permission) => {
      const marks = ROLES.map((role) => (may({ role, assurance: 2 }, permission) ? "x" : "."));
      return `${permission.padEnd(32)}${marks.join(" ")}${isSensitive(permission) ? " *" : ""}`;
    })
    .join("\n");
  assert.equal(actual, EXPECTED.trim());
});

test("with the password alone nobody may anything", () => {
  for (const role of ROLES)
    for (const permission of PERMISSIONS) assert.equal(may({ role, assurance: 1 }, permission), false);
});

test("what a role is told it may is what it may", () => {
  for (const role of ROLES) {
    const granted = PERMISSIONS.filter((permission) => may({ role, assurance: 2 }, permission));
    assert.deepEqual(permissionsOf(role), granted.sort());
  }
});

test("a role that nobody knows is a crash and not a grant", () => {
  assert.throws(() => may({ role: "root" as Role, assurance: 2 }, "member.list"));
});
