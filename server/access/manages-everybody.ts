import type { Role } from "../identity/actor.ts";
import { may } from "./permissions.ts";

/** Whether somebody of a role manages members of every team and role up to their own, and not only their agents. */
export function managesEverybody(role: Role): boolean {
  return may({ role, assurance: 2 }, "member.manage_all");
}
