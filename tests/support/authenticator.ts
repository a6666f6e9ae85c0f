import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { Assertion, Attestation, PasskeyOffer, PasskeyRequest } from "../../contract/passkeys.ts";

/** What a test may have an authenticator, or the page that drives it, do wrong. */
export interface Lie {
  readonly origin?: string;
  readonly rpId?: string;
  readonly crossOrigin?: boolean;
  readonly userVerified?: boolean;
  readonly counter?: number;
  readonly challenge?: string;
  readonly userHandle?: string;
  /** Whose passkey it says that it is. */
  readonly id?: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/**
 * An authenticator and its browser in software: ES256, attestation "none", as in WebAuthn Level 3. Written apart from
 * what the server checks with, so that the two have to agree on the format.
 */
export class Authenticator {
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly id = randomBytes(32).toString("base64url");
  readonly origin: string;
  userHandle = "";
  counter = 0;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** navigator.credentials.create() */
  make(offer: PasskeyOffer, lie: Lie = {}): Attestation {
    this.userHandle = offer.user.id;
    const clientData = this.#clientData("webauthn.create", offer.challenge, lie);
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const data = Buffer.concat([
      head(lie.rpId ?? offer.rp.id, flagsOf(lie) | ATTESTED, this.counter),
      Buffer.alloc(16),
      length,
      id,
      coseKey(this.#keys.publicKey),
    ]);
    const attestationObject = cbor(
      new Map<string, unknown>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", data],
      ]),
    );
    return {
      id: this.id,
      clientDataJSON: clientData.toString("base64url"),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    };
  }

  /** navigator.credentials.get() */
  answer(request: PasskeyRequest, lie: Lie = {}): Assertion {
    this.counter = lie.counter ?? this.counter + 1;
    const clientData = this.#clientData("webauthn.get", request.challenge, lie);
    const data = head(lie.rpId ?? request.rpId, flagsOf(lie), this.counter);
    const signed = Buffer.concat([data, createHash("sha256").update(clientData).digest()]);
    return {
      id: lie.id ?? this.id,
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#keys.privateKey).toString("base64url"),
      userHandle: lie.userHandle ?? this.userHandle,
    };
  }

  #clientData(type: string, challenge: string, lie: Lie): Buffer {
    return Buffer.from(
      JSON.stringify({
        type,
        challenge: lie.challenge ?? challenge,
        origin: lie.origin ?? this.origin,
        crossOrigin: lie.crossOrigin ?? false,
      }),
    );
  }
}

function flagsOf({ userVerified = true }: Lie): number {
  return userVerified ? PRESENT | VERIFIED : PRESENT;
}

function head(rpId: string, flags: number, counter: number): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt8(flags);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash("sha256").update(rpId).digest(), rest]);
}

/** RFC 9053, section 7.1.1: kty EC2, alg ES256, crv P-256, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]),
  );
}

/** As much of RFC 8949 as an authenticator says. */
function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? item(1, -1 - value) : item(0, value);
  if (typeof value === "string")
    return Buffer.concat([item(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([item(2, value.length), value]);
  if (!(value instanceof Map)) throw new Error("not of CBOR");
  const entries = [...value].flatMap(([key, entry]) => [cbor(key), cbor(entry)]);
  return Buffer.concat([item(5, value.size), ...entries]);
}

function item(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  return Buffer.from([type | 25, length >> 8, length & 0xff]);
}
