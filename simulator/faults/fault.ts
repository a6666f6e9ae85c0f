import { z } from "zod";

/** Calls of Wardroom that a fault may bend. */
export const OPERATIONS = [
  "send",
  "mark_read",
  "media_upload",
  "media_info",
  "media_download",
  "templates",
  "account",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** An hour. No round waits longer, and a forgotten fault ends with the process anyway. Ours. */
const milliseconds = z.int().min(0).max(3_600_000);
const httpStatus = z.int().min(200).max(599);
/** Whether a send counts all the same: the answer is lost, not the message. */
const accepted = z.boolean();

/** How Wardroom's call is answered. The first one that applies is taken; delays add up. */
const ANSWER_FAULTS = [
  /** An error in Meta's form; without `httpStatus` the one of Meta's page. */
  z.strictObject({
    kind: z.literal("refuse"),
    code: z.int().min(0).max(9_999_999),
    httpStatus: httpStatus.exactOptional(),
    subcode: z.int().min(0).max(9_999_999).exactOptional(),
  }),
  /** Taken, then a failed status with this code. */
  z.strictObject({ kind: z.literal("fail"), code: z.int().min(0).max(9_999_999) }),
  /** The connection stays open and silent. */
  z.strictObject({ kind: z.literal("no_answer"), accepted }),
  z.strictObject({ kind: z.literal("server_error"), httpStatus, accepted }),
  /** The connection ends at this stage: after the request was read, within the answer's head, within its body. */
  z.strictObject({
    kind: z.literal("cut_answer"),
    stage: z.enum(["before_answer", "mid_head", "mid_answer"]),
    accepted,
    how: z.enum(["reset", "close", "stall"]).default("reset"),
  }),
  z.strictObject({
    kind: z.literal("garbage"),
    form: z.enum([
      "not_json",
      "other_shape",
      "empty",
      "length_too_long",
      "length_too_short",
      "not_http",
      "huge",
      "endless",
    ]),
    accepted,
  }),
] as const;

/** The answer waits; whatever it is. `jitterMs`: and up to so much longer. */
const ANSWER_DELAY = z.strictObject({
  kind: z.literal("answer_delay"),
  ms: milliseconds,
  jitterMs: milliseconds.default(0),
});

/** A send is answered only when its statuses up to this one have been delivered, or after `maxWaitMs`. */
const STATUS_FIRST = z.strictObject({
  kind: z.literal("status_first"),
  upTo: z.enum(["sent", "delivered", "read"]).default("sent"),
  maxWaitMs: milliseconds.default(5_000),
});

/** The connection ends while the request arrives: its headers are read (so the number is known), its body is not. */
const REQUEST_CUT = z.strictObject({
  kind: z.literal("cut_request"),
  stage: z.enum(["before_body", "mid_body"]),
  how: z.enum(["reset", "close", "stall"]).default("reset"),
});

/** The connection ends before anybody can know whom it was for: for all numbers. */
const CONNECTION_CUT = z.strictObject({
  kind: z.literal("cut_connection"),
  stage: z.enum(["accept", "before_headers"]),
  how: z.enum(["reset", "close", "stall"]).default("reset"),
});

/** The number's access token opens nothing any more, and `debug_token` says so. */
const TOKEN = z.strictObject({
  kind: z.literal("token"),
  state: z.enum(["expired", "invalidated", "revoked", "logged_out", "malformed"]),
});

const MEDIA_FAULTS = [
  /** What a file is said to be when it is asked for by id: another sha256, another size. */
  z.strictObject({ kind: z.literal("wrong_media_hash") }),
  z.strictObject({ kind: z.literal("wrong_media_size") }),
  /** The sha256 in the webhook of the customer who sends the file. */
  z.strictObject({ kind: z.literal("wrong_webhook_hash") }),
  /** Other bytes than described, as many. */
  z.strictObject({ kind: z.literal("wrong_media_bytes") }),
  /** An address that answers 404 although it is young. They always do after five minutes. */
  z.strictObject({ kind: z.literal("media_address_expired") }),
] as const;

/** What happens to webhooks on their way to Wardroom. All that apply are applied, in this order. */
const WEBHOOK_FAULTS = [
  /** Nothing comes while this lasts, then all of it at once. */
  z.strictObject({ kind: z.literal("silence") }),
  /** Never brought. */
  z.strictObject({ kind: z.literal("lose") }),
  /** The times inside are so much older: 6 days, 9 days. Signed as always. */
  z.strictObject({
    kind: z.literal("age"),
    ms: z
      .int()
      .min(0)
      .max(366 * 24 * 3_600_000),
  }),
  /** With it comes a status of a message that nobody sent. */
  z.strictObject({ kind: z.literal("stray_status") }),
  /** So many times more, each on its own way. */
  z.strictObject({ kind: z.literal("duplicate"), copies: z.int().min(1).max(100).default(1) }),
  /** Later. Each customer's webhooks keep their order; `jitterMs` is drawn anew for each. */
  z.strictObject({ kind: z.literal("delay"), ms: milliseconds, jitterMs: milliseconds.default(0) }),
  /** So many are gathered and brought in another order, one after the other. */
  z.strictObject({
    kind: z.literal("reorder"),
    size: z.int().min(2).max(1_000).default(8),
    maxWaitMs: milliseconds.default(200),
    order: z.enum(["shuffled", "reversed"]).default("shuffled"),
  }),
  /** So many updates, of whatever accounts, in one POST. */
  z.strictObject({
    kind: z.literal("batch"),
    size: z.int().min(2).max(1_000).default(1_000),
    maxWaitMs: milliseconds.default(50),
  }),
] as const;

export const FAULT = z.discriminatedUnion("kind", [
  ...ANSWER_FAULTS,
  ANSWER_DELAY,
  STATUS_FIRST,
  REQUEST_CUT,
  CONNECTION_CUT,
  TOKEN,
  ...MEDIA_FAULTS,
  ...WEBHOOK_FAULTS,
]);

/** When a rule strikes among the things it could strike. All that is given must hold. */
const WHEN = z.strictObject({
  /** Spares so many first. */
  skip: z.int().min(0).max(1_000_000).exactOptional(),
  /** Only each so-manieth of the rest: 7 spares six and strikes the seventh. */
  every: z.int().min(1).max(1_000_000).exactOptional(),
  /** Drawn for each, from the rule's own seeded numbers. */
  probability: z.number().min(0).max(1).exactOptional(),
  /** Ends after so many strikes. */
  times: z.int().min(1).max(1_000_000).exactOptional(),
  /** Ends after so long, in real time. */
  forMs: z
    .int()
    .min(1)
    .max(24 * 3_600_000)
    .exactOptional(),
});

export const FAULT_RULE = z
  .strictObject({
    /** Phone number id, customer id or account (WABA) id. Everybody, unless told. */
    target: z.string().min(1).max(200).exactOptional(),
    fault: FAULT,
    /** Calls that it bends. Sending only, unless told; faults of tokens and files have theirs. */
    operations: z.array(z.enum(OPERATIONS)).min(1).exactOptional(),
    /** Webhooks that it bends: those with customers' messages, those with statuses, others. All, unless told. */
    updates: z
      .array(z.enum(["messages", "statuses", "others"]))
      .min(1)
      .exactOptional(),
    when: WHEN.exactOptional(),
  })
  .refine(
    ({ fault, target }) => fault.kind !== "cut_connection" || target === undefined,
    "a connection is cut before anybody knows whom it is for: it takes no target",
  );

export type FaultRule = z.input<typeof FAULT_RULE>;
export type ReadFaultRule = z.output<typeof FAULT_RULE>;
export type Fault = z.output<typeof FAULT>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;
export type When = z.output<typeof WHEN>;
export type UpdateKind = "messages" | "statuses" | "others";

export const ANSWER_KINDS = [
  "refuse",
  "fail",
  "no_answer",
  "server_error",
  "cut_answer",
  "garbage",
] as const satisfies FaultKind[];
export type WebhookFault = z.output<(typeof WEBHOOK_FAULTS)[number]>;
export type AnswerFault = FaultOf<(typeof ANSWER_KINDS)[number]>;
export type Ending = "reset" | "close" | "stall";
