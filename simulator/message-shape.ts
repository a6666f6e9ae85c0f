import { z } from "zod";
import { GraphError } from "./graph-error.ts";

/** Limits: facts.md, 2.1, from Meta's message pages. */
const CAPTION_LENGTH = 1_024;
const callbackData = z.string().max(512);
const text = (limit: number) => z.string().min(1).max(limit);

const media = z.looseObject({ id: z.string().optional(), link: z.url({ protocol: /^https?$/ }).optional() });
const captioned = media.extend({ caption: z.string().max(CAPTION_LENGTH).optional() });
const idOrLink = (object: { id?: string | undefined; link?: string | undefined }) =>
  (object.id === undefined) !== (object.link === undefined);
const WHICH_MEDIA = "exactly one of id and link";

const degrees = (limit: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+(\.\d+)?$/)
        .transform(Number),
    ])
    .pipe(z.number().min(-limit).max(limit));

const header = z.looseObject({
  type: z.enum(["text", "image", "video", "document"]),
  text: text(60).optional(),
});
const footer = z.looseObject({ text: text(60) });

const buttonMessage = z.looseObject({
  type: z.literal("button"),
  header: header.optional(),
  body: z.looseObject({ text: text(1_024) }),
  footer: footer.optional(),
  action: z.looseObject({
    buttons: z
      .array(
        z.looseObject({ type: z.literal("reply"), reply: z.looseObject({ id: text(256), title: text(20) }) }),
      )
      .min(1)
      .max(3)
      .refine(
        (buttons) => new Set(buttons.map((button) => button.reply.id)).size === buttons.length,
        "ids must differ",
      ),
  }),
});

const listRow = z.looseObject({ id: text(200), title: text(24), description: z.string().max(72).optional() });
const listMessage = z.looseObject({
  type: z.literal("list"),
  header: header.optional(),
  body: z.looseObject({ text: text(4_096) }),
  footer: footer.optional(),
  action: z.looseObject({
    button: text(20),
    sections: z
      .array(z.looseObject({ title: z.string().max(24).optional(), rows: z.array(listRow).min(1).max(10) }))
      .min(1)
      .max(10)
      .refine(
        (sections) => sections.flatMap((section) => section.rows).length <= 10,
        "at most 10 rows in all",
      ),
  }),
});

const ctaUrlMessage = z.looseObject({
  type: z.literal("cta_url"),
  body: z.looseObject({ text: text(1_024) }),
  action: z.looseObject({
    parameters: z.looseObject({ display_text: text(20), url: z.url({ protocol: /^https?$/ }) }),
  }),
});

/** Kinds that the simulator accepts and shows by their text only. */
const otherInteractive = z.looseObject({
  type: z.enum([
    "address_message",
    "call_permission_request",
    "carousel",
    "catalog_message",
    "flow",
    "location_request_message",
    "order_details",
    "order_status",
    "product",
    "product_list",
    "voice_call",
  ]),
  action: z.looseObject({}),
});

const CONTENT = {
  text: z.looseObject({ body: text(4_096), preview_url: z.boolean().optional() }),
  image: captioned.refine(idOrLink, WHICH_MEDIA),
  video: captioned.refine(idOrLink, WHICH_MEDIA),
  document: captioned.extend({ filename: z.string().max(240).optional() }).refine(idOrLink, WHICH_MEDIA),
  audio: media
    .extend({ voice: z.boolean().optional(), caption: z.undefined().optional() })
    .refine(idOrLink, WHICH_MEDIA),
  sticker: media.extend({ caption: z.undefined().optional() }).refine(idOrLink, WHICH_MEDIA),
  location: z.looseObject({
    latitude: degrees(90),
    longitude: degrees(180),
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  contacts: z
    .array(z.looseObject({ name: z.looseObject({ formatted_name: z.string().min(1) }) }))
    .min(1)
    .max(257),
  reaction: z.looseObject({ message_id: z.string().min(1), emoji: z.string().max(64) }),
  interactive: z.discriminatedUnion("type", [buttonMessage, listMessage, ctaUrlMessage, otherInteractive]),
  template: z.looseObject({
    name: z.string().min(1).max(512),
    language: z.looseObject({ code: z.string().min(1) }),
    components: z.array(z.looseObject({ type: z.string() })).optional(),
  }),
} as const;

export type SendableType = keyof typeof CONTENT;

const BASE = z.looseObject({
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.enum(["individual", "group"]).optional(),
  to: z.string().min(1).optional(),
  recipient: z.string().min(1).optional(),
  type: z.string().min(1).optional(),
  context: z.looseObject({ message_id: z.string().min(1) }).optional(),
  recipient_identity_key_hash: z.string().optional(),
  biz_opaque_callback_data: callbackData.optional(),
});

export interface OutboundMessage {
  readonly base: z.infer<typeof BASE>;
  readonly type: SendableType;
  readonly content: Record<string, unknown>;
}

/** Checks a send against Meta's limits. Missing: 131008. Too long, too many: 100. Otherwise wrong: 131009. */
export function readOutboundMessage(body: unknown): OutboundMessage {
  const base = parse(BASE, body, []);
  if (base.to === undefined && base.recipient === undefined) throw missing("to");
  const type = base.type ?? "text"; // Meta's own default
  if (!isSendable(type))
    throw new GraphError(100, { details: "Param type is not one of the supported types" });
  if (base[type] === undefined) throw missing(type);
  const content = parse<unknown>(CONTENT[type], base[type], [type]);
  if (type === "reaction" && base.context !== undefined) {
    throw new GraphError(131009, { details: "A reaction cannot be a contextual reply" });
  }
  return {
    base,
    type,
    content: (type === "contacts" ? { contacts: content } : content) as Record<string, unknown>,
  };
}

export function parse<T>(schema: z.ZodType<T>, value: unknown, path: readonly string[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = paramName([...path, ...(issue?.path ?? [])]);
  if (issue?.code === "invalid_type" && valueAt(value, issue.path) === undefined) throw missing(name);
  if (issue?.code === "too_big" || issue?.code === "too_small") {
    throw new GraphError(100, { details: `Param ${name} is outside its limit` });
  }
  throw new GraphError(131009, { details: `Param ${name} is not valid` });
}

function missing(name: string): GraphError {
  return new GraphError(131008, { details: `Required parameter is missing: ${name}` });
}

function isSendable(type: string): type is SendableType {
  return Object.hasOwn(CONTENT, type);
}

/** Meta's way of naming: interactive['action']['buttons'][0]['title']. Indexes and our own names only, no values. */
function paramName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return `${first ?? "body"}${rest.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `['${key}']`)).join("")}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
