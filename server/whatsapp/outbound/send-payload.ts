import { z } from "zod";

/** Whom to write to. At least one is known; the number wins at Meta where both are given (facts.md, 2.1). */
const recipient = z
  .strictObject({ waId: z.string().nullable(), userId: z.string().nullable() })
  .refine(({ waId, userId }) => waId !== null || userId !== null);

/** A parameter of a template, as Meta's request names it; `media` is a file of ours that Meta gets an id for. */
const templateParameter = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string(), parameter_name: z.string().optional() }),
  z.strictObject({ type: z.literal("payload"), payload: z.string() }),
  z.strictObject({ type: z.literal("coupon_code"), coupon_code: z.string() }),
  z.strictObject({
    type: z.literal("media"),
    format: z.enum(["image", "video", "document"]),
    mediaId: z.string(),
    fileName: z.string().nullable(),
  }),
]);

const templateComponent = z.strictObject({
  type: z.enum(["header", "body", "button"]),
  sub_type: z.enum(["quick_reply", "url", "copy_code"]).optional(),
  index: z.string().optional(),
  parameters: z.array(templateParameter),
});

/**
 * What a row of the outbox carries, sealed. It stays readable for as long as rows of it may lie in a database:
 * fields may be added with a default, never renamed.
 */
export const sendPayload = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("text"),
    to: recipient,
    text: z.string(),
    previewUrl: z.boolean().default(false),
    replyToWamid: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("reaction"),
    to: recipient,
    targetWamid: z.string(),
    /** Null takes the reaction back. */
    emoji: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("media"),
    to: recipient,
    type: z.enum(["image", "video", "audio", "document", "sticker"]),
    /** Of whatsapp_media; Meta's id for it is got when it is sent. */
    mediaId: z.string(),
    caption: z.string().nullable(),
    fileName: z.string().nullable(),
    voice: z.boolean().default(false),
    replyToWamid: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("template"),
    to: recipient,
    name: z.string(),
    language: z.string(),
    components: z.array(templateComponent),
  }),
  z.strictObject({
    kind: z.literal("read_receipt"),
    /** The newest message that was seen; Meta marks the earlier ones, too. */
    wamid: z.string(),
    /** Show that we write, for at most 25 seconds. */
    typing: z.boolean(),
  }),
]);

export type SendPayload = z.output<typeof sendPayload>;
/** As a caller may give it: defaults left out. */
export type SendInput = z.input<typeof sendPayload>;
export type Recipient = z.output<typeof recipient>;
export type TemplateComponent = z.output<typeof templateComponent>;
export type TemplateParameter = z.output<typeof templateParameter>;

/** The files of ours that Meta must hold before this can be sent. */
export function mediaOf(payload: SendPayload): string[] {
  if (payload.kind === "media") return [payload.mediaId];
  if (payload.kind !== "template") return [];
  return payload.components.flatMap(({ parameters }) =>
    parameters.flatMap((parameter) => (parameter.type === "media" ? [parameter.mediaId] : [])),
  );
}
