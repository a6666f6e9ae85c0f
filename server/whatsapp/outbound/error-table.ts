/**
 * What to do when Meta refuses a message, by its error code.
 *
 * Source: Meta, "Error codes", copy of 2025-12-12 (its edition of 2026-05-15 was readable in its head only):
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 * Groups from elsewhere name their page. The HTTP status is the page's; spec samples print 429 where the page
 * says 400 (facts.md, 0.2), so only 4xx against 5xx is looked at, and the code decides.
 */

/**
 * - retry: Meta took nothing; the same row goes out again, later.
 * - in_doubt: it may have gone out; a status settles it, or a person.
 * - stop: nothing of this number will pass; the row waits with all others until that is mended.
 * - tell: this message will never pass; its author is told why.
 */
export type SendAction = "retry" | "in_doubt" | "stop" | "tell";

/** Our words for it. docs/errors.md, "Sending", says each in a sentence. */
export type SendReason =
  | "account_blocked"
  | "bad_request"
  | "blocked_by_us"
  | "country_restricted"
  | "display_name_pending"
  | "flow_unavailable"
  | "identity_changed"
  | "marketing_stopped"
  | "media_refused"
  | "meta_unavailable"
  | "meta_withheld"
  | "not_on_whatsapp"
  | "not_registered"
  | "not_supported"
  | "payment_needed"
  | "permission_missing"
  | "quality_limited"
  | "rate_limited"
  | "recipient_rate_limited"
  | "storage_settings"
  | "template_invalid"
  | "template_unavailable"
  | "token_invalid"
  | "two_step_pin"
  | "unknown_refusal"
  | "window_closed";

export interface SendRule {
  readonly action: SendAction;
  readonly reason: SendReason;
  /** Someone who runs the workspace should hear of it. */
  readonly alarm?: true;
  /** The page's HTTP status is a 5xx: such an answer with this code is a refusal all the same. */
  readonly serverStatus?: true;
}

const stop = (reason: SendReason): SendRule => ({ action: "stop", reason, alarm: true });
const tell = (reason: SendReason): SendRule => ({ action: "tell", reason });
const tellAll = (reason: SendReason): SendRule => ({ action: "tell", reason, alarm: true });
const retry = (reason: SendReason): SendRule => ({ action: "retry", reason });
const inDoubt: SendRule = { action: "in_doubt", reason: "meta_unavailable" };
const as5xx = (rule: SendRule): SendRule => ({ ...rule, serverStatus: true });

const RULES: ReadonlyMap<number, SendRule> = new Map([
  // The token. 190 with subcodes 463 (expired) and 460 (password changed).
  [0, stop("token_invalid")],
  [104, stop("token_invalid")],
  [190, stop("token_invalid")],

  // Rights and assets. 200 to 299: see `ruleFor`.
  [3, as5xx(stop("permission_missing"))],
  [10, stop("permission_missing")],
  [131005, stop("permission_missing")],
  [33, stop("not_registered")], // the number was deleted

  // Blocks and money.
  [368, stop("account_blocked")],
  [131031, stop("account_blocked")],
  [131042, stop("payment_needed")],
  [134011, stop("payment_needed")],
  [130497, tellAll("country_restricted")],
  [131037, stop("display_name_pending")],

  // Throttles: refused before anything was taken.
  [4, retry("rate_limited")],
  [80007, retry("rate_limited")],
  [130429, retry("rate_limited")],
  [131057, as5xx(retry("rate_limited"))], // throughput upgrade, at most a minute
  [131056, retry("recipient_rate_limited")],
  [131048, tellAll("quality_limited")], // again and again would make it worse

  // Meta's own trouble: the message may have gone out.
  [1, inDoubt],
  [2, inDoubt],
  [131000, inDoubt],
  [131016, inDoubt],
  [133004, inDoubt],
  [135000, inDoubt], // "generic user error": nothing says that it was refused before sending

  // The request.
  [100, tell("bad_request")],
  [131008, tell("bad_request")],
  [131009, tell("bad_request")],
  [131021, tell("bad_request")],
  [131051, tell("not_supported")],
  [131055, tell("not_supported")],
  [131059, tell("bad_request")], // changelog, v24: a cursor; not of sending

  // The recipient.
  [131026, tell("not_on_whatsapp")],
  [131047, tell("window_closed")],
  [131049, tell("meta_withheld")],
  [130472, tell("meta_withheld")],
  [131050, tell("marketing_stopped")],
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids, 2026-03-31
  [131062, tell("not_supported")],
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers, 2026-02-27
  [137000, tell("identity_changed")],
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users
  [139100, tell("bad_request")],
  [130403, tell("blocked_by_us")], // third party: vaam-apps/meta-whatsapp-rs, 2026-09

  // Files.
  [131052, tell("media_refused")],
  [131053, tell("media_refused")],
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/no-storage
  [131035, tellAll("storage_settings")],
  [131036, tellAll("storage_settings")],

  // Templates and flows.
  [132000, tell("template_invalid")],
  [132005, tell("template_invalid")],
  [132007, tell("template_invalid")],
  [132012, tell("template_invalid")],
  [132018, tell("template_invalid")],
  [132001, tell("template_unavailable")],
  [132015, tell("template_unavailable")],
  [132016, tell("template_unavailable")],
  [134101, tell("template_unavailable")],
  [134102, as5xx(tell("template_unavailable"))],
  [131064, tellAll("template_unavailable")], // third party: vaam-apps/meta-whatsapp-rs, 2026-09
  [132068, tell("flow_unavailable")],
  [132069, tell("flow_unavailable")],
  [134100, tell("not_supported")],
  [131063, tell("not_supported")], // third party: vaam-apps/meta-whatsapp-rs, 2026-09

  // Registration and the two-step PIN: nothing passes until somebody mends it, and trying again makes it worse.
  [131045, as5xx(stop("not_registered"))],
  [133000, as5xx(stop("not_registered"))],
  [133006, stop("not_registered")],
  [133010, stop("not_registered")],
  [133015, stop("not_registered")],
  [133016, stop("not_registered")],
  [133005, stop("two_step_pin")],
  [133008, stop("two_step_pin")],
  [133009, stop("two_step_pin")],
  // https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account-to-number-current-status/
  [136024, stop("not_registered")],
  [136025, stop("not_registered")],
]);

/** The rule for a code, or undefined for one that Meta had not listed when this was written. */
export function ruleFor(code: number): SendRule | undefined {
  if (code >= 200 && code <= 299) return stop("permission_missing");
  return RULES.get(code);
}

/**
 * What an error answer to a send means. An unlisted code of a 4xx is a refusal. A 5xx is in doubt, unless the page
 * gives this very code a 5xx and a meaning that excludes it.
 */
export function decideOnRefusal(code: number, httpStatus: number): SendRule {
  const rule = ruleFor(code);
  if (httpStatus >= 500 && rule?.serverStatus !== true) return inDoubt;
  return rule ?? tell("unknown_refusal");
}

/** Our word for a code that came in a failed status, where there is nothing left to decide. */
export function reasonFor(code: number): SendReason {
  return ruleFor(code)?.reason ?? "unknown_refusal";
}
