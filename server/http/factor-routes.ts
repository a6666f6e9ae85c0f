import { contract } from "../../contract/contract.ts";
import type { Factor } from "../../contract/factors.ts";
import type { Attestation } from "../../contract/passkeys.ts";
import { type FactorProof, offerEnrolledPasskey } from "../identity/enrolment.ts";
import { addFactor, offerFactor } from "../identity/factors/add-factor.ts";
import { enrolFirstFactor, offerFirstFactor } from "../identity/factors/enrol-first-factor.ts";
import { type FactorView, listFactors } from "../identity/factors/list-factors.ts";
import { removeFactor, renameFactor } from "../identity/factors/remove-factor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { nameOfDevice } from "../identity/passkeys/name-of-device.ts";
import { askSignInPasskey, signInWithPasskey } from "../identity/passkeys/sign-in-with-passkey.ts";
import { askOwnPasskey } from "../identity/prove-factor.ts";
import type { Api } from "./api.ts";
import { setSessionCookies } from "./cookies.ts";
import { enrolmentReply, stateReply } from "./me-reply.ts";
import { mutable } from "./mutable.ts";

/** Passkeys, and the second factors that a person has. */
export function registerFactorRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.askSignInPasskey, { access: "public" }, async () =>
    mutable(await askSignInPasskey(handles)),
  );

  api.route(contract.signInWithPasskey, { access: "public" }, async (call) => {
    const given = { passkey: call.body.passkey, replaced: call.actor };
    const started = await signInWithPasskey(handles, call, given);
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });

  api.route(contract.askOwnPasskey, { access: "factor_pending" }, async ({ actor }) =>
    mutable(await askOwnPasskey(handles, actor)),
  );

  // Public: the sealed enrolment is what opens it.
  api.route(contract.offerPasskey, { access: "public" }, async ({ body }) =>
    mutable(await offerEnrolledPasskey(handles, body.enrolment)),
  );

  registerFirstFactorRoutes(api, handles);
  registerOwnFactorRoutes(api, handles);
}

function registerFirstFactorRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.offerFirstFactor, { access: "enrolling" }, async ({ actor }) =>
    enrolmentReply(await offerFirstFactor(handles, actor)),
  );

  api.route(contract.enrolFirstFactor, { access: "enrolling" }, async (call) => {
    const { enrolment } = call.body;
    const given = { enrolment, proof: proofOf(call.body), name: nameOfDevice(call.userAgent) };
    const started = await enrolFirstFactor(handles, call.actor, call, given);
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });
}

function registerOwnFactorRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.listFactors, { access: "factor.list" }, async ({ actor }) => {
    const { factors, recoveryCodesLeft } = await listFactors(handles, actor);
    return { factors: factors.map(factorReply), recoveryCodesLeft };
  });

  api.route(contract.offerFactor, { access: "factor.manage" }, async ({ actor }) =>
    enrolmentReply(await offerFactor(handles, actor)),
  );

  api.route(contract.addFactor, { access: "factor.manage" }, async ({ actor, body, userAgent }) => {
    const given = { enrolment: body.enrolment, proof: proofOf(body), name: nameOfDevice(userAgent) };
    await addFactor(handles, actor, given);
    return {};
  });

  api.route(contract.renameFactor, { access: "profile.update" }, async ({ actor, params, body }) => {
    await renameFactor(handles, actor, { id: params.id, name: body.name });
    return {};
  });

  api.route(contract.removeFactor, { access: "factor.manage" }, async ({ actor, params }) => {
    await removeFactor(handles, actor, params.id);
    return {};
  });
}

/** Which of the two a body brought. */
export function proofOf(body: { readonly totp: string } | { readonly passkey: Attestation }): FactorProof {
  return "totp" in body ? { totp: body.totp } : { passkey: body.passkey };
}

function factorReply(factor: FactorView): Factor {
  return {
    ...factor,
    createdAt: factor.createdAt.toISOString(),
    usedAt: factor.usedAt?.toISOString() ?? null,
  };
}
