import type { Behaviours, Delays } from "./behaviour.ts";
import type { CallbackClient } from "./callback-client.ts";
import type { FaultBook } from "./faults/fault-book.ts";
import type { MediaFiles } from "./media-files.ts";
import type { PhoneFeed } from "./phone-feed.ts";
import type { PhonePresence } from "./phone-presence.ts";
import type { State } from "./state.ts";
import type { StatusSchedule } from "./status-schedule.ts";
import type { UsageCounter } from "./usage-counter.ts";
import type { WebhookDelivery } from "./webhook-delivery.ts";
import type { WebhookLog } from "./webhook-log.ts";

/** The parts of one running simulator, as routes and operations need them. */
export interface Simulation {
  readonly state: State;
  readonly mediaFiles: MediaFiles;
  readonly client: CallbackClient;
  readonly delivery: WebhookDelivery;
  readonly statuses: StatusSchedule;
  readonly faults: FaultBook;
  readonly behaviours: Behaviours;
  readonly presence: PhonePresence;
  readonly webhookLog: WebhookLog;
  readonly feed: PhoneFeed;
  readonly usage: UsageCounter;
  readonly delays: Delays;
  readonly requireAppSecretProof: boolean;
  /** `always_open`: nobody has to have written within 24 hours. For load tests. */
  readonly serviceWindow: "as_meta" | "always_open";
  readonly now: () => number;
  readonly log: (line: object) => void;
  /** http://127.0.0.1:port */
  readonly origin: () => string;
}
