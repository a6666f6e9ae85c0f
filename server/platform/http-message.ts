export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<Uint8Array>;
  /** Largest reply body in bytes; the client's own limit when absent. */
  readonly maxBytes?: number;
  /** For the whole exchange, waiting for a connection and the reply's body included; the client's own when absent. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Names in lower case. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpReply {
  /** Any: a redirect is handed back as it is. */
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: Buffer;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Once only. Throws HttpFailure when the reply breaks off or grows beyond `maxBytes`. */
  readonly body: AsyncIterable<Buffer>;
  /** Gives up on the body, and with it on the connection. */
  discard(): void;
}
