import type { Problem } from "../../../contract/problem.ts";

/** A refusal of the server. `code` is stable; texts come from the catalogue. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.name = "ApiProblem";
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The server was not reached, or cut us off: whether a write happened is not known. */
export class NetworkProblem extends Error {
  constructor(cause: unknown) {
    super("network", { cause });
    this.name = "NetworkProblem";
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** The session is there and does one thing first: it was locked, or has turned up elsewhere. */
export function isHeld(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 423;
}

/** The browser has not shown its device's key in time; asked once more, it does. */
export function isBindingUnproved(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "session.binding_unproved";
}

/** The workspace lets nobody in from where this browser is. */
export function isNetworkRefused(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "access.network_refused";
}

/** The act wants a second factor proved a short while ago; it was not done. */
export function isFactorStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "identity.factor_stale";
}
