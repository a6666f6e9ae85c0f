import { z } from "zod";
import type { CustomerMessage } from "./customer-message.ts";
import { PHONE_ANSWERS, type PhoneAnswer } from "./phone-answers.ts";
import { PhoneRefusal } from "./phone-refusal.ts";

const wamid = z.string().min(1).max(300);
const replyTo = wamid.optional();
const line = (limit: number) => z.string().trim().min(1).max(limit);

/** What the page may send as JSON; files come as raw bodies. Own limits are Meta's or a sensible screenful. */
const MESSAGE = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), body: z.string().min(1).max(65_536), replyTo }),
  z.strictObject({
    type: z.literal("location"),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: line(200).optional(),
    address: line(400).optional(),
    replyTo,
  }),
  z.strictObject({ type: z.literal("reaction"), messageId: wamid, emoji: z.string().max(64) }),
  z.strictObject({
    type: z.literal("button_reply"),
    messageId: wamid,
    id: z.string().max(256),
    title: z.string().max(256),
  }),
  z.strictObject({
    type: z.literal("list_reply"),
    messageId: wamid,
    id: z.string().max(256),
    title: z.string().max(256),
    description: z.string().max(256).optional(),
  }),
  z.strictObject({
    type: z.literal("button"),
    messageId: wamid,
    payload: z.string().max(256),
    text: z.string().max(256),
  }),
]);

const MEDIA_QUERY = z.strictObject({
  type: z.enum(["image", "video", "audio", "document", "sticker"]),
  filename: z.string().max(240).optional(),
  caption: z.string().max(1_024).optional(),
  voice: z.literal("1").optional(),
  replyTo,
});

const CUSTOMER = z
  .strictObject({ name: line(120), phone: line(40).optional(), businessScopedOnly: z.boolean() })
  .refine(({ phone, businessScopedOnly }) => businessScopedOnly || phone !== undefined);

const ANSWER = z.strictObject({
  answer: z.enum(Object.keys(PHONE_ANSWERS) as [PhoneAnswer, ...PhoneAnswer[]]),
});
const LOOK = z.strictObject({ looking: z.boolean() });

export const readLook = (body: unknown) => read(LOOK, fromJson(body));
export const readAnswer = (body: unknown) => read(ANSWER, fromJson(body));
export const readCustomer = (body: unknown) => read(CUSTOMER, fromJson(body));
export const readMediaQuery = (query: unknown) => read(MEDIA_QUERY, query);

export function readMessage(body: unknown): CustomerMessage {
  return read(MESSAGE, fromJson(body)) as CustomerMessage;
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new PhoneRefusal(422, "not_valid");
  return result.data;
}

function fromJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) throw new PhoneRefusal(400, "not_json");
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new PhoneRefusal(400, "not_json");
  }
}
