import { verifyRegistrationResponse } from "@simplewebauthn/server";
import { type AnswerFault, type Attestation, isOwnPage, readClientData } from "./answer.ts";
import { ALGORITHMS } from "./ask-passkey.ts";
import type { NewPasskey } from "./passkey.ts";
import type { RelyingParty } from "./relying-party.ts";

/**
 * Whether a passkey was made on a page of ours, for us, by a person who was verified. Whose make the authenticator is
 * is not asked (attestation "none"): any does. The challenge is not looked at.
 */
export async function verifyAttestation(
  party: RelyingParty,
  given: { readonly attestation: Attestation; readonly name: string },
): Promise<NewPasskey | AnswerFault> {
  const { id, clientDataJSON, attestationObject, transports } = given.attestation;
  const data = readClientData(clientDataJSON);
  if (data === undefined) return "unreadable";
  if (!isOwnPage(data, party)) return "wrong_origin";
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...{ id, rawId: id, type: "public-key", clientExtensionResults: {} },
        response: { clientDataJSON, attestationObject },
      },
      // Spent by who asks, before this.
      expectedChallenge: () => true,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified) return "wrong_signature";
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      handle: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      transports,
      backedUp: credentialBackedUp,
      name: given.name,
      counter: credential.counter,
    };
  } catch {
    // The library throws what its parsers stumble over: bytes of a stranger.
    return "wrong_signature";
  }
}
