import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The figures that /metrics shows. Labels are codes and kinds, never ids of people. */
export interface Metrics {
  readonly registry: Registry;
  /** Webhook POSTs by answer: "200", "401", "404", "503" ... */
  readonly webhooks: Counter<"status">;
  /** Seconds from a POST's last byte to its answer. */
  readonly webhookSeconds: Histogram;
  /** Updates in, by kind. */
  readonly graphCalls: Counter<"outcome" | "path">;
  readonly graphSeconds: Histogram;
  /** Updates that wait for a transaction; set by a callback when the figures are read. */
  readonly ingestWaiting: (read: () => number) => void;
  readonly liveSockets: (read: () => number) => void;
  readonly connections: (read: () => number) => void;
  /** Connections that were not taken or that we ended, by why. */
  readonly connectionsEnded: Counter<"reason">;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "wardroom_" });
  const registers = [registry];
  const gauge = (name: string, help: string) => (read: () => number) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  return {
    registry,
    webhooks: new Counter({
      name: "wardroom_webhooks_total",
      help: "Webhook POSTs by answer",
      labelNames: ["status"],
      registers,
    }),
    webhookSeconds: new Histogram({
      name: "wardroom_webhook_seconds",
      help: "Time to answer a webhook",
      buckets: SECONDS,
      registers,
    }),
    graphCalls: new Counter({
      name: "wardroom_graph_calls_total",
      help: "Calls to the Graph API",
      labelNames: ["outcome", "path"],
      registers,
    }),
    graphSeconds: new Histogram({
      name: "wardroom_graph_seconds",
      help: "Time of Graph API calls",
      buckets: SECONDS,
      registers,
    }),
    ingestWaiting: gauge("wardroom_ingest_waiting", "Updates that wait for a transaction"),
    liveSockets: gauge("wardroom_live_sockets", "Open consoles"),
    connections: gauge("wardroom_connections", "Open connections"),
    connectionsEnded: new Counter({
      name: "wardroom_connections_ended_total",
      help: "Connections that were not taken, or ended by us",
      labelNames: ["reason"],
      registers,
    }),
  };
}
