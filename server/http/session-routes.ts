import { contract } from "../../contract/contract.ts";
import { changePassword } from "../identity/change-password.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { proveFactor } from "../identity/prove-factor.ts";
import { renewRecoveryCodes } from "../identity/renew-recovery-codes.ts";
import { signIn } from "../identity/sign-in.ts";
import { signOut } from "../identity/sign-out.ts";
import { updateProfile } from "../identity/update-profile.ts";
import { Refusal } from "../platform/refusal.ts";
import { Secret } from "../platform/secret.ts";
import type { Api } from "./api.ts";
import { clearSessionCookie, setSessionCookie, setSessionCookies } from "./cookies.ts";
import { meReply, stateReply } from "./me-reply.ts";

/** Signing in and out, and what people change about themselves. */
export function registerSessionRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getSession, { access: "any_session" }, async ({ actor }) => stateReply(handles, actor));

  api.route(contract.signIn, { access: "public" }, async (call) => {
    const { email, password } = call.body;
    const given = { email, password: new Secret(password), replaced: call.actor };
    const { token, pending, factors } = await signIn(handles, call, given);
    setSessionCookie(call, token);
    if (pending === "enrol") return { state: "enrolment_needed" as const };
    return { state: "factor_needed" as const, factors: [...factors] };
  });

  api.route(contract.proveFactor, { access: "factor_pending" }, async (call) => {
    const started = await proveFactor(handles, call.actor, call, call.body);
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });

  api.route(contract.signOut, { access: "any_session" }, async (call) => {
    await signOut(handles, call.actor);
    clearSessionCookie(call);
    return {};
  });

  api.route(contract.updateMe, { access: "profile.update" }, async ({ actor, body }) => {
    await updateProfile(handles, actor, body);
    return meReply(handles, actor);
  });

  api.route(contract.changePassword, { access: "profile.change_password" }, async (call) => {
    const { current, next } = call.body;
    const started = await changePassword(handles, call.actor, call, {
      ...{ current: new Secret(current), next: new Secret(next) },
    });
    setSessionCookies(call, started);
    return {};
  });

  api.route(contract.chooseNewPassword, { access: "password_pending" }, async (call) => {
    // Whoever is in already changes it with a fresh factor, above.
    if (call.actor.stage !== "password") throw new Refusal("conflict", "identity.no_new_password_asked");
    const { current, next } = call.body;
    const started = await changePassword(handles, call.actor, call, {
      ...{ current: new Secret(current), next: new Secret(next) },
    });
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });

  api.route(contract.renewRecoveryCodes, { access: "factor.manage" }, async ({ actor }) => {
    const recoveryCodes = await renewRecoveryCodes(handles, actor);
    return { recoveryCodes: recoveryCodes.reveal() };
  });
}
