import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { CHALLENGE_MS, type ChallengeUse, newChallenge } from "./challenge.ts";
import type { Passkey } from "./passkey.ts";
import type { RelyingParty } from "./relying-party.ts";

/**
 * Ed25519, ES256 and RS256 (COSE). Named, because the library otherwise tries whether this machine has ML-DSA, and Node
 * prints a warning at that.
 */
export const ALGORITHMS = [-8, -7, -257] as const;

/** What a browser's navigator.credentials.get() takes, in JSON. */
export interface PasskeyRequest {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeoutMs: number;
  /** Empty: any passkey that the authenticator has for us, whoever it is. */
  readonly allowed: ReadonlyArray<{ readonly id: string; readonly transports: readonly string[] }>;
}

/** What navigator.credentials.create() takes, in JSON. */
export interface PasskeyOffer {
  readonly challenge: string;
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string };
  readonly algorithms: readonly number[];
  readonly timeoutMs: number;
  /** Those that the person has already: one authenticator needs no second. */
  readonly excluded: ReadonlyArray<{ readonly id: string; readonly transports: readonly string[] }>;
}

export function askForPasskey(
  installation: WorkspaceVault,
  party: RelyingParty,
  given: { readonly use: ChallengeUse; readonly passkeys: readonly Passkey[]; readonly now: Date },
): PasskeyRequest {
  return {
    challenge: newChallenge(installation, given.use, given.now).toString("base64url"),
    rpId: party.id,
    timeoutMs: CHALLENGE_MS,
    allowed: given.passkeys.map(({ handle, transports }) => ({ id: handle, transports })),
  };
}

export function offerPasskey(
  installation: WorkspaceVault,
  party: RelyingParty,
  given: {
    readonly personId: PersonId;
    readonly email: string;
    readonly passkeys: readonly Passkey[];
    readonly now: Date;
  },
): PasskeyOffer {
  const { personId, email, passkeys, now } = given;
  return {
    challenge: newChallenge(installation, `enrol:${personId}`, now).toString("base64url"),
    rp: { id: party.id, name: party.name },
    user: { id: userHandleOf(personId), name: email },
    algorithms: ALGORITHMS,
    timeoutMs: CHALLENGE_MS,
    excluded: passkeys.map(({ handle, transports }) => ({ id: handle, transports })),
  };
}

/** The person's id, which says nothing about them (WebAuthn Level 3, section 14.6.1); base64url. */
export function userHandleOf(personId: PersonId): string {
  return Buffer.from(personId.replaceAll("-", ""), "hex").toString("base64url");
}
