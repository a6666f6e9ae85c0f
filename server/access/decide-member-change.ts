import { levelOf, type Role } from "../identity/actor.ts";
import type { Member } from "../identity/member.ts";
import { managesEverybody } from "./manages-everybody.ts";

export type MemberVerdict =
  | "allow"
  | "unchanged"
  | "access.own_membership"
  | "access.above_own_level"
  | "access.not_your_team"
  | "access.team_unknown"
  | "access.team_needed"
  | "access.ownership_by_offer"
  | "access.last_owner";

/** Who is in which teams, as far as one act on a member needs it. */
export interface TeamFacts {
  /** All teams of the workspace. None: everybody is in one. */
  readonly teams: ReadonlySet<string>;
  readonly ofSelf: ReadonlySet<string>;
  readonly ofTarget: ReadonlySet<string>;
}

/** Who acts on whom. */
export interface TargetFacts extends TeamFacts {
  readonly self: Pick<Member, "id" | "role">;
  readonly target: Pick<Member, "id" | "role">;
}

/** What a change of members is decided by, all read under one lock. */
export interface MemberFacts extends TargetFacts {
  readonly self: Member;
  readonly target: Member;
  /** Active Owners of the workspace, the target included. */
  readonly owners: number;
}

/**
 * Nobody changes their own role, touches anybody above them, or gives more than they have; an Owner stays. Nobody is
 * made an Owner by this: ownership is offered, and accepted.
 */
export function decideRoleChange(facts: MemberFacts, role: Role): MemberVerdict {
  const { self, target } = facts;
  const above = decideTarget(facts);
  if (above !== "allow") return above;
  if (!mayGrant(self.role, role)) return "access.above_own_level";
  if (target.role === role) return "unchanged";
  if (role === "owner") return "access.ownership_by_offer";
  return isLastOwner(facts) ? "access.last_owner" : "allow";
}

export function decideDeactivation(facts: MemberFacts): MemberVerdict {
  const above = decideTarget(facts);
  if (above !== "allow") return above;
  if (facts.target.state === "deactivated") return "unchanged";
  return isLastOwner(facts) ? "access.last_owner" : "allow";
}

export function decideReactivation(facts: MemberFacts): MemberVerdict {
  const above = decideTarget(facts);
  if (above !== "allow") return above;
  return facts.target.state === "active" ? "unchanged" : "allow";
}

/** A Team Lead moves agents between teams that are both theirs, and leaves nobody without one. */
export function decideTeamsChange(facts: MemberFacts, wanted: ReadonlySet<string>): MemberVerdict {
  const { self, target, ofSelf, ofTarget, teams } = facts;
  if (!managesEverybody(self.role) || target.id !== self.id) {
    const above = decideTarget(facts);
    if (above !== "allow") return above;
  }
  if (!wanted.isSubsetOf(teams)) return "access.team_unknown";
  const changed = wanted.symmetricDifference(ofTarget);
  if (changed.size === 0) return "unchanged";
  if (managesEverybody(self.role)) return "allow";
  // What was dissolved meanwhile is nobody's to give; to take it away does no harm.
  if (!changed.intersection(teams).isSubsetOf(ofSelf)) return "access.not_your_team";
  return wanted.size === 0 ? "access.team_needed" : "allow";
}

/** A Team Lead brings in agents, into teams of their own. */
export function decideInvitation(
  { self, teams, ofSelf }: Pick<TeamFacts, "teams" | "ofSelf"> & { readonly self: Pick<Member, "role"> },
  offered: { readonly role: Role; readonly teamIds: ReadonlySet<string> },
): MemberVerdict {
  if (!mayGrant(self.role, offered.role)) return "access.above_own_level";
  if (offered.role === "owner") return "access.ownership_by_offer";
  if (!offered.teamIds.isSubsetOf(teams)) return "access.team_unknown";
  if (managesEverybody(self.role)) return "allow";
  if (offered.role !== "agent") return "access.above_own_level";
  if (!offered.teamIds.isSubsetOf(ofSelf)) return "access.not_your_team";
  return teams.size > 0 && offered.teamIds.size === 0 ? "access.team_needed" : "allow";
}

/** Whether somebody of one role may give another: up to their own. */
export function mayGrant(own: Role, granted: Role): boolean {
  return levelOf(granted) <= levelOf(own);
}

/** Whom an act may be about: nobody above, and for a Team Lead the agents of their own teams. */
export function decideTarget({ self, target, teams, ofSelf, ofTarget }: TargetFacts): MemberVerdict {
  if (target.id === self.id) return "access.own_membership";
  if (levelOf(target.role) > levelOf(self.role)) return "access.above_own_level";
  if (managesEverybody(self.role)) return "allow";
  if (target.role !== "agent") return "access.above_own_level";
  return teams.size === 0 || !ofSelf.isDisjointFrom(ofTarget) ? "allow" : "access.not_your_team";
}

function isLastOwner({ target, owners }: MemberFacts): boolean {
  return target.role === "owner" && target.state === "active" && owners <= 1;
}
