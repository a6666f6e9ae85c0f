import { levelOf } from "../actor.ts";
import type { ScimGroup } from "./group-row.ts";
import type { DirectoryRole } from "./tables.ts";

/** The highest role that a user's groups give; null where none gives one. Owner is not among what a group can give. */
export function grantedBy(roles: ReadonlyArray<DirectoryRole | null>): DirectoryRole | null {
  return roles.reduce<DirectoryRole | null>(
    (highest, role) =>
      role !== null && (highest === null || levelOf(role) > levelOf(highest)) ? role : highest,
    null,
  );
}

/** What the groups of a user give them. */
export interface Grants {
  readonly role: DirectoryRole | null;
  /** Sorted. */
  readonly teamIds: readonly string[];
}

export const NO_GRANTS: Grants = { role: null, teamIds: [] };

/** The highest role, and every team. */
export function grantsOf(groups: ReadonlyArray<Pick<ScimGroup, "role" | "teamId">>): Grants {
  const teamIds = new Set(groups.flatMap(({ teamId }) => (teamId === null ? [] : [teamId])));
  return { role: grantedBy(groups.map(({ role }) => role)), teamIds: [...teamIds].sort() };
}
