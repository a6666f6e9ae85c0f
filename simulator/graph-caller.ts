import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { findTokenFault } from "./faults/token-fault.ts";
import { GraphError, noSuchObject } from "./graph-error.ts";
import type { NumberRecord } from "./records.ts";
import type { RequestParams } from "./request-params.ts";
import type { Simulation } from "./simulation.ts";

export type Caller =
  | { readonly kind: "app" }
  /** The system user of one business: sees its account and number, nothing else. */
  | { readonly kind: "system_user"; readonly number: NumberRecord };

/** Who calls, by bearer or `access_token`; and, when given or required, that the caller also holds the app secret. */
export function identifyCaller(sim: Simulation, request: FastifyRequest, { values }: RequestParams): Caller {
  const token = tokenOf(request.headers.authorization, values);
  if (token === undefined) {
    throw new GraphError(104, { message: "An access token is required to request this resource" });
  }
  const caller = findCaller(sim, token);
  if (caller === undefined)
    throw new GraphError(190, { message: "Invalid OAuth access token", subcode: 463 });
  if (caller.kind === "system_user") {
    const refusal = findTokenFault(sim, caller.number);
    if (refusal !== undefined) throw refusal;
    checkProof(sim, token, values);
  }
  return caller;
}

/** Whom the faults of a call are looked up for: the caller's number and account; nobody for the app and for strangers. */
export function targetsOf(caller: Caller | undefined): string[] {
  return caller?.kind === "system_user" ? [caller.number.phoneNumberId, caller.number.wabaId] : [];
}

/** The caller as the headers alone tell, for what happens before the body is read. */
export function callerFromHeaders(sim: Simulation, request: FastifyRequest): Caller | undefined {
  const token = tokenOf(request.headers.authorization, {});
  return token === undefined ? undefined : findCaller(sim, token);
}

export function findCaller(sim: Simulation, token: string): Caller | undefined {
  const { appId, appSecret } = sim.state.get("app", "app");
  if (sameText(token, `${appId}|${appSecret}`)) return { kind: "app" };
  const number = sim.state.list("number").find((candidate) => sameText(token, candidate.accessToken));
  return number === undefined ? undefined : { kind: "system_user", number };
}

/** The caller's number, when the id in the path is its phone number. */
export function numberByPhoneId(caller: Caller, phoneNumberId: string): NumberRecord {
  if (caller.kind !== "system_user" || caller.number.phoneNumberId !== phoneNumberId) throw noSuchObject();
  return caller.number;
}

export function numberByWabaId(caller: Caller, wabaId: string): NumberRecord {
  if (caller.kind !== "system_user" || caller.number.wabaId !== wabaId) throw noSuchObject();
  return caller.number;
}

function tokenOf(
  authorization: string | undefined,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const bearer = /^(?:Bearer|OAuth) +(\S+)$/i.exec(authorization ?? "")?.[1];
  const parameter = values["access_token"];
  return bearer ?? (typeof parameter === "string" && parameter !== "" ? parameter : undefined);
}

/** facts.md, 5: hex HMAC-SHA256 of the token, or of `token|time` with appsecret_time for five minutes. */
function checkProof(sim: Simulation, token: string, values: Readonly<Record<string, unknown>>): void {
  const proof = values["appsecret_proof"];
  if (proof === undefined) {
    if (!sim.requireAppSecretProof) return;
    throw proofError("API calls from the server require an appsecret_proof argument");
  }
  const time = values["appsecret_time"];
  const message = time === undefined ? token : `${token}|${String(time)}`;
  const { appSecret } = sim.state.get("app", "app");
  const expected = createHmac("sha256", appSecret).update(message).digest("hex");
  const isStale = time !== undefined && Math.abs(sim.now() - Number(time) * 1_000) > 5 * 60 * 1_000;
  if (isStale || !sameText(String(proof), expected)) {
    throw proofError("Invalid appsecret_proof provided in the API argument");
  }
}

function proofError(message: string): GraphError {
  return new GraphError(100, { message, type: "GraphMethodException" });
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
