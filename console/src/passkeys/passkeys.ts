import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from "@simplewebauthn/browser";
import type { Assertion, Attestation, PasskeyOffer, PasskeyRequest } from "../../../contract/passkeys.ts";

/** Why the browser gave no passkey. Nothing was sent. */
export type PasskeyTrouble = "cancelled" | "known" | "wrong_address" | "unable";

export class PasskeyProblem extends Error {
  readonly trouble: PasskeyTrouble;

  constructor(trouble: PasskeyTrouble, cause: unknown) {
    super(trouble, { cause });
    this.name = "PasskeyProblem";
    this.trouble = trouble;
  }
}

/** Whether this browser can use passkeys here: they belong to a name, so not where the address is a number. */
export function canUsePasskeys(): boolean {
  return browserSupportsWebAuthn() && !/^[\d.]+$|^\[/.test(window.location.hostname);
}

/** Has the browser make a passkey, and its person confirm it. */
export async function makePasskey(offer: PasskeyOffer): Promise<Attestation> {
  const { id, response } = await told(() =>
    startRegistration({
      optionsJSON: {
        challenge: offer.challenge,
        rp: offer.rp,
        user: { ...offer.user, displayName: offer.user.name },
        pubKeyCredParams: offer.algorithms.map((alg) => ({ alg, type: "public-key" })),
        timeout: offer.timeoutMs,
        attestation: "none",
        excludeCredentials: offer.excluded.map(described),
        // Kept by the authenticator, so that it is found without a name; and its person always confirms.
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
      },
    }),
  );
  const { clientDataJSON, attestationObject, transports = [] } = response;
  return { id, clientDataJSON, attestationObject, transports };
}

/** Has the browser ask for a passkey; with `autofill`, as a suggestion in the field for the user name. */
export async function answerWithPasskey(
  request: PasskeyRequest,
  way: "dialog" | "autofill" = "dialog",
): Promise<Assertion> {
  const { id, response } = await told(() =>
    startAuthentication({
      optionsJSON: {
        challenge: request.challenge,
        rpId: request.rpId,
        timeout: request.timeoutMs,
        userVerification: "required",
        allowCredentials: request.allowed.map(described),
      },
      useBrowserAutofill: way === "autofill",
    }),
  );
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  const answer = { id, clientDataJSON, authenticatorData, signature };
  return userHandle === undefined ? answer : { ...answer, userHandle };
}

/** Whether the browser suggests passkeys in a field. */
export async function canSuggestPasskeys(): Promise<boolean> {
  return canUsePasskeys() && (await browserSupportsWebAuthnAutofill());
}

/** Ends what the browser is asking. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

function described({ id, transports }: { readonly id: string; readonly transports: readonly string[] }) {
  return { id, type: "public-key" as const, transports: transports as AuthenticatorTransport[] };
}

async function told<Result>(ceremony: () => Promise<Result>): Promise<Result> {
  try {
    return await ceremony();
  } catch (error) {
    throw new PasskeyProblem(troubleOf(error), error);
  }
}

function troubleOf(error: unknown): PasskeyTrouble {
  const code = error instanceof WebAuthnError ? error.code : undefined;
  if (code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") return "known";
  if (code === "ERROR_INVALID_DOMAIN" || code === "ERROR_INVALID_RP_ID") return "wrong_address";
  if (code === "ERROR_CEREMONY_ABORTED") return "cancelled";
  const name = error instanceof Error ? error.name : "";
  return name === "NotAllowedError" || name === "AbortError" ? "cancelled" : "unable";
}
