import type { WorkspaceVault } from "../../vault/vault.ts";
import type { IdentityHandles } from "../handles.ts";
import { noteSessionRefusal } from "../note-session-refusal.ts";
import { updateSession } from "../session.ts";
import type { Session } from "../session-row.ts";
import { type CookieVerdict, judgeBoundCookie } from "./bound-cookie.ts";
import type { SessionBinding } from "./session-binding.ts";

/**
 * How long after a browser first showed its bound cookie requests without one still count, in ms. Ours: those that had
 * left before it had the cookie. Without it a page that loads while its browser registers is thrown out.
 */
export const BINDING_GRACE_MS = 5_000;

/** `unbound`: there is nothing to show, or not yet. */
export type BindingVerdict =
  | "unbound"
  | { readonly shownUntil: Date }
  | { readonly refused: Extract<CookieVerdict, string> };

/**
 * Whether a request comes from the device that a session is bound to. Until its browser has shown the cookie once, our
 * answer may have been lost, and the session is as it was before; from then on there is no way back.
 */
export function decideBinding(
  binding: SessionBinding | null,
  cookie: CookieVerdict,
  now: Date,
): BindingVerdict {
  if (binding === null) return "unbound";
  if (typeof cookie === "object") return { shownUntil: cookie.until };
  return wantsKey(binding, now) ? { refused: cookie } : "unbound";
}

/** Whether what comes without the cookie is refused. */
export function wantsKey(binding: SessionBinding | null, now: Date): boolean {
  const shownAt = binding?.shownAt ?? null;
  return shownAt !== null && now.getTime() - shownAt.getTime() >= BINDING_GRACE_MS;
}

/** What a request's cookie makes of a session: "refused", or the session and until when it is known to be at home. */
export type JudgedBinding = "refused" | { readonly session: Session; readonly boundUntil: Date | undefined };

/** Notes what is refused, and writes down that the cookie was shown for the first time. */
export async function judgeBinding(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  given: { readonly cookie: string | undefined; readonly now: Date },
): Promise<JudgedBinding> {
  const { binding } = session;
  if (binding === null) return { session, boundUntil: undefined };
  const { now } = given;
  const cookie = judgeBoundCookie(installation, { ...given, bindingId: binding.id });
  const verdict = decideBinding(binding, cookie, now);
  if (verdict === "unbound") return { session, boundUntil: undefined };
  if ("refused" in verdict) {
    await noteBindingRefused(handles, session, verdict.refused);
    return "refused";
  }
  const boundUntil = verdict.shownUntil;
  if (binding.shownAt !== null) return { session, boundUntil };
  const shown = await updateSession(handles.db, installation, session, {
    binding: { ...binding, shownAt: now },
  });
  // Somebody else wrote first: the next request will say it again.
  return { session: shown ?? session, boundUntil };
}

/** Somebody may have a copy of its cookie. */
export function noteBindingRefused(
  handles: IdentityHandles,
  session: Pick<Session, "id" | "workspaceId" | "memberId">,
  reason: string,
): Promise<void> {
  return noteSessionRefusal(handles, session, { kind: "identity.binding_refused", reason });
}
