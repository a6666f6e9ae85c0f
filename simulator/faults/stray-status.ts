import { mintWamid } from "../meta-ids.ts";
import type { DeliveryRecord } from "../records.ts";
import { webhookBody } from "../webhook-bodies.ts";

interface StrayStatus {
  readonly metadata: object;
  readonly atSeconds: number;
  readonly status: "sent" | "delivered" | "read" | "failed";
  readonly callbackData?: string;
}

/** A number of the kind that nobody has, with the eleven digits of most. */
const NOBODY = "15550100000";

/** The value of a webhook with the status of a message that was never sent. */
export function strayValue({ metadata, atSeconds, status, callbackData }: StrayStatus): object {
  return {
    messaging_product: "whatsapp",
    metadata,
    statuses: [
      {
        id: mintWamid(NOBODY, "business"),
        status,
        timestamp: String(atSeconds),
        recipient_id: NOBODY,
        ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
      },
    ],
  };
}

/** A stray that goes along with another webhook: of the same number and the same moment. */
export function strayWebhook({
  body,
  wabaId,
  createdAt,
}: DeliveryRecord): Pick<DeliveryRecord, "body" | "field" | "label"> {
  const [entry] = body["entry"] as readonly { changes: readonly { value: { metadata?: object } }[] }[];
  const metadata = entry?.changes[0]?.value.metadata ?? {};
  const value = strayValue({ metadata, atSeconds: Math.floor(createdAt / 1_000), status: "delivered" });
  return { body: webhookBody(wabaId, "messages", value), field: "messages", label: "statuses · stray" };
}
