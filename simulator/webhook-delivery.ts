import { randomUUID } from "node:crypto";
import type { CallbackClient } from "./callback-client.ts";
import type { PhoneFeed } from "./phone-feed.ts";
import type { Callback, DeliveryRecord, NumberRecord } from "./records.ts";
import { webhookBytes, webhookSignature } from "./signed-body.ts";
import type { State } from "./state.ts";
import type { WebhookLog, WebhookLogEntry } from "./webhook-log.ts";

/** First retry at once, then slower. The shape is Meta's, the figures are ours: a person is watching this one. */
const RETRY_DELAYS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** Meta keeps trying for 7 days (facts.md, 1.3), then drops. */
const KEEP_TRYING_MS = 7 * 24 * 60 * 60 * 1_000;
/** After so many refusals a webhook no longer holds back what comes after it: order is not promised by Meta either. */
const HOLDS_ORDER_ATTEMPTS = 8;

export interface NewDelivery {
  readonly number: NumberRecord;
  readonly orderKey: string;
  readonly field: string;
  readonly label: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly wamid?: string;
}

export interface WebhookDeliveryParts {
  readonly state: State;
  readonly client: CallbackClient;
  readonly feed: PhoneFeed;
  readonly webhookLog: WebhookLog;
  readonly now: () => number;
  readonly log: (line: object) => void;
  readonly onAnswered: (delivery: DeliveryRecord) => void;
}

/** Brings webhooks to Wardroom: signed, in order per customer, again and again until it answers 200. */
export class WebhookDelivery implements AsyncDisposable {
  readonly #parts: WebhookDeliveryParts;
  readonly #queues = new Map<string, DeliveryRecord[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: WebhookDeliveryParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier run left. */
  start(): void {
    const left = this.#parts.state.list("delivery").toSorted((a, b) => a.order - b.order);
    for (const delivery of left) this.#enter({ ...delivery, dueAt: 0 });
  }

  /** False when Meta would not send it either: the number has no subscriber for this field. */
  enqueue(input: NewDelivery): boolean {
    const { state, now } = this.#parts;
    if (!this.#isWanted(input.number, input.field)) {
      this.#note(input.number.phoneNumberId, { label: input.label, outcome: "not_subscribed", attempt: 0 });
      return false;
    }
    const delivery: DeliveryRecord = {
      deliveryId: randomUUID(),
      order: state.nextOrder(),
      phoneNumberId: input.number.phoneNumberId,
      wabaId: input.number.wabaId,
      orderKey: input.orderKey,
      field: input.field,
      label: input.label,
      body: input.body,
      attempts: 0,
      dueAt: now(),
      createdAt: now(),
      ...(input.wamid === undefined ? {} : { wamid: input.wamid }),
    };
    state.put("delivery", delivery.deliveryId, delivery);
    this.#enter(delivery);
    return true;
  }

  get pendingCount(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #isWanted(number: NumberRecord, field: string): boolean {
    const { subscription } = this.#parts.state.get("app", "app");
    return number.subscribed && (subscription?.fields.includes(field) ?? false);
  }

  #enter(delivery: DeliveryRecord): void {
    const queue = this.#queues.get(delivery.orderKey);
    if (queue !== undefined) {
      queue.push(delivery);
      return;
    }
    this.#queues.set(delivery.orderKey, [delivery]);
    this.#run(delivery.orderKey);
  }

  #run(orderKey: string): void {
    if (this.#stop.signal.aborted) return;
    const running: Promise<void> = this.#workOff(orderKey).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Until the queue is empty or its head must wait. */
  async #workOff(orderKey: string): Promise<void> {
    const queue = this.#queues.get(orderKey) ?? [];
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const waitMs = head.dueAt - this.#parts.now();
      if (waitMs > 0) return this.#later(orderKey, queue, waitMs);
      await this.#attempt(head, queue);
      if (this.#stop.signal.aborted) return;
      this.#parts.feed.changed();
    }
    this.#queues.delete(orderKey);
    this.#parts.feed.changed();
  }

  #later(orderKey: string, queue: DeliveryRecord[], waitMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const head = queue[0];
      if (head !== undefined) queue[0] = { ...head, dueAt: 0 }; // waited in real time, whatever the clock says
      this.#run(orderKey);
    }, waitMs);
    this.#timers.add(timer);
  }

  async #attempt(delivery: DeliveryRecord, queue: DeliveryRecord[]): Promise<void> {
    const startedAt = performance.now();
    const httpStatus = await this.#post(delivery);
    if (this.#stop.signal.aborted) return;
    const attempt = delivery.attempts + 1;
    const tookMs = Math.round(performance.now() - startedAt);
    this.#note(delivery.phoneNumberId, {
      label: delivery.label,
      outcome: httpStatus === undefined ? "unreachable" : "answered",
      attempt,
      tookMs,
      ...(httpStatus === undefined ? {} : { httpStatus }),
    });
    if (httpStatus === 200) this.#settle(delivery, queue);
    else this.#again({ ...delivery, attempts: attempt }, queue);
  }

  async #post(delivery: DeliveryRecord): Promise<number | undefined> {
    const { state, client } = this.#parts;
    const app = state.get("app", "app");
    const target: Callback | undefined =
      (delivery.field === "messages" ? state.find("number", delivery.phoneNumberId)?.override : undefined) ??
      app.subscription;
    if (target === undefined) return undefined;
    const bytes = webhookBytes(delivery.body);
    try {
      const signature = { "x-hub-signature-256": webhookSignature(app.appSecret, bytes) };
      return (await client.post(target.callbackUrl, bytes, signature, this.#stop.signal)).status;
    } catch {
      return undefined;
    }
  }

  #settle(delivery: DeliveryRecord, queue: DeliveryRecord[]): void {
    queue.shift();
    this.#parts.state.remove("delivery", delivery.deliveryId);
    this.#parts.onAnswered(delivery);
  }

  #again(delivery: DeliveryRecord, queue: DeliveryRecord[]): void {
    const { state, now } = this.#parts;
    queue.shift();
    if (now() - delivery.createdAt > KEEP_TRYING_MS) {
      state.remove("delivery", delivery.deliveryId);
      this.#note(delivery.phoneNumberId, {
        label: delivery.label,
        outcome: "dropped",
        attempt: delivery.attempts,
      });
      return;
    }
    const delayMs = RETRY_DELAYS_MS[delivery.attempts - 1] ?? RETRY_DELAYS_MS.at(-1) ?? 0;
    const next = { ...delivery, dueAt: now() + delayMs };
    state.put("delivery", next.deliveryId, next);
    if (delivery.attempts < HOLDS_ORDER_ATTEMPTS) queue.unshift(next);
    else this.#enter({ ...next, orderKey: `late:${next.deliveryId}` });
  }

  #note(phoneNumberId: string, entry: Omit<WebhookLogEntry, "at">): void {
    this.#parts.webhookLog.add(phoneNumberId, { at: this.#parts.now(), ...entry });
    this.#parts.log({ simulator: true, event: "webhook", ...entry });
  }
}
