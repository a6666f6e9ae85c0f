import { z } from "zod";
import { id } from "./basics.ts";

/** A file of a message: where its bytes are, and how far fetching them has come. */
export const media = z.object({
  /** For GET /api/v1/media/:id, once ready. */
  id,
  state: z.enum(["waiting", "ready", "failed"]),
  mimeType: z.string(),
  byteSize: z.int().nullable(),
  /** Why it failed, as a code: "media.too_large", "media.hash_mismatch", "media.expired", "media.unreachable". */
  failure: z.string().nullable(),
});

const file = { media, caption: z.string().nullable() };

const contactCard = z.object({
  name: z.string(),
  organisation: z.string().nullable(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
});

/** What a message says, by kind. Texts are the customer's, untouched: show them with dir="auto". */
export const messageBody = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("image"), ...file }),
  z.object({ kind: z.literal("video"), ...file }),
  z.object({ kind: z.literal("sticker"), ...file }),
  z.object({ kind: z.literal("audio"), ...file, voice: z.boolean() }),
  z.object({ kind: z.literal("document"), ...file, fileName: z.string().nullable() }),
  z.object({
    kind: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().nullable(),
    address: z.string().nullable(),
  }),
  z.object({ kind: z.literal("contacts"), cards: z.array(contactCard) }),
  /** A tap on a button, a list row, a template's quick reply, or a flow that was filled. */
  z.object({
    kind: z.literal("reply"),
    source: z.enum(["button", "list", "template", "flow", "call_permission"]),
    title: z.string(),
    description: z.string().nullable(),
    fields: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
  z.object({
    kind: z.literal("order"),
    text: z.string().nullable(),
    items: z.array(
      z.object({ product: z.string(), quantity: z.number(), price: z.number(), currency: z.string() }),
    ),
    totals: z.array(z.object({ amount: z.number(), currency: z.string() })),
  }),
  /** Null emoji: the reaction was taken back. Shown at its target; in the thread only when the target is unknown. */
  z.object({ kind: z.literal("reaction"), emoji: z.string().nullable() }),
  z.object({
    kind: z.literal("template"),
    name: z.string(),
    language: z.string(),
    header: z.object({ text: z.string().nullable(), media: media.nullable() }).nullable(),
    /** As the customer reads it, variables filled. */
    text: z.string(),
    footer: z.string().nullable(),
    buttons: z.array(z.string()),
  }),
  /** Interactive messages sent from elsewhere (echoes). */
  z.object({ kind: z.literal("interactive"), text: z.string(), options: z.array(z.string()) }),
  /** A line of the system: the number or id changed, the identity key changed, chat handed over. */
  z.object({
    kind: z.literal("system"),
    event: z.enum(["number_changed", "user_id_changed", "identity_changed", "other"]),
    text: z.string(),
  }),
  /** Meta or Wardroom cannot show it; kept sealed. `type` is Meta's word for it. */
  z.object({ kind: z.literal("unsupported"), type: z.string(), code: z.int().nullable() }),
]);
export type MessageBody = z.output<typeof messageBody>;
export type Media = z.output<typeof media>;
