import { levelOf } from "../actor.ts";
import type { DirectoryRole } from "./tables.ts";

/** The highest role that a user's groups give; null where none gives one. Owner is not among what a group can give. */
export function grantedBy(roles: ReadonlyArray<DirectoryRole | null>): DirectoryRole | null {
  return roles.reduce<DirectoryRole | null>(
    (highest, role) =>
      role !== null && (highest === null || levelOf(role) > levelOf(highest)) ? role : highest,
    null,
  );
}
