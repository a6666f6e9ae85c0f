import type { Clock } from "../platform/clock.ts";
import type { HttpClient } from "../platform/http-client.ts";
import { HttpFailure } from "../platform/http-failure.ts";
import type { HttpReply } from "../platform/http-message.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { appSecretProof, GRAPH_VERSION, type GraphAccess } from "./graph-access.ts";
import { GraphError, member, readGraphError, UnreadableAnswer } from "./graph-error.ts";
import { type FilePart, multipartBody } from "./multipart.ts";

export interface GraphRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With names in braces for ids ("/{phone}/messages"): the record keeps this form. */
  readonly path: string;
  readonly ids?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A file with its form fields, instead of `json`. */
  readonly upload?: { readonly fields: Readonly<Record<string, string>>; readonly file: FilePart };
  /** Who wants it: "member:<id>", "system:sender". */
  readonly actor: string;
  readonly deadlineMs?: number;
}

/** One call, as the log of calls keeps it: no query, no body, no token. */
export interface GraphCall {
  readonly occurredAt: Date;
  readonly workspaceId: WorkspaceId;
  readonly actor: string;
  readonly appId: string;
  readonly method: string;
  /** The path with its placeholders. */
  readonly path: string;
  /** `refusal`: Meta said no. `failure`: no answer, or none that can be read. */
  readonly outcome: "success" | "refusal" | "failure";
  readonly httpStatus: number | null;
  /** Meta's error code. */
  readonly errorCode: number | null;
  /** Why there is no readable answer: a code of HttpFailure, or "unreadable". */
  readonly failure: string | null;
  readonly durationMs: number;
}

export interface GraphClient {
  /**
   * The parsed answer of a success. Throws GraphError (Meta said no), UnreadableAnswer, or HttpFailure, whose stage
   * says whether the request can have left. Never follows a redirect and never repeats a call.
   */
  call(access: GraphAccess, request: GraphRequest): Promise<unknown>;
}

export interface GraphClientOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Gets exactly one record per call, before the call returns or throws. Must not throw. */
  readonly onCall: (call: GraphCall) => void;
}

/** The largest answer, in bytes. Ours: a page of 100 templates stays far below. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** An upload of 100 MB on a slow line, in ms. Ours. */
const UPLOAD_DEADLINE_MS = 10 * 60 * 1000;

/** Meta's Graph API. The only place that puts a token on the wire. */
export function createGraphClient({ http, clock, onCall }: GraphClientOptions): GraphClient {
  return {
    async call(access, request) {
      const occurredAt = clock();
      const begun = performance.now();
      const record = (ending: Pick<GraphCall, "outcome" | "httpStatus" | "errorCode" | "failure">) =>
        onCall({
          occurredAt,
          workspaceId: access.workspaceId,
          actor: request.actor,
          appId: access.appId,
          method: request.method,
          path: request.path,
          ...ending,
          durationMs: Math.round(performance.now() - begun),
        });
      try {
        const { status, value } = await exchange(http, access, request);
        record({ outcome: "success", httpStatus: status, errorCode: null, failure: null });
        return value;
      } catch (error) {
        record(endingOf(error));
        throw error;
      }
    },
  };
}

async function exchange(http: HttpClient, access: GraphAccess, request: GraphRequest) {
  const { headers, body } = bodyOf(request);
  const deadlineMs = request.deadlineMs ?? (request.upload === undefined ? undefined : UPLOAD_DEADLINE_MS);
  const reply = await http.send({
    method: request.method,
    url: addressOf(access, request),
    headers: { ...headers, authorization: `Bearer ${access.accessToken.reveal()}` },
    maxBytes: MAX_ANSWER_BYTES,
    ...(body === undefined ? {} : { body }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  const value = parse(reply.body);
  const refusal = readGraphError(value, reply.status, regainAccessMs(reply));
  if (refusal !== undefined) throw refusal;
  if (reply.status !== 200 || typeof value !== "object" || value === null) {
    throw new UnreadableAnswer(reply.status);
  }
  return { status: reply.status, value };
}

function addressOf(access: GraphAccess, request: GraphRequest): URL {
  const path = request.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = request.ids?.[name];
    if (id === undefined) throw new Error(`no id for {${name}}`);
    return encodeURIComponent(id);
  });
  const url = new URL(`/${GRAPH_VERSION}${path}`, access.baseUrl);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  if (access.appSecret !== null) {
    url.searchParams.set("appsecret_proof", appSecretProof(access.accessToken, access.appSecret));
  }
  return url;
}

function bodyOf(request: GraphRequest) {
  if (request.upload !== undefined) {
    const form = multipartBody(request.upload.fields, request.upload.file);
    return {
      headers: { "content-type": form.contentType, "content-length": String(form.contentLength) },
      body: form.body,
    };
  }
  if (request.json === undefined) return { headers: {}, body: undefined };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(request.json) };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** From `{"<waba>":[{"estimated_time_to_regain_access": <minutes>}]}`. Source: facts.md, 2.3. */
function regainAccessMs({ headers }: HttpReply): number | null {
  const header = headers["x-business-use-case-usage"];
  const usage = typeof header === "string" ? parse(Buffer.from(header)) : undefined;
  if (typeof usage !== "object" || usage === null) return null;
  const minutes = Object.values(usage)
    .flat()
    .map((entry) => member(entry, "estimated_time_to_regain_access"))
    .filter((value) => typeof value === "number");
  const most = Math.max(0, ...minutes);
  return most > 0 && most <= MAX_REGAIN_MINUTES ? most * 60_000 : null;
}

/** Beyond a day the number is not one to wait for. Ours. */
const MAX_REGAIN_MINUTES = 24 * 60;

function endingOf(error: unknown): Pick<GraphCall, "outcome" | "httpStatus" | "errorCode" | "failure"> {
  if (error instanceof GraphError) {
    return { outcome: "refusal", httpStatus: error.httpStatus, errorCode: error.code, failure: null };
  }
  if (error instanceof UnreadableAnswer) {
    return { outcome: "failure", httpStatus: error.httpStatus, errorCode: null, failure: "unreadable" };
  }
  const failure = error instanceof HttpFailure ? error.code : "bug";
  return { outcome: "failure", httpStatus: null, errorCode: null, failure };
}
