import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type Actor, actorName } from "./actor.ts";
import { type Counted, countAttempt, countedForFactor, forgiveAttempt } from "./attempts.ts";
import { type Credential, lockCredentials, pepperOf, updateCredential } from "./credentials.ts";
import { describeMe } from "./describe-me.ts";
import { findTrustedDevice } from "./devices/find-trusted-device.ts";
import { refuseForged } from "./forged-row.ts";
import { countGuess, endGuessRun } from "./guess-run.ts";
import { type IdentityHandles, record, type Visitor } from "./handles.ts";
import { mailPerson } from "./mail-person.ts";
import { replacePassword } from "./passwords/new-password-asked.ts";
import { hashNewPassword } from "./person.ts";
import { endLinksOf } from "./recovery/recovery-link.ts";
import { deleteSessions } from "./session.ts";
import { type StartedSession, startSession } from "./start-session.ts";
import { tellGuessedOut } from "./tell-guessed-out.ts";

export interface ChangePassword {
  readonly current: Secret<string>;
  readonly next: Secret<string>;
}

/**
 * Wants the password again; the gate has asked for a fresh factor, or the session has just proved one and may do nothing
 * but this. Ends every session of the person, and gives this browser a new one.
 */
export async function changePassword(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
  given: ChangePassword,
): Promise<StartedSession> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const device = await findTrustedDevice(handles, installation, visitor, actor);
  const attempt = countedForFactor(installation, actor.personId, device);
  await countAttempt(handles.db, attempt, handles.clock());
  return refuseForged(handles, new Refusal("forbidden", "identity.password_wrong"), async () => {
    const verified = await verifyCurrent(handles, installation, actor, { current: given.current, device });
    if (isSame(given)) throw new Refusal("invalid", "identity.password_same");
    const about = await describePerson(handles, actor);
    const { personId } = actor;
    const phc = await hashNewPassword(handles, installation, { personId, password: given.next, about });
    const vaults = { installation, workspace };
    return replace(handles, vaults, { actor, visitor, attempt, verified, phc });
  });
}

/** The right one again would be no change. */
function isSame({ current, next }: ChangePassword): boolean {
  return current.reveal().normalize("NFC") === next.reveal().normalize("NFC");
}

/** What a guesser would know of them. */
async function describePerson(handles: IdentityHandles, actor: Actor): Promise<string[]> {
  const { email, name, workspace } = await describeMe(handles, actor);
  return [email, name, workspace.name];
}

async function verifyCurrent(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  actor: Actor,
  { current, device }: { readonly current: Secret<string>; readonly device: string | undefined },
): Promise<Credential> {
  const [credential] = await inWorkspace(handles.db, INSTALLATION, (tx) =>
    lockCredentials(tx, installation, actor.personId, "password"),
  );
  const stored = credential?.secret.toString() ?? "";
  const guess = { what: "password", binding: { stored }, deviceId: device } as const;
  const verdict = await countGuess(handles.db, installation, guess, handles.clock());
  const pepper = pepperOf(installation, actor.personId);
  const isRight = await handles.passwords.verify(credential?.secret.toString(), current.reveal(), pepper);
  if (credential !== undefined && isRight && verdict !== "disabled") {
    await inWorkspace(handles.db, INSTALLATION, (tx) => endGuessRun(tx, installation, guess));
    return credential;
  }
  if (verdict === "last")
    await inWorkspace(handles.db, INSTALLATION, (tx) =>
      tellGuessedOut(handles, tx, installation, { what: "password", personId: actor.personId }),
    );
  await inWorkspace(handles.db, actor.workspaceId, (tx) =>
    record(handles, tx, actor.workspaceId, {
      kind: "identity.password_changed",
      actor: actorName(actor),
      subject: `person:${actor.personId}`,
      outcome: "refusal",
      detail: { reason: "wrong_password" },
    }),
  );
  throw new Refusal("forbidden", "identity.password_wrong");
}

interface Replacement {
  readonly actor: Actor;
  readonly visitor: Visitor;
  readonly attempt: readonly Counted[];
  readonly verified: Credential;
  readonly phc: string;
}

async function replace(
  handles: IdentityHandles,
  vaults: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  { actor, visitor, attempt, verified, phc }: Replacement,
): Promise<StartedSession> {
  const { workspaceId, personId } = actor;
  const { installation } = vaults;
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const [credential] = await lockCredentials(tx, installation, personId, "password");
    // Changed by another session while we hashed: what we verified is no longer the password.
    if (!credential?.secret.equals(verified.secret))
      throw new Refusal("conflict", "identity.password_changed");
    await updateCredential(tx, installation, replacePassword(credential, phc));
    await deleteSessions(tx, installation, { personId, except: actor.sessionId });
    await endLinksOf(tx, installation, personId, { purposes: ["password_reset"], now: handles.clock() });
    const started = await startSession(handles, tx, vaults, {
      ...{ member: actor, visitor, replaced: actor, method: actor.method ?? "totp" },
      because: "password_changed",
    });
    await forgiveAttempt(tx, attempt);
    await mailPerson(handles, tx, installation, personId, {
      ...{ kind: "password_changed", about: workspaceId },
      facts: { at: handles.clock(), how: "profile" },
    });
    await inScope(tx, workspaceId, () =>
      record(handles, tx, workspaceId, {
        kind: "identity.password_changed",
        actor: actorName(actor),
        subject: `person:${personId}`,
        outcome: "success",
        detail: { session: started.actor.sessionId },
      }),
    );
    return started;
  });
}
