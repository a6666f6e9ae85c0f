import type { TextKey } from "../texts/translate.ts";

/** Why a message did not go or arrive, as the contract tells it. */
export interface Failure {
  readonly code: number | null;
  readonly reason: string;
}

/** What an agent can do about it; null where nothing helps from here. */
export type FailureFix = "check_number" | "choose_template" | "again" | null;

export type ReasonKey = Extract<TextKey, `reason.${string}`>;

/** Meta's codes by what they mean to an agent. Source: facts.md 2.5 (error table, 2025-12 and 2026). */
const REASON_BY_CODE: Readonly<Record<number, ReasonKey>> = {
  0: "reason.token_invalid",
  190: "reason.token_invalid",
  3: "reason.permission",
  10: "reason.permission",
  131005: "reason.permission",
  368: "reason.policy",
  131031: "reason.policy",
  130497: "reason.policy",
  4: "reason.rate_limited",
  80007: "reason.rate_limited",
  130429: "reason.rate_limited",
  131056: "reason.rate_limited",
  131048: "reason.spam",
  131047: "reason.window_closed",
  131026: "reason.not_on_whatsapp",
  131049: "reason.withheld",
  130472: "reason.withheld",
  131050: "reason.blocked",
  131042: "reason.payment",
  131051: "reason.invalid",
  100: "reason.invalid",
  131008: "reason.invalid",
  131009: "reason.invalid",
  131052: "reason.media",
  131053: "reason.media",
  137000: "reason.identity",
};

const REASON_BY_NAME: Readonly<Record<string, ReasonKey>> = {
  window_closed: "reason.window_closed",
  not_on_whatsapp: "reason.not_on_whatsapp",
  undeliverable: "reason.not_on_whatsapp",
  rate_limited: "reason.rate_limited",
  throttled: "reason.rate_limited",
  token_invalid: "reason.token_invalid",
  permission: "reason.permission",
  permission_missing: "reason.permission",
  policy: "reason.policy",
  account_locked: "reason.policy",
  account_restricted: "reason.policy",
  blocked: "reason.blocked",
  opted_out: "reason.blocked",
  withheld: "reason.withheld",
  spam: "reason.spam",
  spam_limited: "reason.spam",
  payment: "reason.payment",
  template: "reason.template",
  template_missing: "reason.template",
  template_invalid: "reason.template",
  template_paused: "reason.template",
  media: "reason.media",
  media_rejected: "reason.media",
  identity: "reason.identity",
  identity_changed: "reason.identity",
  unreachable: "reason.unreachable",
  invalid: "reason.invalid",
  invalid_request: "reason.invalid",
  expired: "reason.expired",
  number_disconnected: "reason.disconnected",
  disconnected: "reason.disconnected",
};

/** The text for a failure: by our reason first, then by Meta's code; undefined when neither says anything. */
export function findReason({ code, reason }: Failure): ReasonKey | undefined {
  if (Object.hasOwn(REASON_BY_NAME, reason)) return REASON_BY_NAME[reason];
  if (code === null) return undefined;
  if (code >= 132000 && code < 132100) return "reason.template";
  if (code >= 200 && code < 300) return "reason.permission";
  return REASON_BY_CODE[code];
}

export function findFix(failure: Failure): FailureFix {
  const reason = findReason(failure);
  if (reason === "reason.not_on_whatsapp") return "check_number";
  if (reason === "reason.window_closed" || reason === "reason.template") return "choose_template";
  if (reason === "reason.rate_limited" || reason === "reason.unreachable" || reason === "reason.media")
    return "again";
  return reason === undefined || reason === "reason.withheld" ? "again" : null;
}
