import { levelOf } from "../../identity/actor.ts";
import type { Member } from "../../identity/member.ts";
import { may } from "../permissions.ts";

export type FactorResetVerdict =
  | "allow"
  | "access.own_membership"
  | "access.above_own_level"
  | "access.member_not_active";

/** Nobody for themself, and nobody for anyone above them. */
export function decideFactorReset(self: Member, target: Member): FactorResetVerdict {
  if (target.id === self.id || target.personId === self.personId) return "access.own_membership";
  if (levelOf(target.role) > levelOf(self.role)) return "access.above_own_level";
  return target.state === "active" ? "allow" : "access.member_not_active";
}

/** Whether what was confirmed a day ago still counts: by somebody who is still here and could still do it. */
export function mayTakeEffect(starter: Member | undefined, target: Member | undefined): boolean {
  if (starter === undefined || target === undefined || starter.state !== "active") return false;
  const mayReset = may({ role: starter.role, assurance: 2 }, "member.reset_factors");
  return mayReset && decideFactorReset(starter, target) === "allow";
}
