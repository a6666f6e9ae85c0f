import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { compactVerify, decodeProtectedHeader, errors } from "jose";

/** What a browser proved: that it has this key, now that it was asked this. */
export interface DeviceProof {
  readonly challenge: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly key: Buffer;
}

/** Why an answer proves nothing. These words go into the log. */
export type ProofFault = "unreadable" | "wrong_type" | "algorithm" | "key" | "signature";

/** The longest answer that is looked at, in characters. Ours: one with an RSA key of 4096 bits has some 1,900. */
const MAX_PROOF = 4_096;

const MIN_RSA_BITS = 2_048;

/** The algorithms that browsers are offered. Which one it is follows from the key and never from what the answer says. */
export const PROOF_ALGORITHMS = ["ES256", "RS256"] as const;

/** The proof with which a browser registers a key: signed with it, and the public half in the header. */
export async function readRegistration(jws: string): Promise<DeviceProof | ProofFault> {
  const header = readHeader(jws);
  if (typeof header === "string") return header;
  const key = header.jwk === undefined ? undefined : readJwk(header.jwk as JsonWebKey);
  return key === undefined ? "key" : verify(jws, key);
}

/** The proof with which a browser renews: signed with the key that we know. One that brings a key is no such proof. */
export async function readRenewal(jws: string, known: Buffer): Promise<DeviceProof | ProofFault> {
  const header = readHeader(jws);
  if (typeof header === "string") return header;
  if (header.jwk !== undefined) return "key";
  return verify(jws, createPublicKey({ key: known, format: "der", type: "spki" }));
}

function readHeader(jws: string): ReturnType<typeof decodeProtectedHeader> | ProofFault {
  if (jws.length > MAX_PROOF) return "unreadable";
  try {
    const header = decodeProtectedHeader(jws);
    return header.typ === "dbsc+jwt" ? header : "wrong_type";
  } catch {
    return "unreadable";
  }
}

/** A public key of a kind that we take; undefined for a private or symmetric one, another curve, a short one. */
function readJwk(jwk: JsonWebKey): KeyObject | undefined {
  if (typeof jwk !== "object" || jwk === null || "d" in jwk || "k" in jwk) return undefined;
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return algorithmOf(key) === undefined ? undefined : key;
  } catch {
    return undefined;
  }
}

function algorithmOf(key: KeyObject): (typeof PROOF_ALGORITHMS)[number] | undefined {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec" && namedCurve === "prime256v1") return "ES256";
  if (key.asymmetricKeyType === "rsa" && modulusLength >= MIN_RSA_BITS) return "RS256";
  return undefined;
}

async function verify(jws: string, key: KeyObject): Promise<DeviceProof | ProofFault> {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) return "key";
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: [algorithm] });
    const challenge = readChallenge(Buffer.from(payload).toString());
    if (challenge === undefined) return "unreadable";
    return { challenge, key: key.export({ format: "der", type: "spki" }) };
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return "algorithm";
    if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
    if (error instanceof errors.JOSEError || error instanceof TypeError) return "unreadable";
    throw error;
  }
}

/** The one claim that counts. Times that the device's clock wrote are not looked at: the challenge has its own end. */
function readChallenge(payload: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(payload);
    if (typeof claims !== "object" || claims === null || !("jti" in claims)) return undefined;
    return typeof claims.jti === "string" ? claims.jti : undefined;
  } catch {
    return undefined;
  }
}
