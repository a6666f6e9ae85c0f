import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { HttpFailure, httpFailureOf } from "./http-failure.ts";
import type { HttpHeaders, HttpRequest, HttpStream } from "./http-message.ts";

/** One request and its reply, with what is known of how far it came. */
interface Exchange {
  /** undici has a live connection and begins to write. Before that not a byte has left. */
  started: boolean;
  /** Rejects at the deadline or when the caller aborts. */
  readonly cancelled: Promise<never>;
  readonly signal: AbortSignal;
  end(): void;
}

/** Sends one request and resolves with the head of its reply. Throws HttpFailure, also from the body. */
export async function openExchange(
  agent: Dispatcher,
  url: URL,
  request: HttpRequest & { readonly maxBytes: number; readonly deadlineMs: number },
): Promise<HttpStream> {
  const exchange = beginExchange(request);
  const dispatcher = agent.compose(
    (dispatch) => (options, handler) => dispatch(options, recordStart(handler, exchange)),
  );
  try {
    const reply = dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      signal: exchange.signal,
      // Meta hands out no file to a client that does not name itself.
      headers: { "user-agent": "wardroom", ...request.headers },
      body: requestBody(request.body),
    });
    // A request that still waits for a connection does not hear its signal: undici looks at it when it starts.
    const { statusCode, headers, body } = await Promise.race([reply, exchange.cancelled]);
    return {
      status: statusCode,
      headers,
      body: readBody(body, headers, request.maxBytes, exchange),
      discard() {
        exchange.end();
        body.on("error", () => {}).destroy();
      },
    };
  } catch (error) {
    exchange.end();
    throw httpFailureOf(error, exchange.started);
  }
}

function beginExchange(request: HttpRequest & { readonly deadlineMs: number }): Exchange {
  const canceller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const cancel = (code: "deadline" | "aborted") => {
    const failure = new HttpFailure(exchange.started ? "maybe_sent" : "not_sent", code);
    canceller.abort(failure);
    reject(failure);
  };
  const onAbort = () => cancel("aborted");
  const timer = setTimeout(cancel, request.deadlineMs, "deadline");
  const exchange: Exchange = {
    started: false,
    cancelled: promise,
    signal: canceller.signal,
    end() {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
    },
  };
  request.signal?.addEventListener("abort", onAbort);
  if (request.signal?.aborted === true) onAbort();
  return exchange;
}

/**
 * Notes the moment before the first byte. undici puts a request back into its queue in a few corners: a second
 * start could reach the other side twice, and one that was given up must not begin at all, so both end here.
 */
function recordStart(handler: Dispatcher.DispatchHandler, exchange: Exchange): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      if (exchange.started || exchange.signal.aborted) {
        controller.abort(new HttpFailure(exchange.started ? "maybe_sent" : "not_sent", "cut"));
        return;
      }
      exchange.started = true;
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

function requestBody(body: HttpRequest["body"]): string | Buffer | Readable | null {
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) return body ?? null;
  return Readable.from(nameReadErrors(body), { objectMode: false });
}

async function* nameReadErrors(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new HttpFailure("maybe_sent", "request_body", { cause: error });
  }
}

async function* readBody(
  body: Readable,
  headers: HttpHeaders,
  maxBytes: number,
  exchange: Exchange,
): AsyncGenerator<Buffer> {
  let received = 0;
  try {
    if (Number(headers["content-length"] ?? 0) > maxBytes) throw new HttpFailure("maybe_sent", "too_large");
    for await (const piece of body as AsyncIterable<Buffer>) {
      received += piece.length;
      if (received > maxBytes) throw new HttpFailure("maybe_sent", "too_large");
      yield piece;
    }
  } catch (error) {
    throw httpFailureOf(error, exchange.started);
  } finally {
    exchange.end();
    body.on("error", () => {}).destroy();
  }
}
