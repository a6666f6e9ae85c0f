import { inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import { Unreadable } from "../vault/unreadable.ts";
import type { Place, WorkspaceVault } from "../vault/vault.ts";
import { foldEmail, hashEmail } from "./email.ts";
import { codeTimes, type IdentityHandles } from "./handles.ts";
import { randomCode } from "./random-code.ts";
import type { IdentityTables } from "./tables.ts";
import { findTotpStep, newTotpSecret, totpUri } from "./totp.ts";

/** How long a second factor may wait for its first code, in ms. Ours: as long as the set-up itself. */
const ENROLMENT_MS = 30 * 60 * 1000;

/** Ours: enough for years of lost telephones, few enough to print. */
const RECOVERY_CODES = 10;

/** A second factor that nobody has confirmed yet. It is kept by the browser, sealed; we keep nothing. */
export interface Enrolment {
  readonly enrolment: string;
  readonly secret: Secret<string>;
  readonly uri: Secret<string>;
  readonly recoveryCodes: Secret<string[]>;
}

/** What a confirmed enrolment leaves to store. */
export interface Factor {
  readonly totpSecret: Secret<string>;
  /** The step of the code that confirmed it, so that the same code does not sign in as well. */
  readonly lastStep: bigint | null;
  readonly recoveryCodes: Secret<string[]>;
}

/** What an enrolment is good for: one set-up or one invitation, with one e-mail address. */
export interface EnrolmentPurpose {
  readonly purpose: "setup" | `invitation:${string}`;
  readonly email: string;
}

export function newFactor(): Factor {
  return { totpSecret: newTotpSecret(), lastStep: null, recoveryCodes: newRecoveryCodes() };
}

export function newRecoveryCodes(): Secret<string[]> {
  return new Secret(Array.from({ length: RECOVERY_CODES }, () => randomCode(2, 5).reveal()));
}

/** Makes a second factor and seals it for the browser to hand back with its first code. */
export async function offerEnrolment(
  handles: Pick<IdentityHandles, "db" | "vault" | "clock">,
  offered: EnrolmentPurpose,
): Promise<Enrolment> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const factor = newFactor();
  const plaintext = JSON.stringify({
    secret: factor.totpSecret.reveal(),
    recoveryCodes: factor.recoveryCodes.reveal(),
    expiresAt: handles.clock().getTime() + ENROLMENT_MS,
  });
  const subject = { subjectId: INSTALLATION, keyClass: "workspace", at: handles.clock() } as const;
  const sealed = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
    return keys.seal(subject, placeOf(installation, offered), plaintext);
  });
  return {
    enrolment: sealed.toString("base64url"),
    secret: factor.totpSecret,
    uri: totpUri(factor.totpSecret, foldEmail(offered.email)),
    recoveryCodes: factor.recoveryCodes,
  };
}

/** Opens what offerEnrolment sealed and checks its first code. `tx` must be scoped to the installation. */
export async function confirmEnrolment(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  handles: Pick<IdentityHandles, "clock" | "wall">,
  given: EnrolmentPurpose & { readonly enrolment: string; readonly totp: string },
): Promise<Factor> {
  const sealed = Buffer.from(given.enrolment, "base64url");
  const text = await openBlob(tx, installation, placeOf(installation, given), sealed);
  if (text === undefined) throw new Refusal("invalid", "identity.enrolment_invalid");
  const blob: { secret: string; recoveryCodes: string[]; expiresAt: number } = JSON.parse(text);
  const now = handles.clock();
  if (blob.expiresAt <= now.getTime()) throw new Refusal("invalid", "identity.enrolment_expired");
  const totpSecret = new Secret(blob.secret);
  const lastStep = findTotpStep(totpSecret, given.totp, codeTimes(handles));
  if (lastStep === undefined) throw new Refusal("invalid", "identity.code_wrong");
  return { totpSecret, lastStep, recoveryCodes: new Secret(blob.recoveryCodes) };
}

async function openBlob(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  place: Place,
  sealed: Buffer,
): Promise<string | undefined> {
  try {
    const keys = await installation.keysOf(narrow<VaultTables>(tx), [sealed]);
    return keys.canOpen(sealed) ? keys.openText(place, sealed) : undefined;
  } catch (error) {
    // A stranger's bytes: too short, another version, another purpose, another address. All the same to us.
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Purpose and address are in the associated data: a blob made for another set-up or person does not open. */
function placeOf(installation: WorkspaceVault, { purpose, email }: EnrolmentPurpose): Place {
  const address = hashEmail(installation, email).toString("hex");
  return { table: "identity_enrolment", column: purpose, rowId: address };
}
