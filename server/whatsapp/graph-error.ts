/**
 * Meta said no, in its own form. The message holds numbers only: `title` and `details` may quote what was sent, so
 * they are neither printed nor serialised with the error; whoever keeps them seals them.
 */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code: number;
  readonly subcode: number | null;
  readonly httpStatus: number;
  /** Names the call in a question to Meta's support. */
  readonly traceId: string | null;
  /** How long Meta asks us to wait, from X-Business-Use-Case-Usage; null where it does not say. */
  readonly regainAccessMs: number | null;
  readonly #title: string;
  readonly #details: string | null;

  constructor(fields: GraphErrorFields) {
    super(`Graph error ${fields.code} (HTTP ${fields.httpStatus})`);
    this.code = fields.code;
    this.subcode = fields.subcode;
    this.httpStatus = fields.httpStatus;
    this.traceId = fields.traceId;
    this.regainAccessMs = fields.regainAccessMs;
    this.#title = fields.title;
    this.#details = fields.details;
  }

  get title(): string {
    return this.#title;
  }

  get details(): string | null {
    return this.#details;
  }
}

export interface GraphErrorFields {
  readonly code: number;
  readonly subcode: number | null;
  readonly httpStatus: number;
  readonly title: string;
  readonly details: string | null;
  readonly traceId: string | null;
  readonly regainAccessMs: number | null;
}

/** An answer that is neither a success nor an error in Meta's form: a proxy's page, half a JSON, a redirect. */
export class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
  readonly httpStatus: number;

  constructor(httpStatus: number) {
    super(`unreadable answer (HTTP ${httpStatus})`);
    this.httpStatus = httpStatus;
  }
}

/** Meta's error object out of a parsed body, or undefined when there is none. Tolerant: only `code` is required. */
export function readGraphError(
  body: unknown,
  httpStatus: number,
  regainAccessMs: number | null,
): GraphError | undefined {
  const error = member(body, "error");
  const code = member(error, "code");
  if (typeof code !== "number" || !Number.isInteger(code)) return undefined;
  const subcode = member(error, "error_subcode");
  return new GraphError({
    code,
    subcode: typeof subcode === "number" ? subcode : null,
    httpStatus,
    title: text(member(error, "message")) ?? "",
    details: text(member(member(error, "error_data"), "details")) ?? text(member(error, "error_user_msg")),
    traceId: text(member(error, "fbtrace_id")),
    regainAccessMs,
  });
}

/** One property of a parsed JSON value; undefined for anything that is not an object of its own. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
