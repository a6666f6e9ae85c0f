import { PROOF_ALGORITHMS } from "../identity/binding/read-proof.ts";

/** Header fields of Device Bound Session Credentials (W3C Editor's Draft, 2026; as Chrome 146 has them). */
const REGISTRATION = "secure-session-registration";
const CHALLENGE = "secure-session-challenge";
const RESPONSE = "secure-session-response";
const SESSION_ID = "sec-secure-session-id";

interface HeaderWriter {
  setHeader(name: string, value: string): void;
}

interface HeaderReader {
  header(name: string): string | undefined;
}

/** Where a browser registers its key. Known to browsers by our own answer only; here, because the API's paths are above. */
export const REGISTRATION_PATH = "/api/v1/session/binding";
export const RENEWAL_PATH = "/api/v1/session/binding/renew";

/** Asks a browser to bind the session that this answer gives it. One that does not know how passes over it. */
export function offerBinding(answer: HeaderWriter, challenge: string): void {
  const algorithms = PROOF_ALGORITHMS.join(" ");
  answer.setHeader(REGISTRATION, `(${algorithms});path="${REGISTRATION_PATH}";challenge="${challenge}"`);
}

/** What a browser has to sign before it gets its next cookie. */
export function setChallenge(answer: HeaderWriter, given: { challenge: string; bindingId: string }): void {
  answer.setHeader(CHALLENGE, `"${given.challenge}";id="${given.bindingId}"`);
}

export function readProofHeader(call: HeaderReader): string | undefined {
  return unquoted(call.header(RESPONSE));
}

export function readBindingId(call: HeaderReader): string | undefined {
  return unquoted(call.header(SESSION_ID));
}

/** A string of structured fields (RFC 9651) comes in quotes; Chrome's releases until now sent it bare. */
function unquoted(value: string | undefined): string | undefined {
  return value?.replace(/^"(.*)"$/, "$1");
}
