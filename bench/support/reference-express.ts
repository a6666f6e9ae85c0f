import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import express from "express";
import pg from "pg";
import type { ReferenceOrder, ReferenceReport } from "./reference.ts";

interface Webhook {
  readonly entry: ReadonlyArray<{
    readonly changes: ReadonlyArray<{
      readonly value: {
        readonly messages?: ReadonlyArray<{
          readonly id: string;
          readonly from: string;
          readonly text: { body: string };
        }>;
        readonly statuses?: ReadonlyArray<{
          readonly id: string;
          readonly status: string;
          readonly timestamp: string;
        }>;
      };
    }>;
  }>;
}

const SCHEMA = `
  create table if not exists message (id text primary key, sender text not null, body text not null,
    received_at timestamptz not null default now());
  create table if not exists message_status (message_id text not null, status text not null, at bigint not null,
    primary key (message_id, status));`;

/** What most of the field does: Express, and one insert for each message and each status, nothing sealed. */
process.once("message", async ({ certificate, key, appSecret, databaseUrl }: ReferenceOrder) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query(SCHEMA);
  const app = express();
  app.post(
    "/webhooks/whatsapp/:appId",
    express.raw({ type: "*/*", limit: "3mb" }),
    async (request, response) => {
      const body = request.body as Buffer;
      const given = Buffer.from(
        String(request.headers["x-hub-signature-256"]).slice("sha256=".length),
        "hex",
      );
      const expected = createHmac("sha256", appSecret).update(body).digest();
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        response.status(401).end();
        return;
      }
      for (const { changes } of (JSON.parse(body.toString("utf8")) as Webhook).entry)
        for (const { value } of changes) await keep(pool, value);
      response.status(200).end();
    },
  );
  const server = createServer({ cert: certificate, key, minVersion: "TLSv1.3" }, app);
  server.listen(0, "127.0.0.1", () => {
    const report: ReferenceReport = { kind: "ready", port: (server.address() as AddressInfo).port };
    process.send?.(report);
  });
});

async function keep(
  pool: pg.Pool,
  value: Webhook["entry"][number]["changes"][number]["value"],
): Promise<void> {
  for (const { id, from, text } of value.messages ?? []) {
    const sql = "insert into message (id, sender, body) values ($1, $2, $3) on conflict do nothing";
    await pool.query(sql, [id, from, text.body]);
  }
  for (const { id, status, timestamp } of value.statuses ?? []) {
    const sql =
      "insert into message_status (message_id, status, at) values ($1, $2, $3) on conflict do nothing";
    await pool.query(sql, [id, status, timestamp]);
  }
}
