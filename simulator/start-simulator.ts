import { randomBytes } from "node:crypto";
import { listAcceptedSends } from "./accepted-sends.ts";
import { setAutoRead } from "./auto-read.ts";
import { Behaviours, type Delays } from "./behaviour.ts";
import { addNumber, ensureApp, numberView } from "./business-number.ts";
import { CallbackClient } from "./callback-client.ts";
import { changeIdentity, changeNumber } from "./change-customer.ts";
import { changeTemplateStatus } from "./change-template.ts";
import { type ControlServer, openControlServer } from "./control-server.ts";
import { addCustomer } from "./customer.ts";
import { FaultBook } from "./faults/fault-book.ts";
import { sendStrayStatuses } from "./faults/send-stray-statuses.ts";
import { importChat } from "./import-chat.ts";
import { injectWebhook } from "./inject-webhook.ts";
import { MediaFiles } from "./media-files.ts";
import { PhoneAccess } from "./phone-access.ts";
import { PhoneFeed } from "./phone-feed.ts";
import { phoneChatView } from "./phone-message-view.ts";
import { PhonePresence } from "./phone-presence.ts";
import type { DeliveryRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import type { Simulator, SimulatorOptions } from "./simulator.ts";
import { buildSimulatorHttp } from "./simulator-http.ts";
import { State } from "./state.ts";
import { StatusSchedule } from "./status-schedule.ts";
import { UsageCounter } from "./usage-counter.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { WebhookLog } from "./webhook-log.ts";
import { writeAsCustomer } from "./write-as-customer.ts";

export type { SimulatedNumber } from "./business-number.ts";
export type { Simulator, SimulatorOptions } from "./simulator.ts";

const USUAL_DELAYS: Delays = { sentMs: 150, deliveredMs: 1_000, readMs: 4_000 };

/** Meta's side of the wire on this machine. Dispose it to stop; all that it knew is there at the next start. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  if (options.host !== "127.0.0.1") throw new Error("simulator: it listens on 127.0.0.1 only");
  const log = options.log ?? (() => undefined);
  const now = () => (options.clock?.() ?? new Date()).getTime();
  const state = new State(options.stateFile, options.stateKey, options.bounds);
  const faults = new FaultBook(options.seed ?? randomBytes(4).toString("hex"));
  const feed = new PhoneFeed();
  const presence = new PhonePresence();
  const webhookLog = new WebhookLog();
  const client = new CallbackClient(options.callbackCa);
  const delivery = new WebhookDelivery({
    state,
    client,
    faults,
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
    faults,
    behaviours: new Behaviours(faults),
    presence,
    webhookLog,
    feed,
    usage: new UsageCounter(),
    delays: options.delays ?? USUAL_DELAYS,
    requireAppSecretProof: options.requireAppSecretProof ?? false,
    serviceWindow: options.serviceWindow ?? "as_meta",
    now,
    log,
    origin: () => url,
  };
  const access = new PhoneAccess(state, now);
  const { appId, appSecret } = ensureApp(state);
  const http = await buildSimulatorHttp(sim, access);
  url = (await http.listen({ host: options.host, port: options.port })).replace(/\/$/, "");
  if (state.droppedBytes > 0) log({ simulator: true, event: "torn_tail_dropped", bytes: state.droppedBytes });
  log({ simulator: true, event: "started", seed: faults.seed });
  delivery.start();
  statuses.start();

  let control: ControlServer | undefined;
  const simulator: Simulator = {
    url,
    app: { appId, appSecret },
    seed: faults.seed,
    get controlUrl() {
      return control?.url;
    },
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
    fault: (rule) => faults.add(rule),
    endFault: (id) => faults.remove(id),
    endFaults: (target) => faults.clear(target),
    listFaults: () => faults.list(),
    acceptedSends: (query) => listAcceptedSends(state, query),
    sendStrayStatuses: (stray) => sendStrayStatuses(sim, stray),
    trustCallbackCa: (pem) => client.trust(pem),
    pendingCount: () => delivery.pendingCount + statuses.pendingCount,
    injectWebhook: (body, how) => injectWebhook(sim, body, how),
    behaviour: (targetId, { autoRead, ...plan }) => {
      sim.behaviours.set(targetId, plan);
      if (autoRead !== undefined) setAutoRead(sim, targetId, autoRead);
      feed.changed();
    },
    idle: async () => {
      while (simulator.pendingCount() > 0) await feed.nextChange();
    },
    [Symbol.asyncDispose]: async () => {
      await control?.[Symbol.asyncDispose]();
      faults[Symbol.dispose]();
      await http.close();
      statuses[Symbol.dispose]();
      await delivery[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      state[Symbol.dispose]();
      feed.changed();
    },
  };
  try {
    if (options.control !== undefined) control = await openControlServer(simulator, options.control);
  } catch (error) {
    await simulator[Symbol.asyncDispose]();
    throw error;
  }
  return simulator;
}

/** Two grey ticks on the customer's phone: Wardroom has it. */
function tickAnswered(state: State, { wamid }: DeliveryRecord): void {
  const message = wamid === undefined ? undefined : state.find("message", wamid);
  if (message?.tick === "sent") state.put("message", message.wamid, { ...message, tick: "delivered" });
}
