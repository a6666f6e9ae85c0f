import { randomBytes } from "node:crypto";
import { type BehaviourPlan, Behaviours, type Delays } from "./behaviour.ts";
import { CallbackClient } from "./callback-client.ts";
import { changeIdentity, changeNumber } from "./change-customer.ts";
import { changeTemplateStatus } from "./change-template.ts";
import { addCustomer, type NewCustomer } from "./customer.ts";
import type { CustomerMessage } from "./customer-message.ts";
import { type ImportedMessage, importChat, type PastMessage } from "./import-chat.ts";
import { type InjectOptions, injectWebhook } from "./inject-webhook.ts";
import { MediaFiles } from "./media-files.ts";
import { mintAccessToken, mintGraphId } from "./meta-ids.ts";
import { PhoneAccess } from "./phone-access.ts";
import { PhoneFeed } from "./phone-feed.ts";
import { type PhoneMessageView, phoneChatView } from "./phone-message-view.ts";
import { mintBusinessPhone, readablePhone } from "./phone-numbers.ts";
import { PhonePresence } from "./phone-presence.ts";
import type { DeliveryRecord, NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { buildSimulatorHttp } from "./simulator-http.ts";
import { State } from "./state.ts";
import { StatusSchedule } from "./status-schedule.ts";
import { seedTemplates } from "./templates-seed.ts";
import { UsageCounter } from "./usage-counter.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { WebhookLog } from "./webhook-log.ts";
import { writeAsCustomer } from "./write-as-customer.ts";

export interface SimulatorOptions {
  /** Loopback only: the simulator is nobody's Meta but this machine's. */
  readonly host: "127.0.0.1";
  /** 0 takes any free port. */
  readonly port: number;
  /** Sealed; created when absent (0600). Media lie sealed in a folder of the same name with `.media`. */
  readonly stateFile: string;
  /** 32 bytes. */
  readonly stateKey: Buffer;
  /** PEM of the CA of Wardroom's own certificate. */
  readonly callbackCa?: string;
  readonly clock?: () => Date;
  readonly delays?: Delays;
  /** As with "Require App Secret" on at Meta: calls without appsecret_proof are refused. Off unless told, as at Meta. */
  readonly requireAppSecretProof?: boolean;
  /** Lines carry `simulator: true`; never content, numbers or tokens. */
  readonly log?: (line: object) => void;
}

export interface SimulatedNumber {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly accessToken: string;
}

export interface Simulator extends AsyncDisposable {
  /** http://127.0.0.1:port; the Graph API is below it, with or without a version. */
  readonly url: string;
  readonly app: { readonly appId: string; readonly appSecret: string };
  addNumber(input: { businessName: string }): Promise<SimulatedNumber>;
  listNumbers(): readonly (SimulatedNumber & { readonly businessName: string })[];
  /** Works once, for ten minutes, in one browser. */
  createPhoneLink(input: { phoneNumberId: string; language: "en" | "ar" }): string;
  addCustomer(input: NewCustomer): Promise<{ customerId: string; waId?: string; userId: string }>;
  sendAsCustomer(customerId: string, message: CustomerMessage): Promise<{ wamid: string }>;
  /** A chat of the past: on the phone at once, and what Meta would have sent of it, for the caller to deliver or not. */
  importChat(customerId: string, messages: readonly PastMessage[]): Promise<readonly ImportedMessage[]>;
  messagesOf(customerId: string): readonly PhoneMessageView[];
  /** The phone shows this chat from now on for some seconds: what was delivered is read. */
  openChat(customerId: string): void;
  changeNumber(customerId: string, phone: string): void;
  changeIdentity(customerId: string): void;
  setTemplateStatus(input: {
    wabaId: string;
    name: string;
    language: string;
    status: string;
    reason?: string;
  }): void;
  injectWebhook(body: object, options?: InjectOptions): Promise<{ status: number; body: string }>;
  /** By phone number id or customer id; the customer's plan goes first. */
  behaviour(targetId: string, plan: BehaviourPlan & { readonly autoRead?: boolean }): void;
  /** Resolves when no status and no webhook is waiting. Waits for retries too: not for a Wardroom that is gone. */
  idle(): Promise<void>;
}

const USUAL_DELAYS: Delays = { sentMs: 150, deliveredMs: 1_000, readMs: 4_000 };

/** Meta's side of the wire on this machine. Dispose it to stop; all that it knew is there at the next start. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  if (options.host !== "127.0.0.1") throw new Error("simulator: it listens on 127.0.0.1 only");
  const log = options.log ?? (() => undefined);
  const now = () => (options.clock?.() ?? new Date()).getTime();
  const state = new State(options.stateFile, options.stateKey);
  const feed = new PhoneFeed();
  const presence = new PhonePresence();
  const webhookLog = new WebhookLog();
  const client = new CallbackClient(options.callbackCa);
  const delivery = new WebhookDelivery({
    state,
    client,
    feed,
    webhookLog,
    now,
    log,
    onAnswered: (answered) => tickAnswered(state, answered),
  });
  const isReading = (customerId: string) =>
    presence.isLooking(customerId) || state.get("customer", customerId).autoRead;
  const statuses = new StatusSchedule({ state, delivery, feed, now, isReading });
  let url = "http://127.0.0.1:0";
  const sim: Simulation = {
    state,
    mediaFiles: new MediaFiles(`${options.stateFile}.media`, options.stateKey),
    client,
    delivery,
    statuses,
    behaviours: new Behaviours(),
    presence,
    webhookLog,
    feed,
    usage: new UsageCounter(),
    delays: options.delays ?? USUAL_DELAYS,
    requireAppSecretProof: options.requireAppSecretProof ?? false,
    now,
    log,
    origin: () => url,
  };
  const access = new PhoneAccess(state, now);
  const { appId, appSecret } = ensureApp(state);
  const http = await buildSimulatorHttp(sim, access);
  url = (await http.listen({ host: options.host, port: options.port })).replace(/\/$/, "");
  if (state.droppedBytes > 0) log({ simulator: true, event: "torn_tail_dropped", bytes: state.droppedBytes });
  delivery.start();
  statuses.start();

  return {
    url,
    app: { appId, appSecret },
    addNumber: async ({ businessName }) => numberView(addNumber(sim, businessName)),
    listNumbers: () =>
      state.list("number").map((number) => ({ ...numberView(number), businessName: number.businessName })),
    createPhoneLink: (input) => {
      state.get("number", input.phoneNumberId);
      return `${url}/phone#${access.createLink(input)}`;
    },
    addCustomer: async (input) => {
      const { customerId, userId, waId } = addCustomer(sim, input);
      return { customerId, userId, ...(waId === undefined ? {} : { waId }) };
    },
    sendAsCustomer: (customerId, message) => writeAsCustomer(sim, customerId, message),
    importChat: (customerId, messages) => importChat(sim, customerId, messages),
    messagesOf: (customerId) => phoneChatView(state, state.get("customer", customerId).customerId),
    openChat: (customerId) => {
      presence.look(customerId);
      statuses.readChat(customerId);
    },
    changeNumber: (customerId, phone) => changeNumber(sim, customerId, phone),
    changeIdentity: (customerId) => changeIdentity(sim, customerId),
    setTemplateStatus: ({ wabaId, name, language, ...change }) => {
      const template = state
        .list("template")
        .find((known) => known.wabaId === wabaId && known.name === name && known.language === language);
      if (template === undefined) throw new Error("simulator: no such template");
      changeTemplateStatus(sim, template, change);
    },
    injectWebhook: (body, how) => injectWebhook(sim, body, how),
    behaviour: (targetId, { autoRead, ...plan }) => {
      sim.behaviours.set(targetId, plan);
      if (autoRead !== undefined) setAutoRead(sim, targetId, autoRead);
      feed.changed();
    },
    idle: async () => {
      while (delivery.pendingCount + statuses.pendingCount > 0) await feed.nextChange();
    },
    [Symbol.asyncDispose]: async () => {
      await http.close();
      statuses[Symbol.dispose]();
      await delivery[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      state[Symbol.dispose]();
      feed.changed();
    },
  };
}

function ensureApp(state: State) {
  const known = state.find("app", "app");
  if (known !== undefined) return known;
  const app = {
    appId: mintGraphId(),
    appSecret: randomBytes(16).toString("hex"),
    mediaSecret: randomBytes(32).toString("hex"),
  };
  state.put("app", "app", app);
  return app;
}

function addNumber(sim: Simulation, businessName: string): NumberRecord {
  const number: NumberRecord = {
    phoneNumberId: mintGraphId(),
    wabaId: mintGraphId(),
    businessId: mintGraphId(),
    systemUserId: mintGraphId(15),
    phone: mintBusinessPhone(),
    businessName,
    accessToken: mintAccessToken(),
    createdAt: sim.now(),
    subscribed: false,
    identityCheck: true,
  };
  sim.state.put("number", number.phoneNumberId, number);
  for (const template of seedTemplates(number.wabaId))
    sim.state.put("template", template.templateId, template);
  return number;
}

function numberView(number: NumberRecord): SimulatedNumber {
  return {
    wabaId: number.wabaId,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: readablePhone(number.phone.slice(1)),
    accessToken: number.accessToken,
  };
}

/** Two grey ticks on the customer's phone: Wardroom has it. */
function tickAnswered(state: State, { wamid }: DeliveryRecord): void {
  const message = wamid === undefined ? undefined : state.find("message", wamid);
  if (message?.tick === "sent") state.put("message", message.wamid, { ...message, tick: "delivered" });
}

/** For one customer, or for all of a number. */
function setAutoRead(sim: Simulation, targetId: string, autoRead: boolean): void {
  for (const customer of sim.state.list("customer")) {
    if (customer.customerId !== targetId && customer.phoneNumberId !== targetId) continue;
    sim.state.put("customer", customer.customerId, { ...customer, autoRead });
    if (autoRead) sim.statuses.readChat(customer.customerId);
  }
}
