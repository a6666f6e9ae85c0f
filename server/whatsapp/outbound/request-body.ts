import type { Recipient, SendPayload, TemplateComponent, TemplateParameter } from "./send-payload.ts";

type Json = Readonly<Record<string, unknown>>;

export interface BodyInput {
  readonly payload: SendPayload;
  /** Comes back in every status of the message: our message id. */
  readonly callbackData: string;
  /** Meta's id of each file that `mediaOf` named. */
  readonly metaMediaIds: ReadonlyMap<string, string>;
}

/**
 * The body of POST /{phone}/messages. Source: Meta's samples (spec-messages.json); `recipient` and
 * `biz_opaque_callback_data` are on Meta's pages and not in its document (facts.md, 0.2).
 */
export function requestBody({ payload, callbackData, metaMediaIds }: BodyInput): Json {
  if (payload.kind === "read_receipt") {
    return {
      messaging_product: "whatsapp",
      status: "read",
      message_id: payload.wamid,
      ...(payload.typing ? { typing_indicator: { type: "text" } } : {}),
    };
  }
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    ...addressed(payload.to),
    ...contentOf(payload, metaMediaIds),
    biz_opaque_callback_data: callbackData,
  };
}

/** Both when both are known: Meta prefers the number, and falls back on the id. */
function addressed({ waId, userId }: Recipient): Json {
  return { ...(waId === null ? {} : { to: waId }), ...(userId === null ? {} : { recipient: userId }) };
}

type MessagePayload = Exclude<SendPayload, { kind: "read_receipt" }>;

function contentOf(payload: MessagePayload, metaMediaIds: ReadonlyMap<string, string>): Json {
  switch (payload.kind) {
    case "text":
      return {
        ...inReplyTo(payload.replyToWamid),
        type: "text",
        text: { body: payload.text, preview_url: payload.previewUrl },
      };
    case "reaction":
      return { type: "reaction", reaction: { message_id: payload.targetWamid, emoji: payload.emoji ?? "" } };
    case "media":
      return {
        ...inReplyTo(payload.replyToWamid),
        type: payload.type,
        [payload.type]: mediaObject(payload, metaIdOf(payload.mediaId, metaMediaIds)),
      };
    case "template":
      return {
        type: "template",
        template: {
          name: payload.name,
          language: { code: payload.language },
          ...(payload.components.length === 0
            ? {}
            : {
                components: payload.components.map((component) => componentObject(component, metaMediaIds)),
              }),
        },
      };
  }
}

function inReplyTo(wamid: string | null): Json {
  return wamid === null ? {} : { context: { message_id: wamid } };
}

/** Meta takes a caption on pictures, films and documents, a name on documents, `voice` on sound (facts.md, 2.1). */
function mediaObject(payload: Extract<SendPayload, { kind: "media" }>, id: string): Json {
  const { type, caption, fileName, voice } = payload;
  const takesCaption = type === "image" || type === "video" || type === "document";
  return {
    id,
    ...(takesCaption && caption !== null ? { caption } : {}),
    ...(type === "document" && fileName !== null ? { filename: fileName } : {}),
    ...(type === "audio" && voice ? { voice: true } : {}),
  };
}

function componentObject(component: TemplateComponent, metaMediaIds: ReadonlyMap<string, string>): Json {
  const { parameters, ...rest } = component;
  return { ...rest, parameters: parameters.map((parameter) => parameterObject(parameter, metaMediaIds)) };
}

function parameterObject(parameter: TemplateParameter, metaMediaIds: ReadonlyMap<string, string>): Json {
  if (parameter.type !== "media") return parameter;
  const named = parameter.format === "document" && parameter.fileName !== null;
  return {
    type: parameter.format,
    [parameter.format]: {
      id: metaIdOf(parameter.mediaId, metaMediaIds),
      ...(named ? { filename: parameter.fileName } : {}),
    },
  };
}

function metaIdOf(mediaId: string, metaMediaIds: ReadonlyMap<string, string>): string {
  const id = metaMediaIds.get(mediaId);
  if (id === undefined) throw new Error("Meta holds no such file yet");
  return id;
}
