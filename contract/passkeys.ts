import { z } from "zod";

/** What browsers and authenticators exchange (WebAuthn Level 3), with our own, fewer names. Bytes are base64url. */
const bytes = (most: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(most);

const known = z.object({ id: z.string(), transports: z.array(z.string()) });

/** For navigator.credentials.get(). */
export const passkeyRequest = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeoutMs: z.int(),
  /** Empty: any that the authenticator has for us. */
  allowed: z.array(known),
});
export type PasskeyRequest = z.output<typeof passkeyRequest>;

/** For navigator.credentials.create(). */
export const passkeyOffer = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string() }),
  algorithms: z.array(z.int()),
  timeoutMs: z.int(),
  excluded: z.array(known),
});
export type PasskeyOffer = z.output<typeof passkeyOffer>;

/** The answer to a request: what the authenticator signed. */
export const assertion = z.strictObject({
  id: bytes(1400),
  clientDataJSON: bytes(4096),
  authenticatorData: bytes(4096),
  signature: bytes(2048),
  userHandle: bytes(128).optional(),
});
export type Assertion = z.output<typeof assertion>;

/** The answer to an offer: the passkey that was made. */
export const attestation = z.strictObject({
  id: bytes(1400),
  clientDataJSON: bytes(4096),
  attestationObject: bytes(16_384),
  transports: z.array(z.string().max(32)).max(8),
});
export type Attestation = z.output<typeof attestation>;
