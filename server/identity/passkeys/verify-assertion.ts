import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { type AnswerFault, type Assertion, findDataFault, isOwnPage, readClientData } from "./answer.ts";
import type { Passkey } from "./passkey.ts";
import type { RelyingParty } from "./relying-party.ts";

/** Whether the passkey signed this, on a page of ours, and its person was verified. The challenge is not looked at. */
export async function verifyAssertion(
  party: RelyingParty,
  passkey: Passkey,
  assertion: Assertion,
): Promise<{ readonly counter: bigint } | AnswerFault> {
  const data = readClientData(assertion.clientDataJSON);
  if (data === undefined) return "unreadable";
  if (!isOwnPage(data, party)) return "wrong_origin";
  const fault = findDataFault(Buffer.from(assertion.authenticatorData, "base64url"), party);
  if (fault !== undefined) return fault;
  const { id, clientDataJSON, authenticatorData, signature } = assertion;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId: id, type: "public-key", clientExtensionResults: {} },
        response: { clientDataJSON, authenticatorData, signature },
      },
      // Spent by who asks, before this.
      expectedChallenge: () => true,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.handle,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        // Ours to compare: the library only throws, and we want it on record apart.
        counter: 0,
      },
    });
    return verified ? { counter: BigInt(authenticationInfo.newCounter) } : "wrong_signature";
  } catch {
    // The library throws what its parsers stumble over: bytes of a stranger.
    return "wrong_signature";
  }
}

/**
 * A counter that does not rise tells of a copy of the key (WebAuthn Level 3, section 6.1.1). Passkeys that are shared
 * between a person's devices always say 0.
 */
export function wentBack(stored: bigint, counter: bigint): boolean {
  return (stored > 0n || counter > 0n) && counter <= stored;
}
