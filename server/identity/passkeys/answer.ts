import { createHash } from "node:crypto";
import type { RelyingParty } from "./relying-party.ts";

/** What an authenticator signed with a passkey, as the browser hands it on; base64url. */
export interface Assertion {
  /** The passkey's handle. */
  readonly id: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  /** Whose the authenticator says that it is. */
  readonly userHandle?: string | undefined;
}

/** A passkey as it was made, base64url. */
export interface Attestation {
  readonly id: string;
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
}

/** Why an answer of an authenticator is none to us. These words go into the log. */
export type AnswerFault =
  | "unreadable"
  | "challenge_not_ours_or_spent"
  | "wrong_origin"
  | "wrong_relying_party"
  | "user_not_verified"
  | "unknown_passkey"
  | "another_persons_passkey"
  | "wrong_signature"
  | "counter_went_back";

interface ClientData {
  readonly challenge: string;
  readonly origin: string;
  readonly crossOrigin?: boolean;
}

/** What the browser says that it signed. Undefined where it is not of that shape. */
export function readClientData(clientDataJSON: string): ClientData | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString());
    if (typeof data !== "object" || data === null) return undefined;
    const { challenge, origin } = data as Record<string, unknown>;
    return typeof challenge === "string" && typeof origin === "string" ? (data as ClientData) : undefined;
  } catch {
    return undefined;
  }
}

/** A page of ours, on top and not in a frame of another. */
export function isOwnPage(data: ClientData, party: RelyingParty): boolean {
  return data.origin === party.origin && data.crossOrigin !== true;
}

const FLAGS_AT = 32;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/** What is wrong with the first bytes that an authenticator signs (WebAuthn Level 3, section 6.1). */
export function findDataFault(authenticatorData: Buffer, party: RelyingParty): AnswerFault | undefined {
  if (authenticatorData.length <= FLAGS_AT) return "unreadable";
  const ours = createHash("sha256").update(party.id).digest();
  if (!authenticatorData.subarray(0, FLAGS_AT).equals(ours)) return "wrong_relying_party";
  const flags = authenticatorData[FLAGS_AT] ?? 0;
  const isVerified = (flags & USER_PRESENT) !== 0 && (flags & USER_VERIFIED) !== 0;
  return isVerified ? undefined : "user_not_verified";
}
