/**
 * Whether the other side can have seen the request. "not_sent" is a proof: not one byte of it was written, so the
 * same request may go out again. Everything else is "maybe_sent", also where nothing is likely to have arrived.
 */
export type FailureStage = "not_sent" | "maybe_sent";

export type HttpFailureCode =
  | "origin_refused" // not on this client's list
  | "address_refused" // the name, or the literal, is an address that we do not call
  | "invalid_request" // undici refused to write it: a header with a line break, say
  | "dns"
  | "connect"
  | "connect_timeout"
  | "tls"
  | "headers_timeout"
  | "body_timeout"
  | "deadline"
  | "aborted" // by the caller's signal
  | "cut" // the connection ended before the reply did
  | "garbage" // not HTTP
  | "too_large"
  | "request_body"; // what we were to send could not be read to its end

/**
 * There is no whole reply. A reply of any status, redirects and 500s included, is not a failure.
 *
 * The message holds stage and code only: addresses carry ids and queries carry proofs.
 */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly stage: FailureStage;
  readonly code: HttpFailureCode;

  constructor(stage: FailureStage, code: HttpFailureCode, options: ErrorOptions = {}) {
    super(`${stage}: ${code}`, options);
    this.stage = stage;
    this.code = code;
  }
}

const CODES: Readonly<Record<string, HttpFailureCode>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  ETIMEDOUT: "connect_timeout",
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  UND_ERR_HEADERS_TIMEOUT: "headers_timeout",
  UND_ERR_BODY_TIMEOUT: "body_timeout",
  UND_ERR_HEADERS_OVERFLOW: "garbage",
  UND_ERR_INVALID_ARG: "invalid_request",
  EPROTO: "tls",
};

/** What OpenSSL and Node say of a certificate or a handshake that they do not accept. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Names what undici, Node or the resolver threw. `started`: whether undici had begun to write the request. */
export function httpFailureOf(error: unknown, started: boolean): HttpFailure {
  const stage = started ? "maybe_sent" : "not_sent";
  if (error instanceof HttpFailure) {
    return error.stage === stage ? error : new HttpFailure(stage, error.code, { cause: error });
  }
  return new HttpFailure(stage, codeOf(error, started), { cause: error });
}

function codeOf(error: unknown, started: boolean): HttpFailureCode {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof Error && error.name === "HTTPParserError") return "garbage";
  if (TLS_CODE.test(code)) return "tls";
  return CODES[code] ?? (started ? "cut" : "connect");
}
