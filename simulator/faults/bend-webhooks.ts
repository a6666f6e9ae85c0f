import { randomUUID } from "node:crypto";
import type { DeliveryRecord } from "../records.ts";
import { ageWebhook } from "./age-webhook.ts";
import type { UpdateKind } from "./fault.ts";
import type { FaultBook, Occasion, Strike } from "./fault-book.ts";
import { HoldingPen } from "./holding-pen.ts";
import { shuffled } from "./seeded-random.ts";
import { strayWebhook } from "./stray-status.ts";

/** All but the silence, which comes before them. */
const ON_THE_WAY = ["lose", "age", "stray_status", "duplicate", "delay", "reorder", "batch"] as const;

export interface BendWebhooksParts {
  readonly faults: FaultBook;
  readonly now: () => number;
  /** One POST of these, waiting its turn behind what has the same order key. */
  readonly send: (orderKey: string, deliveries: readonly DeliveryRecord[]) => void;
  readonly drop: (delivery: DeliveryRecord) => void;
}

type Batch = Strike<"batch"> | undefined;

/** What lies between an update and its POST: the faults that strike it, in the order in which fault.ts lists them. */
export class BendWebhooks {
  readonly #parts: BendWebhooksParts;
  readonly #silences = new Map<string, HoldingPen<DeliveryRecord>>();
  readonly #reorders = new Map<string, HoldingPen<{ readonly one: DeliveryRecord; readonly batch: Batch }>>();
  readonly #batches = new Map<string, HoldingPen<DeliveryRecord>>();
  #reordered = 0;

  constructor(parts: BendWebhooksParts) {
    this.#parts = parts;
    parts.faults.onChange(() => this.#endSilences());
  }

  /** Those that a silence holds are not counted: nobody can wait for its end. */
  get gatheredCount(): number {
    const pens = [...this.#reorders.values(), ...this.#batches.values()];
    return pens.reduce((sum, pen) => sum + pen.heldCount, 0);
  }

  pass(delivery: DeliveryRecord): void {
    const silence = this.#parts.faults.take(["silence"], occasionOf(delivery));
    if (silence === undefined) {
      this.#travel(delivery);
      return;
    }
    const release = (held: readonly DeliveryRecord[]) => {
      for (const one of held) this.#travel(one);
    };
    penOf(this.#silences, silence.ruleId, { size: Number.POSITIVE_INFINITY, release }).hold(delivery);
    this.#endSilences();
  }

  close(): void {
    for (const pens of [this.#silences, this.#reorders, this.#batches])
      for (const pen of pens.values()) pen.close();
  }

  #travel(delivery: DeliveryRecord): void {
    const { faults, now, drop } = this.#parts;
    const strikes = faults.takeAll(ON_THE_WAY, occasionOf(delivery));
    if (only(strikes, "lose").length > 0) {
      drop(delivery);
      return;
    }
    const ageMs = only(strikes, "age").reduce((sum, { fault }) => sum + fault.ms, 0);
    const original = ageMs === 0 ? delivery : { ...delivery, body: ageWebhook(delivery.body, ageMs) };
    const strays = only(strikes, "stray_status").map(() => ({
      ...apart(original, "stray"),
      ...strayWebhook(original),
    }));
    const copies = only(strikes, "duplicate").flatMap(({ fault }) =>
      Array.from({ length: fault.copies }, () => apart(original, "copy")),
    );
    const delays = only(strikes, "delay");
    const [reorder] = only(strikes, "reorder");
    const [batch] = only(strikes, "batch");
    for (const one of [original, ...strays, ...copies]) {
      const waitMs = delays.reduce(
        (sum, { fault, random }) => sum + fault.ms + random.next() * fault.jitterMs,
        0,
      );
      const late = waitMs === 0 ? one : { ...one, dueAt: now() + waitMs };
      if (reorder === undefined) this.#forward(late, batch);
      else this.#reorder(reorder, late, batch);
    }
  }

  #reorder({ ruleId, fault, random }: Strike<"reorder">, one: DeliveryRecord, batch: Batch): void {
    const release = (held: readonly { one: DeliveryRecord; batch: Batch }[]) => {
      this.#reordered += 1;
      const orderKey = `reordered:${this.#reordered}`;
      for (const next of fault.order === "reversed" ? held.toReversed() : shuffled(held, random)) {
        this.#forward({ ...next.one, orderKey }, next.batch);
      }
    };
    penOf(this.#reorders, ruleId, { ...fault, release }).hold({ one, batch });
  }

  #forward(one: DeliveryRecord, batch: Batch): void {
    const { send } = this.#parts;
    if (batch === undefined) {
      send(one.orderKey, [one]);
      return;
    }
    const release = (held: readonly DeliveryRecord[]) => send(`batch:${batch.ruleId}`, held);
    penOf(this.#batches, batch.ruleId, { ...batch.fault, release }).hold(one);
  }

  #endSilences(): void {
    for (const [ruleId, pen] of this.#silences) {
      if (this.#parts.faults.find(ruleId) !== undefined) continue;
      this.#silences.delete(ruleId);
      pen.open();
    }
  }
}

function penOf<T>(
  pens: Map<string, HoldingPen<T>>,
  ruleId: string,
  options: ConstructorParameters<typeof HoldingPen<T>>[0],
): HoldingPen<T> {
  const pen = pens.get(ruleId) ?? new HoldingPen<T>(options);
  pens.set(ruleId, pen);
  return pen;
}

function only<K extends (typeof ON_THE_WAY)[number]>(
  strikes: readonly Strike<(typeof ON_THE_WAY)[number]>[],
  kind: K,
): Strike<K>[] {
  return strikes.filter(({ fault }) => fault.kind === kind) as unknown as Strike<K>[];
}

/** Another webhook with the same content, which nothing waits for and which waits for nothing. */
function apart(delivery: DeliveryRecord, why: string): DeliveryRecord {
  const { wamid: _, ...rest } = delivery;
  const deliveryId = randomUUID();
  return { ...rest, deliveryId, orderKey: `${why}:${deliveryId}` };
}

function occasionOf(delivery: DeliveryRecord): Occasion {
  return {
    targets: [delivery.orderKey, delivery.phoneNumberId, delivery.wabaId],
    update: updateOf(delivery),
  };
}

function updateOf({ field, body }: DeliveryRecord): UpdateKind {
  if (field !== "messages") return "others";
  const [entry] = body["entry"] as readonly { changes: readonly { value: object }[] }[];
  return "statuses" in (entry?.changes[0]?.value ?? {}) ? "statuses" : "messages";
}
