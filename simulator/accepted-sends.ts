import type { MessageRecord } from "./records.ts";
import type { State } from "./state.ts";

/** A message of the business that was taken: it is on the customer's phone, whatever the caller was told. */
export interface AcceptedSend {
  /** Position in the simulator's life; grows. */
  readonly order: number;
  readonly phoneNumberId: string;
  readonly customerId: string;
  readonly wamid: string;
  /** `biz_opaque_callback_data`, when the caller gave one. */
  readonly callbackData?: string;
  readonly type: string;
  /** Meta's object of that type, as it was sent. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970, on the simulator's clock. */
  readonly at: number;
  readonly tick: MessageRecord["tick"];
}

export interface SendsQuery {
  readonly phoneNumberId?: string;
  /** Only those with a greater order. */
  readonly after?: number;
  readonly limit?: number;
}

/**
 * Every send that was accepted, once for each time, in order: the same callback data twice was accepted twice. With
 * bounds on the state only those that are still remembered.
 */
export function listAcceptedSends(state: State, query: SendsQuery = {}): AcceptedSend[] {
  const { phoneNumberId, after = 0, limit = Number.POSITIVE_INFINITY } = query;
  return state
    .list("message")
    .filter(
      (message) =>
        message.from === "business" &&
        message.imported === undefined &&
        message.order > after &&
        (phoneNumberId === undefined || message.phoneNumberId === phoneNumberId),
    )
    .toSorted((a, b) => a.order - b.order)
    .slice(0, limit)
    .map(acceptedSend);
}

function acceptedSend(message: MessageRecord): AcceptedSend {
  const { order, phoneNumberId, customerId, wamid, callbackData, type, content, at, tick } = message;
  return {
    ...{ order, phoneNumberId, customerId, wamid, type, content, at, tick },
    ...(callbackData === undefined ? {} : { callbackData }),
  };
}
