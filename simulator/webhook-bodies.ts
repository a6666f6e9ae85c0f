import { webhookError } from "./graph-error.ts";
import type { CustomerRecord, MessageRecord, NumberRecord } from "./records.ts";

/** The envelope of Meta's webhooks (facts.md, 1.4). `timeSeconds` belongs to account fields only. */
export function webhookBody(
  wabaId: string,
  field: string,
  value: object,
  timeSeconds?: number,
): Record<string, unknown> {
  return {
    object: "whatsapp_business_account",
    entry: [
      {
        id: wabaId,
        ...(timeSeconds === undefined ? {} : { time: timeSeconds }),
        changes: [{ value, field }],
      },
    ],
  };
}

/** A message of a customer, with the contact as Meta shows it to this business. */
export function inboundValue(number: NumberRecord, customer: CustomerRecord, message: object): object {
  return { ...head(number), contacts: [contactOf(number, customer)], messages: [message] };
}

/** Without `contacts`, as Meta sends changes of number and id (facts.md, 1.8). */
export function systemValue(number: NumberRecord, message: object): object {
  return { ...head(number), messages: [message] };
}

export function statusValue(
  number: NumberRecord,
  customer: CustomerRecord,
  message: MessageRecord,
  status: { status: string; atSeconds: number; errorCode?: number },
): object {
  const priced = status.status === "sent" || status.status === "delivered";
  return {
    ...head(number),
    statuses: [
      {
        id: message.wamid,
        status: status.status,
        timestamp: String(status.atSeconds),
        ...(customer.businessScopedOnly ? {} : { recipient_id: customer.waId }),
        recipient_user_id: customer.userId,
        ...(number.identityCheck ? { recipient_identity_key_hash: customer.identityHash } : {}),
        ...(message.callbackData === undefined ? {} : { biz_opaque_callback_data: message.callbackData }),
        ...(priced && message.pricing !== undefined ? { pricing: message.pricing } : {}),
        ...(status.errorCode === undefined ? {} : { errors: [webhookError(status.errorCode)] }),
      },
    ],
  };
}

/** Who wrote: the phone is left out for people whom the business knows only by their business-scoped id. */
export function senderOf(customer: CustomerRecord): object {
  return {
    ...(customer.businessScopedOnly ? {} : { from: customer.waId }),
    from_user_id: customer.userId,
  };
}

function contactOf(number: NumberRecord, customer: CustomerRecord): object {
  return {
    profile: {
      name: customer.name,
      ...(customer.username === undefined ? {} : { username: customer.username }),
    },
    ...(customer.businessScopedOnly ? {} : { wa_id: customer.waId }),
    user_id: customer.userId,
    ...(number.identityCheck ? { identity_key_hash: customer.identityHash } : {}),
  };
}

function head(number: NumberRecord): object {
  return {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: number.phone.slice(1), phone_number_id: number.phoneNumberId },
  };
}
