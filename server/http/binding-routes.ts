import type { BindingInstructions } from "../../contract/binding.ts";
import { contract } from "../../contract/contract.ts";
import { type RenewedBinding, registerBinding } from "../identity/binding/register-binding.ts";
import { renewBinding } from "../identity/binding/renew-binding.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Api, SESSION_COOKIE } from "./api.ts";
import { RENEWAL_PATH, readBindingId, readProofHeader, setChallenge } from "./binding-headers.ts";
import { GUARDED_WORDS, setBoundCookie } from "./bound-cookie-jar.ts";
import type { Jar } from "./cookies.ts";
import { BOUND_COOKIE } from "./read-presence.ts";

/** What browsers do by themselves to keep a session bound to their device. No page and no person asks for it. */
export function registerBindingRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.registerBinding, { access: "device_key" }, async (call) => {
    const proof = readProofHeader(call) ?? "";
    const bound = await registerBinding(handles, { token: call.cookie(SESSION_COOKIE), proof });
    return instruct(handles, call, bound);
  });

  api.route(contract.renewBinding, { access: "device_key" }, async (call) => {
    const bindingId = readBindingId(call);
    const renewed = await renewBinding(handles, { bindingId, proof: readProofHeader(call) });
    if ("cookie" in renewed) return instruct(handles, call, renewed);
    setChallenge(call, { challenge: renewed.challenge, bindingId: bindingId ?? "" });
    // The status by which the draft says "sign this first".
    throw new Refusal("forbidden", "session.binding_challenge");
  });
}

/** The cookie, and what the browser has to know to come for the next one. */
function instruct(
  { clock }: Pick<IdentityHandles, "clock">,
  jar: Jar,
  { bindingId, cookie, endsAt }: RenewedBinding,
): BindingInstructions {
  setBoundCookie(jar, { cookie, endsAt, now: clock() });
  return {
    session_identifier: bindingId,
    refresh_url: RENEWAL_PATH,
    scope: { include_site: false },
    credentials: [{ type: "cookie", name: BOUND_COOKIE, attributes: GUARDED_WORDS }],
  };
}
