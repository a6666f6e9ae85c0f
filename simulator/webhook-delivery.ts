import { randomUUID } from "node:crypto";
import type { CallbackClient } from "./callback-client.ts";
import { BendWebhooks } from "./faults/bend-webhooks.ts";
import type { FaultBook } from "./faults/fault-book.ts";
import { type Parcel, parcelsOf, postParcel } from "./parcel.ts";
import type { PhoneFeed } from "./phone-feed.ts";
import type { DeliveryRecord, NumberRecord } from "./records.ts";
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
  readonly faults: FaultBook;
  readonly feed: PhoneFeed;
  readonly webhookLog: WebhookLog;
  readonly now: () => number;
  readonly log: (line: object) => void;
  readonly onAnswered: (delivery: DeliveryRecord) => void;
}

/** Brings webhooks to Wardroom: signed, in order per customer, again and again until it answers 200. Faults lie before it. */
export class WebhookDelivery implements AsyncDisposable {
  readonly #parts: WebhookDeliveryParts;
  readonly #bend: BendWebhooks;
  readonly #queues = new Map<string, Parcel[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: WebhookDeliveryParts) {
    this.#parts = parts;
    this.#bend = new BendWebhooks({
      faults: parts.faults,
      now: parts.now,
      send: (orderKey, deliveries) => this.#enterAll(orderKey, deliveries),
      drop: (delivery) => this.#drop(delivery, 0),
    });
  }

  /** Takes up what an earlier run left. */
  start(): void {
    const left = this.#parts.state.list("delivery").toSorted((a, b) => a.order - b.order);
    for (const delivery of left) this.#enterAll(delivery.orderKey, [{ ...delivery, dueAt: 0 }]);
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
    this.#bend.pass(delivery);
    return true;
  }

  /** Without those that a silence holds back. */
  get pendingCount(): number {
    const waiting = [...this.#queues.values()].flat();
    return waiting.reduce((sum, { deliveries }) => sum + deliveries.length, this.#bend.gatheredCount);
  }

  /** Whether webhooks wait their turn in this order: a customer's. */
  isBusyFor(orderKey: string): boolean {
    return this.#queues.has(orderKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#bend.close();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #isWanted(number: NumberRecord, field: string): boolean {
    const { subscription } = this.#parts.state.get("app", "app");
    return number.subscribed && (subscription?.fields.includes(field) ?? false);
  }

  #enterAll(orderKey: string, deliveries: readonly DeliveryRecord[]): void {
    for (const parcel of parcelsOf(this.#parts.state, deliveries)) this.#enter(orderKey, parcel);
  }

  #enter(orderKey: string, parcel: Parcel): void {
    const queue = this.#queues.get(orderKey);
    if (queue !== undefined) {
      queue.push(parcel);
      return;
    }
    this.#queues.set(orderKey, [parcel]);
    this.#run(orderKey);
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

  #later(orderKey: string, queue: Parcel[], waitMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const head = queue[0];
      if (head !== undefined) queue[0] = { ...head, dueAt: 0 }; // waited in real time, whatever the clock says
      this.#run(orderKey);
    }, waitMs);
    this.#timers.add(timer);
  }

  async #attempt(parcel: Parcel, queue: Parcel[]): Promise<void> {
    const startedAt = performance.now();
    const httpStatus = await postParcel(this.#parts, parcel, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    const attempt = parcel.attempts + 1;
    const tookMs = Math.round(performance.now() - startedAt);
    for (const { phoneNumberId, label } of parcel.deliveries) {
      this.#note(phoneNumberId, {
        label,
        outcome: httpStatus === undefined ? "unreachable" : "answered",
        attempt,
        tookMs,
        ...(httpStatus === undefined ? {} : { httpStatus }),
      });
    }
    if (httpStatus === 200) this.#settle(parcel, queue);
    else this.#again({ ...parcel, attempts: attempt }, queue);
  }

  #settle({ deliveries }: Parcel, queue: Parcel[]): void {
    queue.shift();
    for (const delivery of deliveries) {
      this.#parts.state.remove("delivery", delivery.deliveryId);
      this.#parts.onAnswered(delivery);
    }
  }

  #again(parcel: Parcel, queue: Parcel[]): void {
    const { state, now } = this.#parts;
    const { attempts } = parcel;
    queue.shift();
    const isStale = ({ createdAt }: DeliveryRecord) => now() - createdAt > KEEP_TRYING_MS;
    for (const delivery of parcel.deliveries.filter(isStale)) this.#drop(delivery, attempts);
    const dueAt = now() + (RETRY_DELAYS_MS[attempts - 1] ?? RETRY_DELAYS_MS.at(-1) ?? 0);
    const deliveries = parcel.deliveries
      .filter((delivery) => !isStale(delivery))
      .map((delivery) => ({ ...delivery, attempts, dueAt }));
    const [first] = deliveries;
    if (first === undefined) return;
    for (const delivery of deliveries) state.put("delivery", delivery.deliveryId, delivery);
    const next = { deliveries, attempts, dueAt };
    if (attempts < HOLDS_ORDER_ATTEMPTS) queue.unshift(next);
    else this.#enter(`late:${first.deliveryId}`, next);
  }

  #drop({ deliveryId, phoneNumberId, label }: DeliveryRecord, attempt: number): void {
    this.#parts.state.remove("delivery", deliveryId);
    this.#note(phoneNumberId, { label, outcome: "dropped", attempt });
  }

  #note(phoneNumberId: string, entry: Omit<WebhookLogEntry, "at">): void {
    this.#parts.webhookLog.add(phoneNumberId, { at: this.#parts.now(), ...entry });
    this.#parts.log({ simulator: true, event: "webhook", ...entry });
  }
}
