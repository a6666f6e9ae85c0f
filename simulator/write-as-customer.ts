import type { CustomerMessage } from "./customer-message.ts";
import { wrongHash } from "./faults/wrong-media.ts";
import { keepMedia } from "./keep-media.ts";
import { mediaAddress } from "./media-address.ts";
import { mintWamid } from "./meta-ids.ts";
import type { CustomerRecord, MessageRecord, NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { inboundValue, senderOf, webhookBody } from "./webhook-bodies.ts";

export type Written = Pick<MessageRecord, "type" | "content" | "contextId">;

/** A message of the customer: kept on the phone, then on its way to Wardroom as a webhook. */
export async function writeAsCustomer(
  sim: Simulation,
  customerId: string,
  input: CustomerMessage,
): Promise<{ wamid: string }> {
  const customer = sim.state.get("customer", customerId);
  const number = sim.state.get("number", customer.phoneNumberId);
  const written = await writtenFrom(sim, customer, input);
  const message: MessageRecord = {
    wamid: mintWamid(customer.waId ?? customer.userId, "customer"),
    customerId,
    phoneNumberId: number.phoneNumberId,
    from: "customer",
    at: input.at?.getTime() ?? sim.now(),
    order: sim.state.nextOrder(),
    tick: "sent",
    ...written,
  };
  sim.state.put("message", message.wamid, message);
  if (input.type === "reaction") putReaction(sim, input.messageId, input.emoji);
  deliver(sim, number, customer, message);
  sim.feed.changed();
  return { wamid: message.wamid };
}

function deliver(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  message: MessageRecord,
): void {
  sim.delivery.enqueue({
    number,
    orderKey: customer.customerId,
    field: "messages",
    label: `messages · ${message.type}`,
    body: inboundWebhook(sim, number, customer, message),
    wamid: message.wamid,
  });
}

/** The webhook that brings a customer's message. */
export function inboundWebhook(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  message: MessageRecord,
): Record<string, unknown> {
  const value = inboundValue(number, customer, {
    ...senderOf(customer),
    id: message.wamid,
    timestamp: String(Math.floor(message.at / 1_000)),
    type: message.type,
    ...(message.contextId === undefined
      ? {}
      : { context: { from: contextAuthor(sim, message), id: message.contextId } }),
    ...(message.type === "contacts" ? message.content : { [message.type]: message.content }),
  });
  return webhookBody(number.wabaId, "messages", value);
}

/** Who wrote the message that is answered: the business's number, or the customer's own. */
function contextAuthor(sim: Simulation, message: MessageRecord): string {
  const answered = sim.state.find("message", message.contextId ?? "");
  const customer = sim.state.get("customer", message.customerId);
  if (answered?.from === "customer") return customer.waId ?? customer.userId;
  return sim.state.get("number", message.phoneNumberId).phone.slice(1);
}

function putReaction(sim: Simulation, wamid: string, emoji: string): void {
  const target = sim.state.find("message", wamid);
  if (target === undefined) return;
  sim.state.put("message", wamid, { ...target, reactions: { ...target.reactions, customer: emoji } });
}

/** What a message says, in Meta's form; its file is kept. */
export async function writtenFrom(
  sim: Simulation,
  customer: CustomerRecord,
  input: CustomerMessage,
): Promise<Written> {
  const context = input.replyTo === undefined ? {} : { contextId: input.replyTo };
  switch (input.type) {
    case "text":
      return { type: "text", content: { body: input.body }, ...context };
    case "location":
      return {
        type: "location",
        content: pick(input, ["latitude", "longitude", "name", "address"]),
        ...context,
      };
    case "contacts":
      return { type: "contacts", content: { contacts: input.contacts }, ...context };
    case "reaction":
      return { type: "reaction", content: { message_id: input.messageId, emoji: input.emoji } };
    case "button":
      return { type: "button", content: pick(input, ["payload", "text"]), contextId: input.messageId };
    case "button_reply":
    case "list_reply": {
      const reply = pick(input, ["id", "title", "description"]);
      return {
        type: "interactive",
        content: { type: input.type, [input.type]: reply },
        contextId: input.messageId,
      };
    }
    case "image":
    case "video":
    case "sticker":
    case "audio":
    case "document":
      return { type: input.type, content: await mediaContent(sim, customer, input), ...context };
  }
}

async function mediaContent(
  sim: Simulation,
  customer: CustomerRecord,
  input: Extract<CustomerMessage, { bytes: Buffer }>,
): Promise<Record<string, unknown>> {
  const { phoneNumberId } = customer;
  const media = await keepMedia(sim, { phoneNumberId, bytes: input.bytes, mimeType: input.mimeType });
  const targets = [customer.customerId, phoneNumberId, sim.state.get("number", phoneNumberId).wabaId];
  const isHashWrong = sim.faults.take(["wrong_webhook_hash"], { targets }) !== undefined;
  const sha256Hex = isHashWrong ? wrongHash(media.sha256Hex) : media.sha256Hex;
  return {
    ...pick(input, ["caption", "filename"]),
    mime_type: input.mimeType,
    sha256: Buffer.from(sha256Hex, "hex").toString("base64"),
    id: media.mediaId,
    url: mediaAddress(sim.origin(), sim.state.get("app", "app").mediaSecret, media.mediaId, sim.now()),
    ...(input.type === "audio" ? { voice: input.voice ?? false } : {}),
  };
}

function pick(source: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    keys.map((key) => [key, Reflect.get(source, key)] as const).filter(([, value]) => value !== undefined),
  );
}
