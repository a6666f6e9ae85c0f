import { levelOf, type Role } from "../identity/actor.ts";
import type { Member } from "../identity/member.ts";

type Verdict =
  | "allow"
  | "unchanged"
  | "access.own_membership"
  | "access.above_own_level"
  | "access.last_owner";

/** What a change of members is decided by, all read under one lock. */
export interface MemberFacts {
  readonly self: Member;
  readonly target: Member;
  /** Active Owners of the workspace, the target included. */
  readonly owners: number;
}

/** Nobody changes their own role, touches anybody above them, or gives more than they have; an Owner stays. */
export function decideRoleChange({ self, target, owners }: MemberFacts, role: Role): Verdict {
  if (target.id === self.id) return "access.own_membership";
  if (levelOf(target.role) > levelOf(self.role) || !mayGrant(self.role, role))
    return "access.above_own_level";
  if (target.role === role) return "unchanged";
  return isLastOwner(target, owners) ? "access.last_owner" : "allow";
}

export function decideDeactivation({ self, target, owners }: MemberFacts): Verdict {
  if (target.id === self.id) return "access.own_membership";
  if (levelOf(target.role) > levelOf(self.role)) return "access.above_own_level";
  if (target.state === "deactivated") return "unchanged";
  return isLastOwner(target, owners) ? "access.last_owner" : "allow";
}

/** Whether somebody of one role may give another: up to their own. */
export function mayGrant(own: Role, granted: Role): boolean {
  return levelOf(granted) <= levelOf(own);
}

function isLastOwner(target: Member, owners: number): boolean {
  return target.role === "owner" && target.state === "active" && owners <= 1;
}
