import { isSensitive, type Permission, permissionsOf } from "../../server/access/permissions.ts";
import type { Access } from "../../server/http/api.ts";
import type { Role, Stage } from "../../server/identity/actor.ts";

type StageOfAsker = Exclude<Stage, "open">;

/** Who asks: nobody, a session in some stage, or a role with a factor proved a moment or some minutes ago. */
export type Asker =
  | { readonly standing: "stranger" | "ended" | StageOfAsker }
  | { readonly standing: "open"; readonly role: Role; readonly factor: "fresh" | "stale" };

/** "in", or the refusal at the gate, as the table of permissions and the stages of a session say. */
export function expectedAnswer(access: Access, asker: Asker): string {
  if (access === "public" || access === "device_key") return "in";
  switch (asker.standing) {
    case "stranger":
    case "ended":
      return "401 session.none";
    case "open": {
      if (OF_SIGNED_IN.has(access)) return "in";
      const permission = access as Permission;
      if (!permissionsOf(asker.role).includes(permission)) return "403 access.permission_missing";
      return isSensitive(permission) && asker.factor === "stale" ? "403 identity.factor_stale" : "in";
    }
    default: {
      const { opens, refusal } = STAGES[asker.standing];
      return access === "any_session" || access === opens ? "in" : refusal;
    }
  }
}

/** What else than signing out each stage opens, written down beside server/http/require-stage.ts and not read from it. */
const STAGES: Readonly<
  Record<StageOfAsker, { readonly opens: Access | undefined; readonly refusal: string }>
> = {
  factor: { opens: "factor_pending", refusal: "401 session.factor_needed" },
  enrol: { opens: "enrolling", refusal: "401 session.enrolment_needed" },
  device: { opens: "device_pending", refusal: "423 session.device_pending" },
  binding: { opens: undefined, refusal: "423 session.binding_unproved" },
  password: { opens: "password_pending", refusal: "423 session.password_needed" },
  locked: { opens: "factor_pending", refusal: "423 session.locked" },
  network: { opens: "factor_pending", refusal: "423 session.network_changed" },
};

const OF_SIGNED_IN: ReadonlySet<Access> = new Set<Access>([
  ...(["any_session", "factor_pending", "enrolling", "device_pending", "password_pending"] as const),
  "signed_in",
]);

/** What the gate says; "in" for everything that came past it, whatever the handler made of it. */
export function answerOf({ status, body }: { status: number; body: { code?: string } }): string {
  const text = `${status} ${body?.code ?? ""}`;
  return AT_THE_GATE.has(text) ? text : "in";
}

const AT_THE_GATE: ReadonlySet<string> = new Set([
  "401 session.none",
  ...Object.values(STAGES).map(({ refusal }) => refusal),
  ...["403 access.permission_missing", "403 identity.factor_stale"],
]);
