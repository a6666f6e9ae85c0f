import type { MessageBody } from "../whatsapp/message-body.ts";

/** Characters of a preview at the most. Ours: a list row is cut well before. */
const MAX_PREVIEW = 140;

/** The words of a message for a list row or a quote; empty for kinds that the reader's language has to name. */
export function previewOf(body: MessageBody): string {
  return Array.from(
    wordsOf(body)
      .slice(0, 4 * MAX_PREVIEW)
      .replaceAll(/\s+/g, " ")
      .trim(),
  )
    .slice(0, MAX_PREVIEW)
    .join("");
}

function wordsOf(body: MessageBody): string {
  switch (body.kind) {
    case "text":
    case "template":
    case "interactive":
    case "system":
      return body.text;
    case "image":
    case "video":
    case "sticker":
    case "audio":
      return body.caption ?? "";
    case "document":
      return body.caption ?? body.fileName ?? "";
    case "location":
      return body.name ?? body.address ?? "";
    case "contacts":
      return body.cards.map((card) => card.name).join(", ");
    case "reply":
      return body.title;
    case "order":
      return body.text ?? "";
    case "reaction":
      return body.emoji ?? "";
    case "unsupported":
      return "";
  }
}
