import type { Role } from "../../../contract/basics.ts";
import type { Me } from "../../../contract/session.ts";

/** From least to most. Nobody gives a role above their own. */
export const ROLES = ["agent", "team_lead", "admin", "owner"] as const satisfies readonly Role[];

/** Roles that the reader may give; an Owner's is offered, and accepted. */
export function rolesUpTo(own: Role): Role[] {
  return ROLES.slice(0, ROLES.indexOf(own) + 1).filter((role) => role !== "owner");
}

/** A Team Lead brings in agents. */
export function rolesToInvite({ role, permissions }: Pick<Me, "role" | "permissions">): Role[] {
  return permissions.includes("member.manage_all") ? rolesUpTo(role) : ["agent"];
}
