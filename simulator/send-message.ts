import type { Delays } from "./behaviour.ts";
import { addCustomer } from "./customer.ts";
import type { AnswerFault } from "./faults/fault.ts";
import { GraphError } from "./graph-error.ts";
import type { OutboundMessage } from "./message-shape.ts";
import { mintWamid } from "./meta-ids.ts";
import { readablePhone, waIdFrom } from "./phone-numbers.ts";
import type {
  CustomerRecord,
  MessageRecord,
  NumberRecord,
  RenderedTemplate,
  TemplateRecord,
} from "./records.ts";
import { isServiceWindowOpen } from "./service-window.ts";
import type { Simulation } from "./simulation.ts";
import { renderTemplate } from "./template-rules.ts";

const IDENTITY_MISMATCH = 137000;
const AT_ONCE: Delays = { sentMs: 0, deliveredMs: 0, readMs: 0 };

export interface TakenMessage {
  readonly number: NumberRecord;
  readonly customer: CustomerRecord;
  readonly message: OutboundMessage;
  /** What is to become of it, when something is. */
  readonly fault: AnswerFault | undefined;
  /** Its statuses come at once. */
  readonly isHurried: boolean;
}

/** Takes a message of the business as Meta's rules say: it is on the phone, and its statuses are on their way. */
export function takeMessage(sim: Simulation, taken: TakenMessage): MessageRecord {
  const { number, customer, message } = taken;
  const accepted = accept(sim, number, customer, message);
  const usual = sim.behaviours.delaysFor([customer.customerId, number.phoneNumberId], sim.delays);
  planStatuses(sim, accepted, taken.isHurried ? AT_ONCE : usual, failureOf(taken));
  sim.presence.businessWrote(customer.customerId);
  sim.feed.changed();
  return accepted;
}

/** A phone that nobody plays yet gets a customer of its own: the page shows it, and somebody can answer there. */
export function resolveRecipient(
  sim: Simulation,
  number: NumberRecord,
  { base }: OutboundMessage,
): CustomerRecord {
  if (base.recipient_type === "group")
    throw new GraphError(131009, { details: "The simulator has no groups" });
  if (base.to === undefined) {
    const known = sim.state.findCustomerByAddress(number.phoneNumberId, base.recipient ?? "");
    if (known === undefined) throw new GraphError(131026, { details: "Message undeliverable" });
    return known;
  }
  const waId = waIdFrom(base.to, number.phone);
  if (waId === undefined) throw new GraphError(100, { details: "Param to is not a valid phone number" });
  if (waId === number.phone.slice(1)) throw new GraphError(131021);
  return (
    sim.state.findCustomerByAddress(number.phoneNumberId, waId) ??
    addCustomer(sim, { phoneNumberId: number.phoneNumberId, name: readablePhone(waId), phone: `+${waId}` })
  );
}

function accept(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  message: OutboundMessage,
): MessageRecord {
  const { base, type, content } = message;
  const template = type === "template" ? renderFrom(sim, number, message) : undefined;
  const windowOpen =
    sim.serviceWindow === "always_open" ||
    isServiceWindowOpen(sim.state.findLastInboundAt(customer.customerId), sim.now());
  if (template === undefined && !windowOpen) {
    throw new GraphError(131047, {
      details:
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    });
  }
  if (type === "reaction") putReaction(sim, customer, content);
  checkMedia(sim, number, type, content);
  const record: MessageRecord = {
    wamid: mintWamid(
      customer.businessScopedOnly ? customer.userId : (customer.waId ?? customer.userId),
      "business",
    ),
    customerId: customer.customerId,
    phoneNumberId: number.phoneNumberId,
    from: "business",
    at: sim.now(),
    order: sim.state.nextOrder(),
    type,
    content,
    tick: "pending",
    pricing: pricingOf(template, windowOpen),
    ...(template === undefined ? {} : { rendered: template }),
    ...(base.context === undefined ? {} : { contextId: base.context.message_id }),
    ...(base.biz_opaque_callback_data === undefined ? {} : { callbackData: base.biz_opaque_callback_data }),
  };
  sim.state.put("message", record.wamid, record);
  return record;
}

function renderFrom(
  sim: Simulation,
  number: NumberRecord,
  { base, content }: OutboundMessage,
): RenderedTemplate {
  const language = (content["language"] as { code: string }).code;
  const template = sim.state
    .list("template")
    .find(
      (candidate) =>
        candidate.wabaId === number.wabaId &&
        candidate.name === content["name"] &&
        candidate.language === language,
    );
  if (template === undefined)
    throw new GraphError(132001, { details: "template name does not exist in the translation" });
  checkTemplateStatus(template);
  if (template.category === "AUTHENTICATION" && base.to === undefined) throw new GraphError(131062);
  return renderTemplate(template, (content["components"] ?? []) as Record<string, unknown>[]);
}

function checkTemplateStatus(template: TemplateRecord): void {
  if (template.status === "APPROVED") return;
  if (template.status === "PAUSED")
    throw new GraphError(132015, { details: "Template is paused due to low quality" });
  if (template.status === "DISABLED") throw new GraphError(132016, { details: "Template is disabled" });
  throw new GraphError(132001, { details: "template is not approved" });
}

function checkMedia(
  sim: Simulation,
  number: NumberRecord,
  type: string,
  content: Record<string, unknown>,
): void {
  if (!["image", "video", "audio", "document", "sticker"].includes(type)) return;
  const mediaId = content["id"];
  if (typeof mediaId !== "string") return; // by link: the simulator never fetches from outside
  if (sim.state.find("media", mediaId)?.phoneNumberId !== number.phoneNumberId) {
    throw new GraphError(131009, { details: `Param ${type}['id'] is not a valid media id of this number` });
  }
}

function putReaction(sim: Simulation, customer: CustomerRecord, content: Record<string, unknown>): void {
  const target = sim.state.find("message", String(content["message_id"]));
  if (target?.customerId !== customer.customerId)
    throw new GraphError(131009, { details: "Param reaction['message_id'] is not known" });
  const reactions = { ...target.reactions, business: String(content["emoji"]) };
  sim.state.put("message", target.wamid, { ...target, reactions });
}

function pricingOf(template: RenderedTemplate | undefined, windowOpen: boolean): Record<string, unknown> {
  const isFree = template === undefined || (template.category === "UTILITY" && windowOpen);
  return {
    billable: !isFree,
    pricing_model: "PMP",
    type: isFree ? "free_customer_service" : "regular",
    category: template === undefined ? "service" : template.category.toLowerCase(),
  };
}

function failureOf({ fault, message: { base }, number, customer }: TakenMessage): number | undefined {
  if (fault?.kind === "fail") return fault.code;
  const expected = base.recipient_identity_key_hash;
  const mismatch = number.identityCheck && expected !== undefined && expected !== customer.identityHash;
  return mismatch ? IDENTITY_MISMATCH : undefined;
}

function planStatuses(
  sim: Simulation,
  message: MessageRecord,
  delays: Delays,
  failureCode: number | undefined,
): void {
  if (failureCode !== undefined) {
    sim.statuses.plan(message.wamid, { status: "failed", delayMs: delays.sentMs, errorCode: failureCode });
    return;
  }
  sim.statuses.plan(message.wamid, { status: "sent", delayMs: delays.sentMs });
  sim.statuses.plan(message.wamid, {
    status: "delivered",
    delayMs: delays.deliveredMs,
    readAfterMs: Math.max(0, delays.readMs - delays.deliveredMs),
  });
}

/** The answer to a message that was taken. */
export function receiptOf({ base }: OutboundMessage, customer: CustomerRecord, wamid: string): object {
  const byPhone = base.to !== undefined && !customer.businessScopedOnly;
  return {
    messaging_product: "whatsapp",
    contacts: [
      {
        input: base.to ?? base.recipient,
        ...(byPhone ? { wa_id: customer.waId } : {}),
        user_id: customer.userId,
      },
    ],
    messages: [{ id: wamid }],
  };
}
