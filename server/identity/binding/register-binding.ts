import { inScope, inWorkspace } from "../../platform/database.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName, type SessionId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { newChallenge, spendChallenge } from "../passkeys/challenge.ts";
import { findSessionByToken, lockSession, updateSession } from "../session.ts";
import type { Session } from "../session-row.ts";
import { newBoundCookie } from "./bound-cookie.ts";
import { noteBindingRefused } from "./judge-binding.ts";
import { readRegistration } from "./read-proof.ts";

/** What a browser needs to know of a binding, and its next short cookie. */
export interface RenewedBinding {
  readonly bindingId: string;
  readonly cookie: string;
  /** When the session ends, whatever is renewed. */
  readonly endsAt: Date;
}

/** What a browser signs to bind the session that it has just been given. Good once, for 5 minutes, for this session. */
export function challengeToBind(installation: WorkspaceVault, sessionId: SessionId, now: Date): string {
  return newChallenge(installation, `bind:${sessionId}`, now).toString("base64url");
}

/**
 * Binds the session that this token opens to the key that signed our challenge. The challenge went to the browser that
 * proved a factor, in the answer to it, and to nobody else; so whoever has the token alone cannot bind it to their own
 * key. What fails leaves the session as it was: a browser that cannot be bound goes on without.
 */
export async function registerBinding(
  handles: IdentityHandles,
  given: { readonly token: string | undefined; readonly proof: string },
): Promise<RenewedBinding> {
  const unknown = new Refusal("unauthenticated", "session.binding_unknown");
  const refused = new Refusal("invalid", "session.binding_refused");
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, unknown, async () => {
    const now = handles.clock();
    const session = await findSessionByToken(handles.db, installation, { token: given.token, now });
    if (session === undefined) throw unknown;
    const proof = await readRegistration(given.proof);
    if (typeof proof === "string") {
      await noteBindingRefused(handles, session, proof);
      throw refused;
    }
    const challenge = Buffer.from(proof.challenge, "base64url");
    const use = `bind:${session.id}` as const;
    if (!(await spendChallenge(handles.db, installation, { use, challenge, now }))) {
      await noteBindingRefused(handles, session, "challenge");
      throw refused;
    }
    const bindingId = await bind(handles, installation, { session, key: proof.key, now });
    if (bindingId === undefined) throw refused;
    return { bindingId, cookie: newBoundCookie(installation, bindingId, now), endsAt: session.expiresAt };
  });
}

/** Undefined where the session has ended meanwhile, or is bound: nobody binds it again. */
async function bind(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  given: { readonly session: Session; readonly key: Buffer; readonly now: Date },
): Promise<string | undefined> {
  const { key, now } = given;
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const session = await lockSession(tx, installation, given.session.id);
    if (session === undefined || session.binding !== null || session.pending !== null) return undefined;
    const id = newId<string>();
    await updateSession(tx, installation, session, {
      binding: { id, key, boundAt: now, shownAt: null },
    });
    await inScope(tx, session.workspaceId, () =>
      record(handles, tx, session.workspaceId, {
        kind: "identity.session_bound",
        actor: actorName(session),
        subject: `session:${session.id}`,
        outcome: "success",
      }),
    );
    return id;
  });
}
