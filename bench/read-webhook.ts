import { performance } from "node:perf_hooks";
import { z } from "zod";
import { readWebhook } from "../server/whatsapp/inbound/read-webhook.ts";

/**
 * What reading one update costs on the thread that answers webhooks, and what zod alone would for the same shape.
 * `node bench/read-webhook.ts`
 *
 * Last measured, 2 shared cores, 2026-11-23, microseconds per update: text 7.7 alone and 3.3 in a batch of 100, status
 * 7.6 and 2.9. Of that JSON.parse is 2.5 and 0.85, the envelope of the update about 0.8.
 */
const METADATA = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };
const WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=";

function webhookOf(lists: object): Buffer {
  const value = { messaging_product: "whatsapp", metadata: METADATA, ...lists };
  const entry = [{ id: "102290129340398", changes: [{ value, field: "messages" }] }];
  return Buffer.from(JSON.stringify({ object: "whatsapp_business_account", entry }));
}

function texts(count: number): Buffer {
  const ids = Array.from({ length: count }, (_, n) => ({
    phone: String(16505550000 + n),
    user: `US.1349120865${n}`,
  }));
  return webhookOf({
    contacts: ids.map(({ phone, user }) => ({
      profile: { name: "Sheena Nelson" },
      wa_id: phone,
      user_id: user,
    })),
    messages: ids.map(({ phone, user }, n) => ({
      from: phone,
      from_user_id: user,
      id: `${WAMID}${n}`,
      timestamp: "1749416383",
      type: "text",
      text: { body: "Does it come in another color? I would like to have two of them by Friday." },
    })),
  });
}

function statuses(count: number): Buffer {
  return webhookOf({
    statuses: Array.from({ length: count }, (_, n) => ({
      id: `${WAMID}${n}`,
      status: "delivered",
      timestamp: "1750030073",
      recipient_id: "16505551234",
      recipient_user_id: "US.13491208655302741918",
      biz_opaque_callback_data: "0192f0c1-2345-7abc-8def-0123456789ab",
      pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
    })),
  });
}

const zodWebhook = z.object({
  object: z.literal("whatsapp_business_account"),
  entry: z.array(
    z.object({
      id: z.string(),
      changes: z.array(
        z.object({
          field: z.string(),
          value: z.object({
            metadata: z.object({ phone_number_id: z.string() }),
            contacts: z
              .array(
                z.object({
                  profile: z.object({ name: z.string() }),
                  wa_id: z.string().optional(),
                  user_id: z.string().optional(),
                }),
              )
              .optional(),
            messages: z
              .array(
                z.object({
                  from: z.string().optional(),
                  from_user_id: z.string().optional(),
                  id: z.string(),
                  timestamp: z.string(),
                  type: z.string(),
                  text: z.object({ body: z.string() }).optional(),
                }),
              )
              .optional(),
            statuses: z
              .array(
                z.object({
                  id: z.string(),
                  status: z.enum(["sent", "delivered", "read", "played", "failed", "deleted"]),
                  timestamp: z.string(),
                  recipient_id: z.string().optional(),
                  recipient_user_id: z.string().optional(),
                  biz_opaque_callback_data: z.string().optional(),
                  pricing: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
                }),
              )
              .optional(),
          }),
        }),
      ),
    }),
  ),
});

const MEASURE_MS = 700;

function microsecondsPerUpdate(body: Buffer, count: number, read: (body: Buffer) => unknown): string {
  for (let n = 0; n < 3_000 / count; n++) read(body);
  const start = performance.now();
  let rounds = 0;
  while (performance.now() - start < MEASURE_MS) {
    read(body);
    rounds += 1;
  }
  return (((performance.now() - start) * 1000) / rounds / count).toFixed(2);
}

const table = [1, 100].flatMap((count) =>
  (
    [
      ["text", texts(count)],
      ["status", statuses(count)],
    ] as const
  ).map(([kind, body]) => ({
    kind,
    batch: count,
    bytes: body.length,
    "JSON.parse": microsecondsPerUpdate(body, count, (bytes) => JSON.parse(String(bytes))),
    readWebhook: microsecondsPerUpdate(body, count, readWebhook),
    "JSON.parse + zod": microsecondsPerUpdate(body, count, (bytes) =>
      zodWebhook.parse(JSON.parse(String(bytes))),
    ),
  })),
);
console.table(table);
