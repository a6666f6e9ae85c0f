import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type SimulatedNumber,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "./start-simulator.ts";

/** What the stand-in for Wardroom got. `body` is free-form: tests compare it with Meta's pages. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests read Meta's JSON as it is
  readonly body: any;
  readonly isSignatureRight: boolean;
  readonly answered: number;
}

export interface Rig extends AsyncDisposable {
  simulator: Simulator;
  readonly folder: string;
  readonly stateKey: Buffer;
  readonly number: SimulatedNumber;
  readonly received: ReceivedWebhook[];
  readonly logged: object[];
  readonly callbackUrl: string;
  readonly verifyToken: string;
  /** The next answers to webhooks; 200 when none is left. */
  readonly answers: number[];
  restart(options?: Partial<SimulatorOptions>): Promise<void>;
}

export const QUICK = { sentMs: 1, deliveredMs: 3, readMs: 6 };
export const ALL_FIELDS = "messages,message_template_status_update,account_update";

/** A simulator with one number and a stand-in for Wardroom's webhook door, registered as Wardroom would. */
export async function startRig(options: Partial<SimulatorOptions> = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  const received: ReceivedWebhook[] = [];
  const answers: number[] = [];
  const logged: object[] = [];
  const stateKey = randomBytes(32);
  const verifyToken = randomBytes(12).toString("hex");
  const start = (more: Partial<SimulatorOptions> = {}) =>
    startSimulator({
      host: "127.0.0.1",
      port: 0,
      stateFile: join(folder, "simulator.state"),
      stateKey,
      delays: QUICK,
      log: (line) => logged.push(line),
      ...options,
      ...more,
    });
  let simulator = await start();
  const door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "GET") {
        answerChallenge(request, response, verifyToken);
        return;
      }
      const bytes = Buffer.concat(chunks);
      const expected = createHmac("sha256", simulator.app.appSecret).update(bytes).digest("hex");
      const isSignatureRight = request.headers["x-hub-signature-256"] === `sha256=${expected}`;
      const answered = answers.shift() ?? 200;
      received.push({ path: request.url ?? "", bytes, body: readJson(bytes), isSignatureRight, answered });
      response.writeHead(answered).end();
    });
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  const callbackUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}/webhook`;
  const number = await simulator.addNumber({ businessName: "Marsa Home" });
  const rig: Rig = {
    get simulator() {
      return simulator;
    },
    folder,
    stateKey,
    number,
    received,
    logged,
    callbackUrl,
    verifyToken,
    answers,
    restart: async (more) => {
      await simulator[Symbol.asyncDispose]();
      simulator = await start(more);
    },
    [Symbol.asyncDispose]: async () => {
      await simulator[Symbol.asyncDispose]();
      door.closeAllConnections();
      await new Promise((done) => door.close(done));
      await rm(folder, { recursive: true });
    },
  };
  await subscribe(rig, verifyToken);
  return rig;
}

function answerChallenge(request: IncomingMessage, response: ServerResponse, verifyToken: string): void {
  const query = new URL(request.url ?? "/", "http://door").searchParams;
  const isRight = query.get("hub.mode") === "subscribe" && query.get("hub.verify_token") === verifyToken;
  response.writeHead(isRight ? 200 : 403).end(isRight ? query.get("hub.challenge") : "");
}

async function subscribe(rig: Rig, verifyToken: string): Promise<void> {
  const { app } = rig.simulator;
  const form = new URLSearchParams({
    object: "whatsapp_business_account",
    callback_url: rig.callbackUrl,
    verify_token: verifyToken,
    fields: ALL_FIELDS,
  });
  const registered = await fetch(`${rig.simulator.url}/v23.0/${app.appId}/subscriptions`, {
    method: "POST",
    headers: { authorization: `Bearer ${app.appId}|${app.appSecret}` },
    body: form,
  });
  const subscribed = await callGraph(rig, "POST", `/${rig.number.wabaId}/subscribed_apps`);
  if (registered.status !== 200 || subscribed.status !== 200) throw new Error("the rig could not subscribe");
}

// biome-ignore lint/suspicious/noExplicitAny: tests read Meta's JSON as it is
export type GraphAnswer = { status: number; headers: Headers; body: any };

/** A call as Wardroom makes it, with the number's token unless told otherwise. */
export async function callGraph(
  rig: Rig,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<GraphAnswer> {
  const response = await fetch(`${rig.simulator.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${rig.number.accessToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body: readJson(bytes) ?? bytes };
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
