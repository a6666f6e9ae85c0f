import type { PhoneFeed } from "./phone-feed.ts";
import type { MessageRecord, PlannedStatusRecord, Tick } from "./records.ts";
import type { State } from "./state.ts";
import { statusValue, webhookBody } from "./webhook-bodies.ts";
import type { WebhookDelivery } from "./webhook-delivery.ts";

export interface StatusStep {
  readonly status: PlannedStatusRecord["status"];
  readonly delayMs: number;
  readonly errorCode?: number;
  /** With `delivered`: how long after it the message is read, if the phone shows it then. */
  readonly readAfterMs?: number;
}

export interface StatusScheduleParts {
  readonly state: State;
  readonly delivery: WebhookDelivery;
  readonly feed: PhoneFeed;
  readonly now: () => number;
  /** Whether the customer looks at the chat, or reads by itself. */
  readonly isReading: (customerId: string) => boolean;
}

export const RANK: Readonly<Record<Tick, number>> = { pending: 0, sent: 1, delivered: 2, read: 3, failed: 4 };

/** Sent, delivered, read: each status at its time, also over a restart. Ticks only move forward; failed is the end. */
export class StatusSchedule implements Disposable {
  readonly #parts: StatusScheduleParts;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(parts: StatusScheduleParts) {
    this.#parts = parts;
  }

  start(): void {
    for (const planned of this.#parts.state.list("plannedStatus").toSorted((a, b) => a.dueAt - b.dueAt)) {
      this.#arm(planned, Math.max(0, planned.dueAt - this.#parts.now()));
    }
  }

  plan(wamid: string, step: StatusStep): void {
    const planned: PlannedStatusRecord = {
      plannedId: `${wamid}:${step.status}`,
      wamid,
      status: step.status,
      dueAt: this.#parts.now() + step.delayMs,
      ...(step.errorCode === undefined ? {} : { errorCode: step.errorCode }),
      ...(step.readAfterMs === undefined ? {} : { readAfter: step.readAfterMs }),
    };
    if (this.#parts.state.find("plannedStatus", planned.plannedId) !== undefined) return;
    this.#parts.state.put("plannedStatus", planned.plannedId, planned);
    this.#arm(planned, step.delayMs);
  }

  /** The phone shows this chat now: what was delivered is read. */
  readChat(customerId: string): void {
    for (const message of this.#parts.state.listChat(customerId)) {
      if (message.from === "business" && message.tick === "delivered") {
        this.plan(message.wamid, { status: "read", delayMs: 0 });
      }
    }
  }

  get pendingCount(): number {
    return this.#timers.size;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #arm(planned: PlannedStatusRecord, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#happen(planned);
      this.#timers.delete(planned.plannedId);
      this.#parts.feed.changed();
    }, delayMs);
    this.#timers.set(planned.plannedId, timer);
  }

  #happen(planned: PlannedStatusRecord): void {
    const { state, isReading } = this.#parts;
    state.remove("plannedStatus", planned.plannedId);
    const message = state.find("message", planned.wamid);
    if (message === undefined || RANK[planned.status] <= RANK[message.tick]) return;
    const failure = planned.errorCode === undefined ? {} : { failureCode: planned.errorCode };
    const next: MessageRecord = { ...message, tick: planned.status, ...failure };
    state.put("message", next.wamid, next);
    this.#announce(next, planned);
    if (planned.status === "delivered" && isReading(next.customerId)) {
      this.plan(next.wamid, { status: "read", delayMs: planned.readAfter ?? 0 });
    }
  }

  #announce(message: MessageRecord, planned: PlannedStatusRecord): void {
    const { state, delivery, now } = this.#parts;
    const number = state.get("number", message.phoneNumberId);
    const customer = state.get("customer", message.customerId);
    const value = statusValue(number, customer, message, {
      status: planned.status,
      atSeconds: Math.floor(now() / 1_000),
      ...(planned.errorCode === undefined ? {} : { errorCode: planned.errorCode }),
    });
    delivery.enqueue({
      number,
      orderKey: customer.customerId,
      field: "messages",
      label: `statuses · ${planned.status}`,
      body: webhookBody(number.wabaId, "messages", value),
    });
  }
}
