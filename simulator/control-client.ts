import { Agent, request } from "undici";
import { z } from "zod";
import type { AcceptedSend, SendsQuery } from "./accepted-sends.ts";
import type { SimulatedNumber } from "./business-number.ts";
import { isLoopbackAddress } from "./callback-client.ts";
import type { FaultRule } from "./faults/fault.ts";
import type { FaultView } from "./faults/fault-book.ts";
import type { StrayStatuses } from "./faults/send-stray-statuses.ts";

export interface ControlledSimulator extends AsyncDisposable {
  overview(): Promise<{
    readonly url: string;
    readonly app: { readonly appId: string; readonly appSecret: string };
    readonly seed: string;
    readonly pending: number;
  }>;
  addNumber(businessName: string): Promise<SimulatedNumber>;
  listNumbers(): Promise<readonly (SimulatedNumber & { readonly businessName: string })[]>;
  createPhoneLink(input: { phoneNumberId: string; language: "en" | "ar" }): Promise<string>;
  addCustomer(input: {
    phoneNumberId: string;
    name: string;
    phone: string;
  }): Promise<{ customerId: string; waId: string; userId: string }>;
  writeAsCustomer(customerId: string, body: string): Promise<{ wamid: string }>;
  fault(rule: FaultRule): Promise<string>;
  endFaults(target?: string): Promise<void>;
  listFaults(): Promise<readonly FaultView[]>;
  acceptedSends(query?: SendsQuery): Promise<readonly AcceptedSend[]>;
  sendStrayStatuses(stray: StrayStatuses): Promise<{ status: number }>;
  trustCallbackCa(pem: string): Promise<void>;
  /** False when it did not become quiet in this time. */
  idle(timeoutMs: number): Promise<boolean>;
}

const OVERVIEW = z.looseObject({
  url: z.string(),
  app: z.object({ appId: z.string(), appSecret: z.string() }),
  seed: z.string(),
  pending: z.number(),
});

/** A simulator in another process on this machine, by its control endpoint. */
export function controlSimulator(controlUrl: string, token: string): ControlledSimulator {
  if (!isLoopbackAddress(new URL(controlUrl)))
    throw new Error("simulator: it is controlled from its own machine only");
  const agent = new Agent();
  const ask = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> => {
    const answer = await request(new URL(`/control${path}`, controlUrl), {
      dispatcher: agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200)
      throw new Error(`simulator: control answered ${answer.statusCode} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    overview: async () => OVERVIEW.parse(await ask("GET", "")),
    addNumber: (businessName) => ask("POST", "/numbers", { businessName }),
    listNumbers: () => ask("GET", "/numbers"),
    createPhoneLink: async (input) => (await ask<{ link: string }>("POST", "/phone-links", input)).link,
    addCustomer: (input) => ask("POST", "/customers", input),
    writeAsCustomer: (customerId, body) =>
      ask("POST", `/customers/${encodeURIComponent(customerId)}/messages`, { type: "text", body }),
    fault: async (rule) => (await ask<{ id: string }>("POST", "/faults", rule)).id,
    endFaults: async (target) =>
      void (await ask(
        "DELETE",
        `/faults${target === undefined ? "" : `?target=${encodeURIComponent(target)}`}`,
      )),
    listFaults: () => ask("GET", "/faults"),
    acceptedSends: (query = {}) => ask("GET", `/sends?${queryOf({ ...query })}`),
    sendStrayStatuses: (stray) => ask("POST", "/stray-statuses", stray),
    trustCallbackCa: async (pem) => void (await ask("POST", "/authorities", { pem })),
    idle: async (timeoutMs) => (await ask<{ idle: boolean }>("POST", "/idle", { timeoutMs })).idle,
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function queryOf(query: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
  ).toString();
}
