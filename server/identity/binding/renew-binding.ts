import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { refuseForged } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { newChallenge, spendChallenge } from "../passkeys/challenge.ts";
import { findSessionByBinding } from "../session.ts";
import { newBoundCookie } from "./bound-cookie.ts";
import { noteBindingRefused } from "./judge-binding.ts";
import { readRenewal } from "./read-proof.ts";
import type { RenewedBinding } from "./register-binding.ts";

/** `challenge`: what the browser has to sign first. */
export type Renewal = RenewedBinding | { readonly challenge: string };

/**
 * A further short cookie for a binding, against a signature of its key over a challenge that is good once. Nobody is
 * signed in by it and nothing is kept open: it is no act of a person, reads no other cookie, and works while the
 * session is locked. Who comes without a signature, or with one over a challenge that is spent or too old (two renewals
 * crossed, or our answer was lost), gets a challenge; a wrong signature gets a refusal, and ends nothing: otherwise
 * whoever knows a binding's name could end its session.
 */
export async function renewBinding(
  handles: IdentityHandles,
  given: { readonly bindingId: string | undefined; readonly proof: string | undefined },
): Promise<Renewal> {
  const unknown = new Refusal("unauthenticated", "session.binding_unknown");
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, unknown, async () => {
    const now = handles.clock();
    const session = await findSessionByBinding(handles.db, installation, {
      ...{ bindingId: given.bindingId, now },
    });
    if (session === undefined || session.binding === null) throw unknown;
    const { id: bindingId, key } = session.binding;
    const use = `renew:${bindingId}` as const;
    const ask = () => ({ challenge: newChallenge(installation, use, now).toString("base64url") });
    if (given.proof === undefined) return ask();
    const proof = await readRenewal(given.proof, key);
    if (typeof proof === "string") {
      await noteBindingRefused(handles, session, proof);
      throw new Refusal("invalid", "session.binding_refused");
    }
    const challenge = Buffer.from(proof.challenge, "base64url");
    if (!(await spendChallenge(handles.db, installation, { use, challenge, now }))) return ask();
    return { bindingId, cookie: newBoundCookie(installation, bindingId, now), endsAt: session.expiresAt };
  });
}
