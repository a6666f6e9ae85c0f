import type { Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import {
  hashRecoveryCode,
  insertRecoveryCodes,
  insertTotp,
  lockCredentials,
  lockPasskey,
  openTotpSecret,
  updateCredential,
} from "./credentials.ts";
import type { Factor } from "./enrolment.ts";
import { countGuess, endGuessRun } from "./guess-run.ts";
import { codeTimes, type IdentityHandles } from "./handles.ts";
import { type AnswerFault, type Assertion, readClientData } from "./passkeys/answer.ts";
import { userHandleOf } from "./passkeys/ask-passkey.ts";
import { type ChallengeUse, spendChallenge } from "./passkeys/challenge.ts";
import { hashHandle, insertPasskey, openPasskey } from "./passkeys/passkey.ts";
import { verifyAssertion, wentBack } from "./passkeys/verify-assertion.ts";
import type { IdentityTables } from "./tables.ts";
import { findTotpStep } from "./totp.ts";

/**
 * "replayed" is a right code that was used before; "guessed_out" the last wrong one that was allowed, and "disabled" any
 * after it (guess-run.ts); the others say what was wrong with a passkey's answer.
 */
export type FactorVerdict = "accepted" | "wrong" | "replayed" | "guessed_out" | "disabled" | AnswerFault;

/** What a person hands us as their second factor. */
export type GivenFactor =
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: Assertion };

export type FactorKind = "passkey" | "totp" | "recovery_code";

export function kindOf(factor: GivenFactor): FactorKind {
  if ("passkey" in factor) return "passkey";
  return "totp" in factor ? "totp" : "recovery_code";
}

/**
 * The part of a proof that comes before its transaction: the challenge that a passkey answered is spent, and stays so
 * whatever follows. Codes have no such part.
 */
export async function spendAnswer(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  factor: GivenFactor,
  use: ChallengeUse,
): Promise<AnswerFault | undefined> {
  if (!("passkey" in factor)) return undefined;
  const challenge = readClientData(factor.passkey.clientDataJSON)?.challenge;
  if (challenge === undefined) return "unreadable";
  const isOurs = await spendChallenge(handles.db, installation, {
    ...{ use, now: handles.clock() },
    challenge: Buffer.from(challenge, "base64url"),
  });
  return isOurs ? undefined : "challenge_not_ours_or_spent";
}

/** Whose factor, and on which device that they are known by: a trusted one, or none. */
export interface FactorProofOf {
  readonly personId: PersonId;
  readonly factor: GivenFactor;
  readonly deviceId: string | undefined;
}

/**
 * Checks a second factor and spends it, so that it never counts twice: the rows are locked until the transaction
 * ends. A passkey's challenge must have been spent before, by `spendAnswer`. `tx` must be scoped to the installation.
 */
export async function spendFactor(
  handles: Pick<IdentityHandles, "clock" | "wall" | "party">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, factor, deviceId }: FactorProofOf,
): Promise<FactorVerdict> {
  if ("passkey" in factor) {
    const spent = await spendPasskey(handles, tx, installation, factor.passkey);
    if (typeof spent === "string") return spent;
    return spent.personId === personId ? "accepted" : "another_persons_passkey";
  }
  return "totp" in factor
    ? spendTotp(handles, tx, installation, { personId, deviceId, code: factor.totp })
    : spendRecoveryCode(handles, tx, installation, { personId, code: factor.recoveryCode });
}

/** Whose passkey signed, or why none did. */
export async function spendPasskey(
  { clock, party }: Pick<IdentityHandles, "clock" | "party">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  assertion: Assertion,
): Promise<{ readonly personId: PersonId } | AnswerFault> {
  const credential = await lockPasskey(tx, installation, hashHandle(installation, assertion.id));
  if (credential === undefined) return "unknown_passkey";
  const { personId, lastStep } = credential;
  const { userHandle } = assertion;
  if (userHandle !== undefined && userHandle !== userHandleOf(personId)) return "another_persons_passkey";
  const verified = await verifyAssertion(party, await openPasskey(tx, installation, credential), assertion);
  if (typeof verified === "string") return verified;
  if (wentBack(lastStep ?? 0n, verified.counter)) return "counter_went_back";
  await updateCredential(tx, installation, { ...credential, lastStep: verified.counter, usedAt: clock() });
  return { personId };
}

async function spendTotp(
  handles: Pick<IdentityHandles, "clock" | "wall">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, deviceId, code }: Omit<FactorProofOf, "factor"> & { readonly code: string },
): Promise<FactorVerdict> {
  const [credential] = await lockCredentials(tx, installation, personId, "totp");
  if (credential === undefined) return "wrong";
  const guess = { what: "totp", binding: { stored: credential.id }, deviceId } as const;
  const verdict = await countGuess(tx, installation, guess, handles.clock());
  if (verdict === "disabled") return "disabled";
  const step = findTotpStep(await openTotpSecret(tx, installation, credential), code, codeTimes(handles));
  if (step === undefined) return verdict === "last" ? "guessed_out" : "wrong";
  // Who shows a code that was used before has it from somebody's screen, and ends nothing by it.
  if (credential.lastStep !== null && step <= credential.lastStep) return "replayed";
  await endGuessRun(tx, installation, guess);
  await updateCredential(tx, installation, { ...credential, lastStep: step, usedAt: handles.clock() });
  return "accepted";
}

async function spendRecoveryCode(
  { clock }: Pick<IdentityHandles, "clock">,
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, code }: { readonly personId: PersonId; readonly code: string },
): Promise<FactorVerdict> {
  const credentials = await lockCredentials(tx, installation, personId, "recovery_code");
  const hash = hashRecoveryCode(installation, personId, code);
  const credential = credentials.find(({ secret }) => secret.equals(hash));
  if (credential === undefined) return "wrong";
  if (credential.usedAt !== null) return "replayed";
  await updateCredential(tx, installation, { ...credential, usedAt: clock() });
  return "accepted";
}

/** What a confirmed enrolment leaves. `tx` must be scoped to the installation. */
export async function insertFactor(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly factor: Factor; readonly now: Date },
): Promise<void> {
  const { personId, factor, now } = given;
  if (factor.totp !== undefined) await insertTotp(tx, installation, { personId, now, ...factor.totp });
  if (factor.passkey !== undefined)
    await insertPasskey(tx, installation, { personId, now, passkey: factor.passkey });
  const codes = factor.recoveryCodes;
  if (codes.reveal().length > 0) await insertRecoveryCodes(tx, installation, { personId, codes, now });
}

/** How many recovery codes still work. `tx` must be scoped to the installation. */
export async function countRecoveryCodes(tx: Tx<IdentityTables>, personId: PersonId): Promise<number> {
  const { count } = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "=", "recovery_code")
    .where("used_at", "is", null)
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * By what a person can prove themselves beside the password, for a page to offer; nothing is decided by it. `tx` must
 * be scoped to the installation.
 */
export async function listFactorKinds(tx: Tx<IdentityTables>, personId: PersonId): Promise<FactorKind[]> {
  const rows = await tx
    .selectFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where(({ or, and, eb }) =>
      or([
        eb("kind", "in", ["passkey", "totp"]),
        and([eb("kind", "=", "recovery_code"), eb("used_at", "is", null)]),
      ]),
    )
    .select("kind")
    .distinct()
    .execute();
  const found = new Set<string>(rows.map(({ kind }) => kind));
  return (["passkey", "totp", "recovery_code"] as const).filter((kind) => found.has(kind));
}
