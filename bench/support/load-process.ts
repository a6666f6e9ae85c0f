import { type Leftover, type RunResult, sendAtRate, type Target } from "./send-at-rate.ts";
import { requestsOf, type Stretch, type WebhookDoor } from "./webhook-plan.ts";

/** What the load process is told. */
export interface LoadOrder {
  readonly target: Target;
  readonly door: WebhookDoor;
  readonly stretch: Stretch;
  readonly batch: number;
  /** POSTs a second. */
  readonly rate: number;
  /** "sent" unless told. */
  readonly leftover?: Leftover;
}

export interface LoadReport {
  readonly kind: "done";
  readonly result: RunResult;
}

/** The load, in a process of its own: it must not wait for what it measures. */
process.on("message", (order: LoadOrder) => {
  void run(order);
});

async function run({ target, door, stretch, batch, rate, leftover }: LoadOrder): Promise<void> {
  const requests = requestsOf(stretch, { door, host: `localhost:${target.port}`, batch });
  tell({ kind: "done", result: await sendAtRate(target, requests, rate, leftover) });
}

function tell(report: LoadReport): void {
  process.send?.(report);
}
