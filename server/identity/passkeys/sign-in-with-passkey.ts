import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { Actor, PersonId } from "../actor.ts";
import { countAttempt, countedForToken, forgiveAttempt } from "../attempts.ts";
import { spendAnswer, spendPasskey } from "../factor.ts";
import { findMembership } from "../find-membership.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, recordRefusal, type Visitor } from "../handles.ts";
import { lockPerson } from "../lock-person.ts";
import { mayComeFrom, networkRefused } from "../require-network.ts";
import { deleteExpiredSessions, deleteSession } from "../session.ts";
import { recordBreakGlass } from "../sso/record-break-glass.ts";
import { type StartedSession, startSession } from "../start-session.ts";
import type { AnswerFault, Assertion } from "./answer.ts";
import { askForPasskey, type PasskeyRequest } from "./ask-passkey.ts";

/** One answer to all that is wrong: whether there is such a passkey is not told. */
function refused(): Refusal {
  return new Refusal("unauthenticated", "identity.passkey_refused");
}

/** The same for everybody: it names no passkey, so that nobody learns who has one. Stores nothing. */
export async function askSignInPasskey(handles: IdentityHandles): Promise<PasskeyRequest> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const now = handles.clock();
  return askForPasskey(installation, handles.party, { use: "sign-in", passkeys: [], now });
}

/** The whole sign-in: the authenticator has the key and has verified its person, which is two factors. */
export async function signInWithPasskey(
  handles: IdentityHandles,
  visitor: Visitor,
  given: { readonly passkey: Assertion; readonly replaced: Actor | undefined },
): Promise<StartedSession> {
  const { passkey, replaced } = given;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const attempt = countedForToken(installation, "passkey", visitor.address);
  await countAttempt(handles.db, attempt, handles.clock());
  return refuseForged(handles, refused(), async () => {
    const fault = await spendAnswer(handles, installation, { passkey }, "sign-in");
    const spent = fault ?? (await spend(handles, installation, passkey));
    if (typeof spent === "string") return refuse(handles, visitor, spent);
    const membership = await findMembership(handles, spent.personId);
    if (membership === undefined) return refuse(handles, visitor, "no_active_membership", spent.personId);
    const from = { ...membership, address: visitor.address, by: "passkey" };
    if (!(await mayComeFrom(handles, from))) throw networkRefused();
    const { vault: workspace, isBreakGlass, ...member } = membership;
    return inWorkspace(handles.db, INSTALLATION, async (tx) => {
      await lockPerson(tx, spent.personId);
      await deleteExpiredSessions(tx, spent.personId, handles.clock());
      if (replaced !== undefined) await deleteSession(tx, installation, replaced.sessionId);
      await forgiveAttempt(tx, attempt);
      const started = await startSession(
        handles,
        tx,
        { installation, workspace },
        { member: { ...member, personId: spent.personId }, method: "passkey", visitor },
      );
      const { workspaceId, memberId, sessionId } = started.actor;
      if (isBreakGlass) await recordBreakGlass(handles, tx, { workspaceId, memberId, sessionId });
      return started;
    });
  });
}

function spend(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  passkey: Assertion,
): Promise<{ readonly personId: PersonId } | AnswerFault> {
  return inWorkspace(handles.db, INSTALLATION, (tx) => spendPasskey(handles, tx, installation, passkey));
}

async function refuse(
  handles: IdentityHandles,
  visitor: Visitor,
  reason: string,
  personId?: PersonId,
): Promise<never> {
  await recordRefusal(handles, visitor.address, {
    ...{ kind: "identity.sign_in_refused", subject: `person:${personId ?? "unknown"}`, reason },
  });
  throw refused();
}
