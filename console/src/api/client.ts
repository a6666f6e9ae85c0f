import type { z } from "zod";
import { type Contract, contract } from "../../../contract/contract.ts";
import { problem } from "../../../contract/problem.ts";
import type { Route } from "../../../contract/route.ts";
import { activityHeader } from "./activity.ts";
import { ApiProblem, isFactorStale, NetworkProblem } from "./api-problem.ts";

const BASE = "/api/v1";

type Part<R extends Route, K extends "params" | "body"> = R[K] extends z.ZodType
  ? { [P in K]: z.input<R[K]> }
  : unknown;
type Query<R extends Route> = R["query"] extends z.ZodType ? { query?: z.input<R["query"]> } : unknown;
export type Input<R extends Route> = Part<R, "params"> &
  Part<R, "body"> &
  Query<R> & { signal?: AbortSignal };
type Arguments<R extends Route> = R extends { params: z.ZodType } | { body: z.ZodType }
  ? [Input<R>]
  : [Input<R>?];
export type Answer<R extends Route> = z.output<R["ok"]>;

type Client<C extends Readonly<Record<string, Route>>> = {
  readonly [K in keyof C]: (...input: Arguments<C[K]>) => Promise<Answer<C[K]>>;
};

interface LooseInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Every operation of the contract as a typed function: `await api.getConversation({ params: { id } })`.
 * Answers are checked against the contract. A refusal throws ApiProblem, a lost connection NetworkProblem.
 * Nothing is tried twice here: for a write, only a person or a `clientId` may decide that.
 */
export const api: Client<Contract> = clientOf(contract);

function clientOf<C extends Readonly<Record<string, Route>>>(routes: C): Client<C> {
  const calls = Object.entries(routes).map(([name, route]) => [
    name,
    (input?: LooseInput) => call(route, input ?? {}),
  ]);
  return Object.fromEntries(calls) as Client<C>;
}

async function call(route: Route, input: LooseInput): Promise<unknown> {
  const answer = await send(addressOf(route, input), {
    method: route.method,
    ...(input.body === undefined
      ? {}
      : { body: JSON.stringify(input.body), headers: { "content-type": "application/json" } }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
  return route.ok.parse(await answer.json());
}

/** Asks the person for their factor; false when they would rather not. */
export type AskForFactor = () => Promise<boolean>;

let askForFactor: AskForFactor | undefined;

/** Who asks when an act wants the factor proved a short while ago. Returns how to stop being asked. */
export function answerStaleFactor(ask: AskForFactor): () => void {
  askForFactor = ask;
  return () => {
    if (askForFactor === ask) askForFactor = undefined;
  };
}

/**
 * One request to our own server; for bytes (`/uploads`) and for the calls above. `path` is below /api/v1. Where the
 * server refuses because the factor is stale, nothing was done: the person is asked, and then it is sent once more.
 */
export async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await sendOnce(path, init);
  } catch (error) {
    if (!isFactorStale(error) || askForFactor === undefined || !(await askForFactor())) throw error;
    return sendOnce(path, init);
  }
}

async function sendOnce(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(`${BASE}${path}`, {
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    ...init,
    headers: { ...init.headers, ...activityHeader() },
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new NetworkProblem(cause);
  });
  if (answer.ok) return answer;
  throw await problemOf(answer);
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const parsed = problem.safeParse(await answer.json().catch(() => undefined));
  if (parsed.success) return new ApiProblem(parsed.data);
  const code = `http.${answer.status}`;
  return new ApiProblem({ type: "about:blank", title: code, status: answer.status, code, requestId: "" });
}

function addressOf(route: Route, input: LooseInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ""),
  );
  const query = Object.entries(input.query ?? {}).filter(([, value]) => value !== undefined);
  if (query.length === 0) return path;
  return `${path}?${new URLSearchParams(query.map(([name, value]) => [name, String(value)]))}`;
}
