import { z } from "zod";
import { HttpFailure } from "../../platform/http-failure.ts";
import { GraphError, UnreadableAnswer } from "../graph-error.ts";
import { decideOnRefusal, type SendAction } from "./error-table.ts";
import type { SendFailure } from "./outbox.ts";

/** What one attempt came to. */
export type Outcome =
  | {
      readonly kind: "accepted";
      /** Null for a read receipt. */
      readonly wamid: string | null;
      readonly recipient: { readonly waId: string | null; readonly userId: string | null } | null;
    }
  | { readonly kind: "failed" | "in_doubt"; readonly failure: SendFailure; readonly alarm: boolean }
  /** Nothing was taken: it goes out again. `holds`: what has to wait with it. */
  | {
      readonly kind: "again";
      readonly failure: SendFailure;
      readonly holds: "contact" | "number";
      /** Where Meta said how long, in ms. */
      readonly waitMs: number | null;
    }
  /** Nothing was taken, and nothing of this number will pass until somebody mends it. */
  | { readonly kind: "stopped"; readonly failure: SendFailure };

/** A success names the message. `held_for_quality_assessment` and `paused` are Meta's to resolve: it has them. */
const sendAnswer = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1) })], z.unknown()),
  contacts: z
    .array(z.object({ wa_id: z.string().nullish(), user_id: z.string().nullish() }))
    .optional()
    .catch(undefined),
});
const readAnswer = z.object({ success: z.literal(true) });

/** A 200 that names no message is in doubt: somebody may have answered in Meta's place, or Meta changed its form. */
export function outcomeOfAnswer(kind: "message" | "read_receipt", answer: unknown): Outcome {
  if (kind === "read_receipt") {
    return readAnswer.safeParse(answer).success
      ? { kind: "accepted", wamid: null, recipient: null }
      : inDoubt("no_answer");
  }
  const parsed = sendAnswer.safeParse(answer);
  if (!parsed.success) return inDoubt("no_answer");
  const contact = parsed.data.contacts?.[0];
  return {
    kind: "accepted",
    wamid: parsed.data.messages[0].id,
    recipient:
      contact === undefined ? null : { waId: contact.wa_id ?? null, userId: contact.user_id ?? null },
  };
}

/** What a call that threw means for the message. An error of ours is rethrown: it says nothing about Meta. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof HttpFailure) {
    return error.stage === "not_sent"
      ? { kind: "again", failure: { code: null, reason: "unreachable" }, holds: "number", waitMs: null }
      : inDoubt("no_answer");
  }
  if (error instanceof UnreadableAnswer) {
    // A bare 429 is refused at the edge, before any of Meta's logic.
    return error.httpStatus === 429
      ? { kind: "again", failure: { code: null, reason: "rate_limited" }, holds: "number", waitMs: null }
      : inDoubt("no_answer");
  }
  if (error instanceof GraphError) return outcomeOfRefusal(error);
  throw error;
}

function inDoubt(reason: string): Outcome {
  return { kind: "in_doubt", failure: { code: null, reason }, alarm: false };
}

function outcomeOfRefusal(error: GraphError): Outcome {
  const rule = decideOnRefusal(error.code, error.httpStatus);
  const failure = { code: error.code, reason: rule.reason, title: error.title, details: error.details };
  const kinds: Record<SendAction, () => Outcome> = {
    tell: () => ({ kind: "failed", failure, alarm: rule.alarm === true }),
    in_doubt: () => ({ kind: "in_doubt", failure, alarm: false }),
    stop: () => ({ kind: "stopped", failure }),
    retry: () => ({
      kind: "again",
      failure,
      holds: rule.reason === "recipient_rate_limited" ? "contact" : "number",
      waitMs: error.regainAccessMs,
    }),
  };
  return kinds[rule.action]();
}
