import { contract } from "../../contract/contract.ts";
import {
  cancelFactorReset,
  cancelFactorResetByLink,
  cancelOwnFactorReset,
} from "../access/recovery/cancel-factor-reset.ts";
import { findOwnFactorReset, listFactorResets } from "../access/recovery/list-factor-resets.ts";
import { startFactorReset } from "../access/recovery/start-factor-reset.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import {
  askEmailChange,
  findOwnEmailChange,
  withdrawEmailChange,
} from "../identity/recovery/change-email.ts";
import { describeLink } from "../identity/recovery/describe-link.ts";
import { recoverOwner } from "../identity/recovery/recover-owner.ts";
import { requestReset } from "../identity/recovery/request-reset.ts";
import { resetPassword } from "../identity/recovery/reset-password.ts";
import { confirmEmailChange, stopEmailChange } from "../identity/recovery/settle-email-change.ts";
import { Secret } from "../platform/secret.ts";
import type { Api } from "./api.ts";
import { setSessionCookie } from "./cookies.ts";

/** All ways back in, and what else a mailed link can do. */
export function registerRecoveryRoutes(api: Api, handles: IdentityHandles): void {
  registerLinkRoutes(api, handles);
  registerFactorResetRoutes(api, handles);
  registerOwnRoutes(api, handles);
}

/** Public: the token in the link is what opens them. */
function registerLinkRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getRecovery, { access: "public" }, async () => ({ byMail: handles.mail !== undefined }));

  api.route(contract.requestReset, { access: "public" }, async (call) => {
    await requestReset(handles, call, call.body);
    return {};
  });

  api.route(contract.openLink, { access: "public" }, async (call) => {
    const { expiresAt, ...link } = await describeLink(handles, call, call.body.token);
    return { ...link, expiresAt: expiresAt.toISOString() };
  });

  api.route(contract.resetPassword, { access: "public" }, async (call) => {
    const { token, password, ...factor } = call.body;
    await resetPassword(handles, call, { token, password: new Secret(password), factor });
    return {};
  });

  api.route(contract.confirmEmail, { access: "public" }, async (call) => {
    await confirmEmailChange(handles, call, call.body.token);
    return {};
  });

  api.route(contract.stopEmail, { access: "public" }, async (call) => ({
    outcome: await stopEmailChange(handles, call, call.body.token),
  }));

  api.route(contract.cancelFactorResetByLink, { access: "public" }, async (call) => {
    await cancelFactorResetByLink(handles, call, call.body.token);
    return {};
  });

  api.route(contract.recoverOwner, { access: "public" }, async (call) => {
    const { token, password } = call.body;
    const started = await recoverOwner(handles, call, { token, password: new Secret(password) });
    setSessionCookie(call, started.token);
    return { state: "enrolment_needed" as const };
  });
}

function registerFactorResetRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.listFactorResets, { access: "member.list_factor_resets" }, async ({ actor }) => ({
    factorResets: (await listFactorResets(handles, actor)).map((reset) => ({
      ...reset,
      dueAt: reset.dueAt.toISOString(),
    })),
  }));

  api.route(
    contract.startFactorReset,
    { access: "member.reset_factors" },
    async ({ actor, params, body }) => {
      await startFactorReset(handles, actor, { memberId: params.id, ...body });
      return {};
    },
  );

  api.route(
    contract.cancelFactorReset,
    { access: "member.cancel_factor_reset" },
    async ({ actor, params }) => {
      await cancelFactorReset(handles, actor, params.id);
      return {};
    },
  );
}

function registerOwnRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getOwnRecovery, { access: "profile.update" }, async ({ actor }) => {
    const reset = await findOwnFactorReset(handles, actor);
    const change = await findOwnEmailChange(handles, actor);
    return {
      factorReset: reset === undefined ? null : { ...reset, dueAt: reset.dueAt.toISOString() },
      emailChange:
        change === undefined ? null : { email: change.after, expiresAt: change.expiresAt.toISOString() },
    };
  });

  api.route(contract.cancelOwnFactorReset, { access: "profile.update" }, async ({ actor }) => {
    await cancelOwnFactorReset(handles, actor);
    return {};
  });

  api.route(contract.changeEmail, { access: "profile.change_email" }, async (call) => {
    await askEmailChange(handles, call.actor, call, call.body.email);
    return {};
  });

  api.route(contract.withdrawEmailChange, { access: "profile.update" }, async ({ actor }) => {
    await withdrawEmailChange(handles, actor);
    return {};
  });
}
