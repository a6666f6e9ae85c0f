import type { Role } from "../../../contract/basics.ts";

/** From least to most. Nobody gives a role above their own. */
export const ROLES = ["agent", "team_lead", "admin", "owner"] as const satisfies readonly Role[];

export function rolesUpTo(own: Role): Role[] {
  return ROLES.slice(0, ROLES.indexOf(own) + 1);
}
