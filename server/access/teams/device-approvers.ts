import type { ReadApprovers } from "../../identity/devices/approvers.ts";
import { decideTarget } from "../decide-member-change.ts";
import { readTeams } from "../member-facts.ts";
import { may } from "../permissions.ts";

/**
 * A new device is approved by whoever manages its member: an Admin or Owner whom nobody is above, a Team Lead for the
 * agents of their own teams. Read anew each time: who left a team approves nobody of it.
 */
export const readDeviceApprovers: ReadApprovers = async (tx, vault) => {
  const { teams, teamsOf } = await readTeams({ tx, vault });
  return (self, target) => {
    if (!may({ role: self.role, assurance: 2 }, "device.approve_others")) return false;
    const facts = { self, target, teams, ofSelf: teamsOf(self), ofTarget: teamsOf(target) };
    return decideTarget(facts) === "allow";
  };
};
