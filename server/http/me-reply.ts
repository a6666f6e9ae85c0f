import type { Enrolment as EnrolmentReply, Me, SessionState } from "../../contract/session.ts";
import { permissionsOf } from "../access/permissions.ts";
import type { Actor, Stage } from "../identity/actor.ts";
import { describeMe } from "../identity/describe-me.ts";
import type { Enrolment } from "../identity/enrolment.ts";
import type { IdentityHandles } from "../identity/handles.ts";

/** What the console is told of who is signed in. */
export async function meReply(handles: IdentityHandles, actor: Actor): Promise<Me> {
  const { workspace, factors, ...me } = await describeMe(handles, actor);
  const { idleLock } = await handles.policies.of(actor.workspaceId);
  return {
    state: "signed_in",
    memberId: actor.memberId,
    personId: actor.personId,
    ...me,
    factors: [...factors],
    role: actor.role,
    permissions: permissionsOf(actor.role),
    workspace: { id: actor.workspaceId, ...workspace },
    factorAt: (actor.factorAt ?? handles.clock()).toISOString(),
    lockAfterMinutes: idleLock.minutes,
  };
}

const STATES: Readonly<Record<Exclude<Stage, "open">, Exclude<SessionState["state"], "signed_in">>> = {
  factor: "factor_needed",
  enrol: "enrolment_needed",
  device: "device_pending",
  binding: "binding_unproved",
  password: "password_needed",
  locked: "locked",
  network: "network_changed",
};

/** How far the session has come. Whose it is, is said from the stage on in which that has been proved. */
export async function stateReply(handles: IdentityHandles, actor: Actor): Promise<SessionState> {
  if (actor.stage === "open") return meReply(handles, actor);
  const state = STATES[actor.stage];
  if (state === "enrolment_needed" || state === "device_pending" || state === "binding_unproved")
    return { state };
  const { name, email, language, factors, workspace } = await describeMe(handles, actor);
  if (state === "password_needed") return { state, name, email, language, workspaceName: workspace.name };
  if (state !== "locked") return { state, factors: [...factors] };
  return { state, name, language, memberId: actor.memberId, factors: [...factors] };
}

/** The one reply that shows secrets: those of the person who is looking, once. */
export function enrolmentReply(enrolment: Enrolment): EnrolmentReply {
  return {
    enrolment: enrolment.enrolment,
    secret: enrolment.secret.reveal(),
    uri: enrolment.uri.reveal(),
    recoveryCodes: enrolment.recoveryCodes.reveal(),
  };
}
