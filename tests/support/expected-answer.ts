import { isSensitive, type Permission, permissionsOf } from "../../server/access/permissions.ts";
import type { Access } from "../../server/http/api.ts";
import type { Role } from "../../server/identity/actor.ts";

/** Who asks: nobody, a session in some stage, or a role with a factor proved a moment or some minutes ago. */
export type Asker =
  | { readonly standing: "stranger" | "ended" | "factor" | "password" | "locked" }
  | { readonly standing: "open"; readonly role: Role; readonly factor: "fresh" | "stale" };

/** "in", or the refusal at the gate, as the table of permissions and the stages of a session say. */
export function expectedAnswer(access: Access, asker: Asker): string {
  if (access === "public" || access === "device_key") return "in";
  switch (asker.standing) {
    case "stranger":
    case "ended":
      return "401 session.none";
    case "factor":
      return OF_ANY_SESSION.has(access) ? "in" : "401 session.factor_needed";
    case "password":
      return access === "any_session" || access === "password_pending" ? "in" : "423 session.password_needed";
    case "locked":
      return OF_ANY_SESSION.has(access) ? "in" : "423 session.locked";
    case "open": {
      if (OF_SIGNED_IN.has(access)) return "in";
      const permission = access as Permission;
      if (!permissionsOf(asker.role).includes(permission)) return "403 access.permission_missing";
      return isSensitive(permission) && asker.factor === "stale" ? "403 identity.factor_stale" : "in";
    }
  }
}

const OF_ANY_SESSION: ReadonlySet<Access> = new Set<Access>(["any_session", "factor_pending"]);
const OF_SIGNED_IN: ReadonlySet<Access> = new Set<Access>([
  ...OF_ANY_SESSION,
  ...(["enrolling", "device_pending", "password_pending", "signed_in"] as const),
]);

/** What the gate says; "in" for everything that came past it, whatever the handler made of it. */
export function answerOf({ status, body }: { status: number; body: { code?: string } }): string {
  const text = `${status} ${body?.code ?? ""}`;
  return AT_THE_GATE.has(text) ? text : "in";
}

const AT_THE_GATE: ReadonlySet<string> = new Set([
  ...["401 session.none", "401 session.factor_needed", "423 session.locked"],
  "423 session.password_needed",
  ...["403 access.permission_missing", "403 identity.factor_stale"],
]);
