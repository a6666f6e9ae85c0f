import { randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isLoopbackAddress } from "./callback-client.ts";
import { findTokenFault } from "./faults/token-fault.ts";
import { type GraphCall, graphRoute } from "./graph-call.ts";
import { findCaller, numberByWabaId } from "./graph-caller.ts";
import { GraphError, noSuchObject } from "./graph-error.ts";
import type { Callback } from "./records.ts";
import type { Simulation } from "./simulation.ts";

const SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"];

/** The app: its webhook subscription, tokens, and which accounts it listens to. */
export function addGraphAppRoutes(app: FastifyInstance, sim: Simulation): void {
  app.get("/debug_token", graphRoute(sim, debugToken));
  app.get("/:id/subscriptions", graphRoute(sim, listSubscriptions));
  app.post("/:id/subscriptions", graphRoute(sim, subscribe));
  app.get("/:id/subscribed_apps", graphRoute(sim, listSubscribedApps));
  app.post("/:id/subscribed_apps", graphRoute(sim, subscribeAccount));
  app.delete("/:id/subscribed_apps", graphRoute(sim, unsubscribeAccount));
}

/** HTTP 200 also for a token that is none: `is_valid` says it, as at Meta. */
function debugToken({ sim, params }: GraphCall): object {
  const { appId } = sim.state.get("app", "app");
  const target = findCaller(sim, String(params.values["input_token"] ?? ""));
  if (target === undefined) {
    const error = { code: 190, message: "Invalid OAuth access token", subcode: 463 };
    return { data: { app_id: appId, error, is_valid: false, scopes: [] } };
  }
  if (target.kind === "app") return { data: { app_id: appId, type: "APP", is_valid: true, scopes: [] } };
  const { number } = target;
  const refusal = findTokenFault(sim, number);
  if (refusal !== undefined) {
    const error = { code: refusal.code, message: refusal.message, subcode: refusal.options.subcode };
    return { data: { app_id: appId, type: "SYSTEM_USER", error, is_valid: false, scopes: [] } };
  }
  return {
    data: {
      app_id: appId,
      type: "SYSTEM_USER",
      application: "Wardroom simulator",
      data_access_expires_at: 0,
      expires_at: 0,
      is_valid: true,
      issued_at: Math.floor(number.createdAt / 1_000),
      scopes: SCOPES,
      granular_scopes: SCOPES.slice(0, 2).map((scope) => ({ scope, target_ids: [number.wabaId] })),
      user_id: number.systemUserId,
    },
  };
}

function listSubscriptions(call: GraphCall): object {
  requireApp(call);
  const { subscription } = call.sim.state.get("app", "app");
  if (subscription === undefined) return { data: [] };
  return {
    data: [
      {
        object: "whatsapp_business_account",
        callback_url: subscription.callbackUrl,
        active: true,
        fields: subscription.fields.map((name) => ({ name, version: "v23.0" })),
      },
    ],
  };
}

async function subscribe(call: GraphCall): Promise<object> {
  requireApp(call);
  const { sim, params } = call;
  if (params.values["object"] !== "whatsapp_business_account") {
    throw new GraphError(100, { details: "Param object must be whatsapp_business_account" });
  }
  const callback = await verifiedCallback(sim, params.values["callback_url"], params.values["verify_token"]);
  const fields = readFields(params.values["fields"]);
  sim.state.put("app", "app", { ...sim.state.get("app", "app"), subscription: { ...callback, fields } });
  return { success: true };
}

function listSubscribedApps({ sim, caller, id }: GraphCall): object {
  const number = numberByWabaId(caller, id);
  if (!number.subscribed) return { data: [] };
  return { data: [subscribedApp(sim, number.override)] };
}

async function subscribeAccount({ sim, caller, id, params }: GraphCall): Promise<object> {
  const number = numberByWabaId(caller, id);
  const { override: _, ...rest } = number;
  const address = params.values["override_callback_uri"];
  if (address === undefined) {
    sim.state.put("number", number.phoneNumberId, { ...rest, subscribed: true });
    return { success: true };
  }
  const override = await verifiedCallback(sim, address, params.values["verify_token"]);
  sim.state.put("number", number.phoneNumberId, { ...rest, subscribed: true, override });
  return { success: true, data: [subscribedApp(sim, override)] };
}

function unsubscribeAccount({ sim, caller, id }: GraphCall): object {
  const { override: _, ...number } = numberByWabaId(caller, id);
  sim.state.put("number", number.phoneNumberId, { ...number, subscribed: false });
  return { success: true };
}

function subscribedApp(sim: Simulation, override: Callback | undefined): object {
  const { appId } = sim.state.get("app", "app");
  return {
    ...(override === undefined ? {} : { override_callback_uri: override.callbackUrl }),
    whatsapp_business_api_data: {
      id: appId,
      name: "Wardroom simulator",
      link: `https://www.facebook.com/games/?app_id=${appId}`,
    },
  };
}

function requireApp({ sim, caller, id }: GraphCall): void {
  if (id !== sim.state.get("app", "app").appId) throw noSuchObject();
  if (caller.kind === "app") return;
  throw new GraphError(15, {
    message: "(#15) This method must be called with an app access_token.",
    httpStatus: 400,
  });
}

/** Meta's check of a callback: GET with a challenge that must come back. Code 2200 when it does not. */
async function verifiedCallback(sim: Simulation, address: unknown, verifyToken: unknown): Promise<Callback> {
  const callback = { callbackUrl: String(address ?? ""), verifyToken: String(verifyToken ?? "") };
  const url = URL.canParse(callback.callbackUrl) ? new URL(callback.callbackUrl) : undefined;
  if (url === undefined || callback.verifyToken === "") {
    throw new GraphError(100, { details: "callback_url and verify_token are required" });
  }
  if (!isLoopbackAddress(url)) throw verificationFailed("The simulator calls back to this machine only");
  const challenge = String(randomInt(100_000_000, 2_000_000_000));
  const answer = await sim.client
    .verify(callback.callbackUrl, callback.verifyToken, challenge)
    .catch(() => undefined);
  if (answer === undefined) throw verificationFailed("URL could not be reached");
  if (answer.status !== 200) throw verificationFailed(`HTTP Status Code = ${answer.status}`);
  if (answer.body.trim() !== challenge) throw verificationFailed("the challenge was not echoed");
  return callback;
}

function verificationFailed(why: string): GraphError {
  return new GraphError(2200, {
    message: `(#2200) Callback verification failed with the following errors: ${why}`,
    httpStatus: 400,
  });
}

function readFields(fields: unknown): string[] {
  const names = Array.isArray(fields) ? fields : String(fields ?? "").split(",");
  const known = names.map((name) => String(name).trim()).filter((name) => /^[a-z_]{1,64}$/.test(name));
  if (known.length === 0) throw new GraphError(100, { details: "Param fields must name at least one field" });
  return known;
}
