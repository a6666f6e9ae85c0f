import type { CustomerMessage } from "./customer-message.ts";
import { keepMedia } from "./keep-media.ts";
import { mintWamid } from "./meta-ids.ts";
import type { CustomerRecord, MessageRecord, NumberRecord, RenderedTemplate } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { statusValue, webhookBody } from "./webhook-bodies.ts";
import { inboundWebhook, type Written, writtenFrom } from "./write-as-customer.ts";

/** One message of a chat that lies in the past. */
export type PastMessage = {
  readonly at: Date;
  /** Which message of the same chat it answers or reacts to, by its place in the list. */
  readonly about?: number;
} & (
  | { readonly from: "customer"; readonly message: PastCustomerMessage }
  | {
      readonly from: "business";
      readonly message: PastBusinessMessage;
      /** Statuses that came of it, at their time; the last one is the tick that the phone shows. */
      readonly statuses: ReadonlyArray<{
        readonly status: "sent" | "delivered" | "read" | "failed";
        readonly at: Date;
        readonly errorCode?: number;
      }>;
    }
);

/** Without the ids of other messages: `about` names them. */
export type PastCustomerMessage = CustomerMessage extends infer Message
  ? Message extends CustomerMessage
    ? Omit<Message, "replyTo" | "messageId" | "at">
    : never
  : never;

export type PastBusinessMessage =
  | { readonly type: "text"; readonly body: string }
  | {
      readonly type: "image" | "document";
      readonly bytes: Buffer;
      readonly mimeType: string;
      readonly caption?: string;
      readonly filename?: string;
    }
  | { readonly type: "template"; readonly rendered: RenderedTemplate };

export interface ImportedMessage {
  readonly wamid: string;
  /** The customer's message, or the statuses of one of the business. */
  readonly webhooks: readonly object[];
}

/**
 * Puts a chat of the past on a customer's phone, so that it can go on there: the business may answer within its
 * window, quote, react and be reacted to. Nothing is sent: the webhooks that Meta would have sent are returned.
 */
export async function importChat(
  sim: Simulation,
  customerId: string,
  messages: readonly PastMessage[],
): Promise<readonly ImportedMessage[]> {
  const customer = sim.state.get("customer", customerId);
  const number = sim.state.get("number", customer.phoneNumberId);
  const imported: ImportedMessage[] = [];
  for (const past of messages) {
    const about = past.about === undefined ? undefined : imported[past.about]?.wamid;
    const record = await recordOf(sim, number, customer, past, about);
    sim.state.put("message", record.wamid, record);
    if (record.type === "reaction") showReaction(sim, record);
    imported.push({ wamid: record.wamid, webhooks: webhooksOf(sim, number, customer, past, record) });
  }
  sim.feed.changed();
  return imported;
}

async function recordOf(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  past: PastMessage,
  about: string | undefined,
): Promise<MessageRecord> {
  const written =
    past.from === "customer"
      ? await writtenFrom(sim, customer, { ...past.message, ...aboutOf(past, about) } as CustomerMessage)
      : await writtenByBusiness(sim, number, past.message, about);
  const last = past.from === "customer" ? undefined : past.statuses.at(-1);
  return {
    wamid: mintWamid(customer.waId ?? customer.userId, past.from),
    customerId: customer.customerId,
    phoneNumberId: number.phoneNumberId,
    from: past.from,
    imported: true,
    at: past.at.getTime(),
    order: sim.state.nextOrder(),
    tick: past.from === "customer" ? "delivered" : (last?.status ?? "pending"),
    ...(last?.errorCode === undefined ? {} : { failureCode: last.errorCode }),
    ...written,
  };
}

function aboutOf(
  past: Extract<PastMessage, { from: "customer" }>,
  about: string | undefined,
): { replyTo?: string; messageId?: string } {
  if (about === undefined) return {};
  const isTap = ["reaction", "button", "button_reply", "list_reply"].includes(past.message.type);
  return isTap ? { messageId: about } : { replyTo: about };
}

async function writtenByBusiness(
  sim: Simulation,
  { phoneNumberId }: NumberRecord,
  message: PastBusinessMessage,
  about: string | undefined,
): Promise<Written & Pick<MessageRecord, "rendered">> {
  const context = about === undefined ? {} : { contextId: about };
  switch (message.type) {
    case "text":
      return { type: "text", content: { body: message.body }, ...context };
    case "template":
      return { type: "template", content: {}, rendered: message.rendered };
    case "image":
    case "document": {
      const { bytes, mimeType, caption, filename } = message;
      const media = await keepMedia(sim, { phoneNumberId, bytes, mimeType });
      const words = {
        ...(caption === undefined ? {} : { caption }),
        ...(filename === undefined ? {} : { filename }),
      };
      return { type: message.type, content: { ...words, id: media.mediaId }, ...context };
    }
  }
}

function showReaction(sim: Simulation, { content }: MessageRecord): void {
  const target = sim.state.find("message", String(content["message_id"]));
  if (target === undefined) return;
  const reactions = { ...target.reactions, customer: String(content["emoji"]) };
  sim.state.put("message", target.wamid, { ...target, reactions });
}

function webhooksOf(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  past: PastMessage,
  record: MessageRecord,
): object[] {
  if (past.from === "customer") return [inboundWebhook(sim, number, customer, record)];
  return past.statuses.map(({ status, at, errorCode }) => {
    const value = statusValue(number, customer, record, {
      status,
      atSeconds: Math.floor(at.getTime() / 1_000),
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    return webhookBody(number.wabaId, "messages", value);
  });
}
