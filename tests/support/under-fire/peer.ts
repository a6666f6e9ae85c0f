import { startSimulator } from "../../../simulator/start-simulator.ts";

/** Where Meta's side runs, what it remembers, and whom it trusts. In the environment variable FIRE_PEER. */
export interface PeerSettings {
  readonly port: number;
  readonly stateFile: string;
  /** Base64. */
  readonly stateKey: string;
  /** PEM: of Wardroom's own certificate. */
  readonly callbackCa: string;
}

/** What the Wardroom is told of its simulator. */
export interface Seat {
  readonly graphUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
}

export type PeerOrder =
  /** So many customers, each of whom writes once. */
  { readonly kind: "customers"; readonly count: number } | { readonly kind: "idle" };

export type PeerReport =
  | { readonly kind: "ready"; readonly seat: Seat }
  | { readonly kind: "written" }
  | { readonly kind: "idle" };

/** Statuses come soon: a status is what settles a send whose answer was lost. In ms; ours. */
const DELAYS = { sentMs: 40, deliveredMs: 150, readMs: 300 };

/** Meta takes a send and answers so much later, in ms: whoever is killed at random is killed with some on their way. Ours. */
const ANSWER_DELAY = { ms: 100, jitterMs: 200 };

/** Meta's side of the wire in a process of its own: it lives on while Wardroom is killed. */
const settings = JSON.parse(process.env["FIRE_PEER"] ?? "") as PeerSettings;
const simulator = await startSimulator({
  ...{ host: "127.0.0.1", port: settings.port, stateFile: settings.stateFile, delays: DELAYS },
  ...{ callbackCa: settings.callbackCa, requireAppSecretProof: true },
  stateKey: Buffer.from(settings.stateKey, "base64"),
});
simulator.fault({ fault: { kind: "answer_delay", ...ANSWER_DELAY } });
const number = await simulator.addNumber({ businessName: "Marsa Home" });
const { wabaId, phoneNumberId, accessToken } = number;
tell({
  kind: "ready",
  seat: { graphUrl: simulator.url, ...simulator.app, ...{ wabaId, phoneNumberId, accessToken } },
});

process.on("message", (order: PeerOrder) => void obey(order));
process.once("disconnect", () => void end());
process.once("SIGTERM", () => void end());

async function obey(order: PeerOrder): Promise<void> {
  if (order.kind === "idle") {
    await simulator.idle();
    tell({ kind: "idle" });
    return;
  }
  for (let n = 0; n < order.count; n += 1) {
    const phone = `+9665${String(n).padStart(8, "0")}`;
    const { customerId } = await simulator.addCustomer({ phoneNumberId, name: `Caller ${n}`, phone });
    await simulator.sendAsCustomer(customerId, { type: "text", body: `Hello, this is caller ${n}.` });
    simulator.behaviour(customerId, { autoRead: true });
  }
  tell({ kind: "written" });
}

async function end(): Promise<void> {
  await simulator[Symbol.asyncDispose]();
  process.exit();
}

function tell(report: PeerReport): void {
  process.send?.(report);
}
