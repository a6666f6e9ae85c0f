import type { Actor, Stage } from "../identity/actor.ts";
import { Refusal } from "../platform/refusal.ts";

/**
 * Routes that a session may use before it may do anything else: any one (who am I, sign out), one that has a factor to
 * prove, one that has a factor to enrol, one whose device waits to be approved, one that has a new password to choose.
 */
export type StageAccess =
  | "any_session"
  | "factor_pending"
  | "enrolling"
  | "device_pending"
  | "password_pending";

const STAGES: Readonly<Record<StageAccess | "open", ReadonlySet<Stage>>> = {
  any_session: new Set<Stage>([
    "factor",
    "enrol",
    "device",
    "binding",
    "password",
    "locked",
    "network",
    "open",
  ]),
  factor_pending: new Set<Stage>(["factor", "locked", "network", "open"]),
  enrolling: new Set<Stage>(["enrol", "open"]),
  device_pending: new Set<Stage>(["device", "open"]),
  password_pending: new Set<Stage>(["password", "open"]),
  open: new Set<Stage>(["open"]),
};

/** Why a session in this stage is refused what it may not do yet. */
const REFUSALS: Readonly<Record<Exclude<Stage, "open">, () => Refusal>> = {
  factor: () => new Refusal("unauthenticated", "session.factor_needed"),
  enrol: () => new Refusal("unauthenticated", "session.enrolment_needed"),
  device: () => new Refusal("held", "session.device_pending"),
  binding: () => new Refusal("held", "session.binding_unproved"),
  password: () => new Refusal("held", "session.password_needed"),
  locked: () => new Refusal("held", "session.locked"),
  network: () => new Refusal("held", "session.network_changed"),
};

export function isStageAccess(access: string): access is StageAccess {
  return Object.hasOwn(STAGES, access) && access !== "open";
}

/** Throws unless a session of this stage may use such a route; all that is no StageAccess wants an open one. */
export function requireStage({ stage }: Pick<Actor, "stage">, access: StageAccess | "open"): void {
  if (STAGES[access].has(stage)) return;
  // Every stage access lets an open one through.
  if (stage !== "open") throw REFUSALS[stage]();
}
