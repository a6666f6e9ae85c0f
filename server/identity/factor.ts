import type { Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import { hashRecoveryCode, lockCredentials, openTotpSecret, updateCredential } from "./credentials.ts";
import type { IdentityTables } from "./tables.ts";
import { findTotpStep } from "./totp.ts";

/** "replayed" is a right code that was used before. */
export type FactorVerdict = "accepted" | "wrong" | "replayed";

/** What a person hands us as their second factor. */
export type GivenFactor = { readonly totp: string } | { readonly recoveryCode: string };

/**
 * Checks a second factor and spends it, so that it never counts twice: the rows are locked until the transaction
 * ends. `tx` must be scoped to the installation.
 */
export async function spendFactor(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: {
    readonly personId: PersonId;
    readonly factor: GivenFactor;
    readonly now: Date;
    /** See handles.ts, codeTimes. */
    readonly codeTimes: readonly Date[];
  },
): Promise<FactorVerdict> {
  const { personId, factor, now } = given;
  return "totp" in factor
    ? spendTotp(tx, installation, { personId, code: factor.totp, times: given.codeTimes })
    : spendRecoveryCode(tx, installation, personId, factor.recoveryCode, now);
}

async function spendTotp(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, code, times }: { personId: PersonId; code: string; times: readonly Date[] },
): Promise<FactorVerdict> {
  const [credential] = await lockCredentials(tx, installation, personId, "totp");
  if (credential === undefined) return "wrong";
  const step = findTotpStep(await openTotpSecret(tx, installation, credential), code, times);
  if (step === undefined) return "wrong";
  if (credential.lastStep !== null && step <= credential.lastStep) return "replayed";
  await updateCredential(tx, installation, { ...credential, lastStep: step });
  return "accepted";
}

async function spendRecoveryCode(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
  code: string,
  now: Date,
): Promise<FactorVerdict> {
  const credentials = await lockCredentials(tx, installation, personId, "recovery_code");
  const hash = hashRecoveryCode(installation, personId, code);
  const credential = credentials.find(({ secret }) => secret.equals(hash));
  if (credential === undefined) return "wrong";
  if (credential.usedAt !== null) return "replayed";
  await updateCredential(tx, installation, { ...credential, usedAt: now });
  return "accepted";
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
