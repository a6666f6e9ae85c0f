import { findErrorKind } from "./error-table.ts";
import { mintTraceId } from "./meta-ids.ts";

export interface GraphErrorOptions {
  readonly details?: string;
  readonly message?: string;
  readonly type?: "OAuthException" | "GraphMethodException";
  readonly subcode?: number;
  readonly httpStatus?: number;
}

/** An answer in Meta's error form. Messages name parameters and codes, never values that the caller sent. */
export class GraphError extends Error {
  readonly code: number;
  readonly httpStatus: number;
  readonly options: GraphErrorOptions;

  constructor(code: number, options: GraphErrorOptions = {}) {
    const kind = findErrorKind(code);
    super(options.message ?? `(#${code}) ${kind?.title ?? "Unknown error"}`);
    this.code = code;
    this.httpStatus = options.httpStatus ?? kind?.httpStatus ?? 400;
    this.options = options;
  }
}

export function graphErrorBody(error: GraphError): object {
  const { details, type = "OAuthException", subcode } = error.options;
  return {
    error: {
      message: error.message,
      type,
      code: error.code,
      ...(details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } }),
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: mintTraceId(),
    },
  };
}

/** The form of an error inside a webhook: `statuses[].errors[]`, `messages[].errors[]`. */
export function webhookError(code: number): object {
  const title = findErrorKind(code)?.title ?? "Unknown error";
  return {
    code,
    title,
    message: title,
    error_data: { details: title },
    href: "/documentation/business-messaging/whatsapp/support/error-codes",
  };
}

/** What Graph says of an object that is not there or not the caller's: it does not tell which. */
export function noSuchObject(): GraphError {
  return new GraphError(100, {
    message:
      "Unsupported request. Object with this ID does not exist, cannot be loaded due to missing permissions, or does not support this operation",
    type: "GraphMethodException",
    subcode: 33,
    httpStatus: 400,
  });
}
