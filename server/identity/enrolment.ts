import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import { Unreadable } from "../vault/unreadable.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { PersonId } from "./actor.ts";
import { foldEmail } from "./email.ts";
import { codeTimes, type IdentityHandles } from "./handles.ts";
import { type Attestation, readClientData } from "./passkeys/answer.ts";
import { offerPasskey, type PasskeyOffer } from "./passkeys/ask-passkey.ts";
import { spendChallenge } from "./passkeys/challenge.ts";
import { listPasskeys, type NewPasskey } from "./passkeys/passkey.ts";
import { verifyAttestation } from "./passkeys/verify-attestation.ts";
import { randomCode } from "./random-code.ts";
import { findTotpStep, newTotpSecret, totpUri } from "./totp.ts";

/** How long a second factor may wait for its first proof, in ms. Ours: as long as the set-up itself. */
const ENROLMENT_MS = 30 * 60 * 1000;

/** Ours: enough for years of lost telephones, few enough to print. */
const RECOVERY_CODES = 10;

/** A second factor that nobody has confirmed yet. It is kept by the browser, sealed; we keep nothing. */
export interface Enrolment {
  readonly enrolment: string;
  readonly secret: Secret<string>;
  readonly uri: Secret<string>;
  /** Empty for one who adds a further factor: those they have stay. */
  readonly recoveryCodes: Secret<string[]>;
}

/** What a confirmed enrolment leaves to store: one of the two, and the codes that were shown. */
export interface Factor {
  readonly totp?: {
    readonly secret: Secret<string>;
    /** The step of the code that confirmed it, so that the same code does not sign in as well. */
    readonly lastStep: bigint | null;
  };
  readonly passkey?: NewPasskey;
  readonly recoveryCodes: Secret<string[]>;
}

/** What an enrolment is good for: one set-up, one invitation or one person, with one e-mail address. */
export interface EnrolmentPurpose {
  readonly purpose: "setup" | `invitation:${string}` | `person:${PersonId}`;
  readonly email: string;
}

/** How a new factor is shown to work: a code of the app, or the passkey that the authenticator just made. */
export type FactorProof = { readonly totp: string } | { readonly passkey: Attestation };

interface Blob extends EnrolmentPurpose {
  readonly personId: PersonId;
  readonly secret: string;
  readonly recoveryCodes: string[];
  readonly expiresAt: number;
}

type Handles = Pick<IdentityHandles, "db" | "vault" | "clock" | "wall" | "party">;

/** An authenticator app and recovery codes, for whoever has no browser. */
export function newFactor(): Factor & Required<Pick<Factor, "totp">> {
  return { totp: { secret: newTotpSecret(), lastStep: null }, recoveryCodes: newRecoveryCodes() };
}

/** Of 125 bits each: from 112 on a hash that is not slow is enough to keep them (OWASP ASVS 5.0, 6.5.2). */
export function newRecoveryCodes(): Secret<string[]> {
  return new Secret(Array.from({ length: RECOVERY_CODES }, () => randomCode(5, 5).reveal()));
}

/** Makes a second factor and seals it for the browser to hand back with its first proof. */
export async function offerEnrolment(
  handles: Handles,
  offered: EnrolmentPurpose & {
    /** Whom it is for; somebody new unless told. */
    readonly personId?: PersonId;
    readonly recoveryCodes?: Secret<string[]>;
  },
): Promise<Enrolment> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const { purpose, personId = newId<PersonId>(), recoveryCodes = newRecoveryCodes() } = offered;
  const secret = newTotpSecret();
  const email = foldEmail(offered.email);
  const blob: Blob = {
    ...{ purpose, email, personId, secret: secret.reveal(), recoveryCodes: recoveryCodes.reveal() },
    expiresAt: handles.clock().getTime() + ENROLMENT_MS,
  };
  const subject = { subjectId: INSTALLATION, keyClass: "workspace", at: handles.clock() } as const;
  const sealed = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const keys = await installation.keysFor(narrow<VaultTables>(tx), [subject]);
    return keys.seal(subject, PLACE, JSON.stringify(blob));
  });
  return { enrolment: sealed.toString("base64url"), secret, uri: totpUri(secret, email), recoveryCodes };
}

/** What the browser needs to make a passkey for an enrolment that it holds: asked for in the moment it is made. */
export async function offerEnrolledPasskey(handles: Handles, enrolment: string): Promise<PasskeyOffer> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const { personId, email } = await openBlob(handles, installation, enrolment);
  const known = await inWorkspace(handles.db, INSTALLATION, (tx) => listPasskeys(tx, installation, personId));
  const passkeys = known.map(({ passkey }) => passkey);
  return offerPasskey(installation, handles.party, { personId, email, passkeys, now: handles.clock() });
}

/** Opens what offerEnrolment sealed and checks its first proof. A passkey's challenge is spent, whatever comes after. */
export async function confirmEnrolment(
  handles: Handles,
  given: EnrolmentPurpose & {
    readonly enrolment: string;
    readonly proof: FactorProof;
    /** What the person calls a passkey. */
    readonly name: string;
  },
): Promise<Factor & { readonly personId: PersonId }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const blob = await openBlob(handles, installation, given.enrolment);
  if (blob.purpose !== given.purpose || blob.email !== foldEmail(given.email))
    throw new Refusal("invalid", "identity.enrolment_invalid");
  const { personId } = blob;
  const recoveryCodes = new Secret(blob.recoveryCodes);
  if ("passkey" in given.proof) {
    const passkey = await confirmPasskey(handles, installation, personId, given.proof.passkey, given.name);
    return { personId, passkey, recoveryCodes };
  }
  const secret = new Secret(blob.secret);
  const lastStep = findTotpStep(secret, given.proof.totp, codeTimes(handles));
  if (lastStep === undefined) throw new Refusal("invalid", "identity.code_wrong");
  return { personId, totp: { secret, lastStep }, recoveryCodes };
}

async function confirmPasskey(
  handles: Handles,
  installation: WorkspaceVault,
  personId: PersonId,
  attestation: Attestation,
  name: string,
): Promise<NewPasskey> {
  const refused = new Refusal("invalid", "identity.passkey_refused");
  const challenge = readClientData(attestation.clientDataJSON)?.challenge ?? "";
  const isOurs = await spendChallenge(handles.db, installation, {
    ...{ use: `enrol:${personId}`, now: handles.clock() },
    challenge: Buffer.from(challenge, "base64url"),
  });
  if (!isOurs) throw refused;
  const passkey = await verifyAttestation(handles.party, { attestation, name });
  if (typeof passkey === "string") throw refused;
  return passkey;
}

async function openBlob(handles: Handles, installation: WorkspaceVault, enrolment: string): Promise<Blob> {
  const text = await openText(handles, installation, Buffer.from(enrolment, "base64url"));
  if (text === undefined) throw new Refusal("invalid", "identity.enrolment_invalid");
  const blob: Blob = JSON.parse(text);
  if (blob.expiresAt <= handles.clock().getTime()) throw new Refusal("invalid", "identity.enrolment_expired");
  return blob;
}

async function openText(
  handles: Handles,
  installation: WorkspaceVault,
  sealed: Buffer,
): Promise<string | undefined> {
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    try {
      const keys = await installation.keysOf(narrow<VaultTables>(tx), [sealed]);
      return keys.canOpen(sealed) ? keys.openText(PLACE, sealed) : undefined;
    } catch (error) {
      // A stranger's bytes: too short, another version, another table's. All the same to us.
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  });
}

/** Whom and what it is for stands inside, sealed; nothing else is sealed for this place. */
const PLACE = { table: "identity_enrolment", column: "factor", rowId: INSTALLATION };
