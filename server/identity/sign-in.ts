import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type Actor, actorName, type PersonId } from "./actor.ts";
import { countAttempt, countedForSignIn, forgiveAttempt } from "./attempts.ts";
import { type Credential, lockCredentials, pepperOf, updateCredential } from "./credentials.ts";
import { findTrustedDevice } from "./devices/find-trusted-device.ts";
import { foldEmail, hashEmail } from "./email.ts";
import { type FactorKind, listFactorKinds } from "./factor.ts";
import { mayEnrol } from "./factors/enrol-first-factor.ts";
import { findMembership, type Membership } from "./find-membership.ts";
import { refuseForged } from "./forged-row.ts";
import { countGuess, endGuessRun, type Guess, type GuessVerdict } from "./guess-run.ts";
import { type IdentityHandles, record, recordRefusal, type Visitor } from "./handles.ts";
import { lockPerson } from "./lock-person.ts";
import { isOutdated } from "./password.ts";
import { askForNewPassword } from "./passwords/new-password-asked.ts";
import { mayComeFrom } from "./require-network.ts";
import { deleteExpiredSessions, deleteSession, insertSession } from "./session.ts";
import { recordBreakGlass } from "./sso/record-break-glass.ts";
import type { IdentityTables } from "./tables.ts";
import { tellGuessedOut } from "./tell-guessed-out.ts";

export interface SignIn {
  readonly email: string;
  readonly password: Secret<string>;
  /** Whose session this browser still holds: it ends, or nobody would ever end it. */
  readonly replaced?: Actor | undefined;
}

/**
 * One answer whether there is no such account, the password is wrong, the member was deactivated, or comes from where
 * the workspace lets nobody in: a stolen password is not confirmed to somebody who may not use it.
 */
function refused(): Refusal {
  return new Refusal("unauthenticated", "identity.sign_in_refused");
}

/**
 * First step: e-mail and password. The session it starts may do nothing but prove the second factor, or enrol one where
 * the person has leave to. A refusal tells nothing, neither by its words nor by the time it takes. Where more wait than
 * are served in a while, it is refused before anything is looked at or counted.
 */
export async function signIn(
  handles: IdentityHandles,
  visitor: Visitor,
  given: SignIn,
): Promise<StartedHalf> {
  return handles.passwords.admit(() => signInAdmitted(handles, visitor, given));
}

/** A session that has proved the password only, and what it has to do next. */
export interface StartedHalf {
  readonly token: Secret<string>;
  readonly pending: "factor" | "enrol";
  /** By what they can go on. */
  readonly factors: readonly FactorKind[];
}

async function signInAdmitted(
  handles: IdentityHandles,
  visitor: Visitor,
  given: SignIn,
): Promise<StartedHalf> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const device = await findTrustedDevice(handles, installation, visitor, { email: given.email });
  const attempt = countedForSignIn(installation, given.email, visitor.address, device);
  await refuseTooMany(handles, visitor, () => countAttempt(handles.db, attempt, handles.clock()));

  return refuseForged(handles, refused(), async () => {
    const login = await findLogin(handles, installation, given.email);
    const guess = guessOf(login, given.email, device);
    const password = given.password.reveal();
    const judged = await judge(handles, installation, { login, guess, password });
    const membership = judged.isRight ? await findMembership(handles, login.personId) : undefined;
    if (login.credential === undefined || membership === undefined)
      return refuse(handles, installation, { visitor, login, email: given.email, ...judged });
    if (!(await mayComeFrom(handles, { ...membership, address: visitor.address, by: "password" })))
      return refuseNetwork(handles, installation, { login, email: given.email, ...judged });
    const rehashed = await rehash(handles, installation, login.credential, password);
    const isKnown = await handles.strength.isKnown(given.password);
    const verified = login.credential;
    const started = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const credential = await lockSame(tx, installation, verified);
      if (credential === undefined) return undefined;
      if (rehashed !== undefined)
        await updateCredential(tx, installation, { ...credential, secret: Buffer.from(rehashed) });
      await lockPerson(tx, login.personId);
      if (isKnown)
        await askForAnother(handles, tx, installation, { personId: login.personId, ...membership });
      await forgiveAttempt(tx, attempt);
      await endGuessRun(tx, installation, guess);
      if (given.replaced !== undefined) await deleteSession(tx, installation, given.replaced.sessionId);
      return startHalf(handles, tx, installation, { visitor, personId: login.personId, ...membership });
    });
    // Another one by now, and with it all sessions have ended: so the old one is a wrong one.
    return (
      started ??
      refuse(handles, installation, { visitor, login, email: given.email, ...judged, isRight: false })
    );
  });
}

/** Like a wrong one in all that can be seen, so the guess counts. The refusal is on record already. */
async function refuseNetwork(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { login, email, verdict }: Judged & { readonly login: Login; readonly email: string },
): Promise<never> {
  if (verdict === "last") await guessedOut(handles, installation, login, email);
  throw refused();
}

interface Login {
  /** One of nobody's where there is no such account: the same queries and the same hashing follow. */
  readonly personId: PersonId;
  readonly credential: Credential | undefined;
  readonly phc: string | undefined;
}

async function findLogin(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  email: string,
): Promise<Login> {
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const route = await tx
      .selectFrom("identity_login")
      .where("email_hash", "=", hashEmail(installation, email))
      .select("person_id")
      .executeTakeFirst();
    const personId = (route?.person_id ?? newId()) as PersonId;
    const [credential] = await lockCredentials(tx, installation, personId, "password");
    return { personId, credential, phc: credential?.secret.toString() };
  });
}

/** At what they guess: the stored hash, so that another password begins anew. */
function guessOf(login: Login, email: string, deviceId: string | undefined): Guess {
  const binding = login.phc === undefined ? { nobody: foldEmail(email) } : { stored: login.phc };
  return { what: "password", binding, deviceId };
}

interface Judged {
  readonly isRight: boolean;
  readonly verdict: GuessVerdict;
}

/** Counted before it is looked at, and always looked at: the time it takes tells nothing. */
async function judge(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { login, guess, password }: { readonly login: Login; readonly guess: Guess; readonly password: string },
): Promise<Judged> {
  const verdict = await countGuess(handles.db, installation, guess, handles.clock());
  const pepper = pepperOf(installation, login.personId);
  const isRight = await handles.passwords.verify(login.phc, password, pepper);
  return { verdict, isRight: isRight && verdict !== "disabled" };
}

async function refuse(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  given: Judged & { readonly visitor: Visitor; readonly login: Login; readonly email: string },
): Promise<never> {
  const { login, email, isRight, verdict, visitor } = given;
  const subject = login.credential === undefined ? "person:unknown" : `person:${login.personId}`;
  const wrong = verdict === "disabled" ? "guessed_out" : "wrong_password";
  const reason = isRight ? "no_active_membership" : wrong;
  const about = hashEmail(installation, email);
  const kind = "identity.sign_in_refused";
  await recordRefusal(handles, visitor.address, { kind, subject, reason, about });
  if (verdict === "last" && !isRight) await guessedOut(handles, installation, login, email);
  throw refused();
}

/** The last of the guesses that are allowed was wrong: told to its person, and to nobody in the same words. */
async function guessedOut(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { personId, credential }: Login,
  email: string,
): Promise<void> {
  const nobody = credential === undefined ? foldEmail(email) : undefined;
  await inWorkspace(handles.db, INSTALLATION, (tx) =>
    tellGuessedOut(handles, tx, installation, { what: "password", personId, nobody }),
  );
}

/** A new hash where the stored one is cheaper than today's. */
async function rehash(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  credential: Credential,
  password: string,
): Promise<string | undefined> {
  if (!isOutdated(credential.secret.toString())) return undefined;
  return handles.passwords.hash(password, pepperOf(installation, credential.personId));
}

/** The password, locked, unless it was changed since it was looked at. */
async function lockSame(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  verified: Credential,
): Promise<Credential | undefined> {
  const [credential] = await lockCredentials(tx, installation, verified.personId, "password");
  return credential?.secret.equals(verified.secret) ? credential : undefined;
}

/** The password stands in the list of those that are known: once both factors are proved, a new one comes first. */
async function askForAnother(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, workspaceId, memberId }: Membership & { readonly personId: PersonId },
): Promise<void> {
  if ((await askForNewPassword(tx, installation, { personId, now: handles.clock() })) !== "asked") return;
  await inScope(tx, workspaceId, () =>
    record(handles, tx, workspaceId, {
      kind: "identity.new_password_asked",
      actor: actorName({ memberId }),
      subject: `person:${personId}`,
      outcome: "success",
      detail: { reason: "known" },
    }),
  );
}

async function startHalf(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: Membership & { readonly personId: PersonId; readonly visitor: Visitor },
): Promise<StartedHalf> {
  const { personId, workspaceId, memberId, visitor } = given;
  const now = handles.clock();
  await deleteExpiredSessions(tx, personId, now);
  const userAgent = visitor.userAgent;
  const pending = (await mayEnrol(tx, installation, { personId, now })) ? "enrol" : "factor";
  const { token, session } = await insertSession(tx, installation, {
    ...{ workspaceId, personId, memberId, userAgent, now },
    ...{ pending, method: null },
  });
  await inScope(tx, workspaceId, () =>
    record(handles, tx, workspaceId, {
      kind: "identity.password_proved",
      actor: actorName({ memberId }),
      subject: `session:${session.id}`,
      outcome: "success",
    }),
  );
  if (given.isBreakGlass)
    await recordBreakGlass(handles, tx, { workspaceId, memberId, sessionId: session.id });
  return { token, pending, factors: await listFactorKinds(tx, personId) };
}

async function refuseTooMany(
  handles: IdentityHandles,
  visitor: Visitor,
  count: () => Promise<void>,
): Promise<void> {
  try {
    await count();
  } catch (error) {
    if (error instanceof Refusal)
      await recordRefusal(handles, visitor.address, {
        kind: "identity.sign_in_refused",
        subject: "installation",
        reason: error.code,
      });
    throw error;
  }
}
