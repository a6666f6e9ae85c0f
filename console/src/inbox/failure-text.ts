import type { English } from "../texts/en.ts";

/** Why a message did not go or arrive, as the contract tells it. */
export interface Failure {
  /** Meta's. */
  readonly code: number | null;
  /** One of docs/errors.md, "Sending". */
  readonly reason: string;
}

export type ReasonKey = Extract<keyof English, `reason.${string}`>;

/** What an agent can do about it from here; null where nothing of theirs helps. */
export type FailureFix = "check_number" | "choose_template" | "again" | null;

const FIXES: Readonly<Record<string, Exclude<FailureFix, null>>> = {
  not_on_whatsapp: "check_number",
  window_closed: "choose_template",
  template_invalid: "choose_template",
  template_unavailable: "choose_template",
  identity_changed: "again",
  media_refused: "again",
  media_unavailable: "again",
  meta_unavailable: "again",
  meta_withheld: "again",
  no_answer: "again",
  not_sent: "again",
  number_disconnected: "again",
  rate_limited: "again",
  recipient_rate_limited: "again",
  restarted: "again",
  unknown_refusal: "again",
  unreachable: "again",
};

export function findFix({ reason }: Failure): FailureFix {
  return Object.hasOwn(FIXES, reason) ? (FIXES[reason] ?? null) : null;
}

/** Which words stand for a refusal of our own server, by its code. */
export function reasonOfRefusal(code: string): ReasonKey {
  if (code === "inbox.window_closed") return "reason.window_closed";
  if (code === "inbox.number_disconnected" || code === "whatsapp.number_disconnected")
    return "reason.number_disconnected";
  if (code === "inbox.no_address") return "reason.no_address";
  if (code === "inbox.no_message") return "reason.no_message";
  if (
    ["inbox.no_conversation", "inbox.not_your_chat", "inbox.take_first", "inbox.reason_needed"].includes(code)
  )
    return "reason.not_your_chat";
  if (["template.not_found", "template.not_approved", "template.not_sendable"].includes(code))
    return "reason.template_unavailable";
  if (code.startsWith("template.")) return "reason.template_invalid";
  if (code === "media.upload_not_found" || code === "media.gone") return "reason.fileGone";
  if (code.startsWith("media.")) return "reason.file";
  return code.startsWith("session.") ? "reason.signedOut" : "reason.refusedHere";
}
