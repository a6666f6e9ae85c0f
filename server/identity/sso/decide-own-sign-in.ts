import type { Role } from "../actor.ts";
import type { PolicyValues } from "../policy/catalogue.ts";

/**
 * Whether a member may sign in with what they hold themselves (password, passkey). "break_glass": the workspace signs
 * in by its company's account only, and this Owner is named as the one who gets in all the same; each use is put on
 * record.
 */
export function decideOwnSignIn(
  { ssoOnly }: Pick<PolicyValues, "ssoOnly">,
  member: { readonly id: string; readonly role: Role },
): "allow" | "break_glass" | "refuse" {
  if (!ssoOnly.required) return "allow";
  return member.role === "owner" && ssoOnly.breakGlass.includes(member.id) ? "break_glass" : "refuse";
}
