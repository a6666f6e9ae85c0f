import { contract } from "../../contract/contract.ts";
import { completeSetup } from "../identity/complete-setup.ts";
import { findOnlyWorkspaceName } from "../identity/describe-workspace.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { enrolOwner, isSetupNeeded, isSetupSession, openSetup } from "../identity/setup.ts";
import { Secret } from "../platform/secret.ts";
import type { Api } from "./api.ts";
import { clearSetupCookie, SETUP_COOKIE, setSessionCookies, setSetupCookie } from "./cookies.ts";
import { proofOf } from "./factor-routes.ts";
import { enrolmentReply, meReply } from "./me-reply.ts";

/** The set-up of a new installation. Public, because nobody is anybody yet: each asks for the code or its cookie. */
export function registerSetupRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getSetup, { access: "public" }, async ({ cookie }) => ({
    needed: await isSetupNeeded(handles.db),
    opened: await isSetupSession(handles, handles.db, cookie(SETUP_COOKIE)),
    workspaceName: await findOnlyWorkspaceName(handles),
  }));

  api.route(contract.openSetup, { access: "public" }, async (call) => {
    const { token, expiresAt } = await openSetup(handles, call, call.body.code);
    setSetupCookie(call, token, expiresAt);
    return {};
  });

  api.route(contract.enrolOwner, { access: "public" }, async ({ body, cookie }) =>
    enrolmentReply(await enrolOwner(handles, { setupToken: cookie(SETUP_COOKIE), email: body.email })),
  );

  api.route(contract.completeSetup, { access: "public" }, async (call) => {
    const { workspace, owner, enrolment } = call.body;
    const started = await completeSetup(handles, call, {
      ...{ workspace, enrolment, proof: proofOf(call.body) },
      setupToken: call.cookie(SETUP_COOKIE),
      owner: { ...owner, password: new Secret(owner.password) },
    });
    setSessionCookies(call, started);
    clearSetupCookie(call);
    return meReply(handles, started.actor);
  });
}
