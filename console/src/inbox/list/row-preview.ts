import type { ConversationRow } from "../../../../contract/conversations.ts";
import type { TextKey } from "../../texts/translate.ts";
import { plainText } from "../thread/message-text.ts";

export type PreviewIcon =
  | "image"
  | "video"
  | "audio"
  | "voice"
  | "document"
  | "sticker"
  | "location"
  | "contacts"
  | "order"
  | "template"
  | "reaction"
  | "system"
  | "unsupported";

export interface RowPreview {
  /** "trouble" replaces the words by what went wrong; "doubt" asks for a decision. */
  readonly tone: "plain" | "trouble" | "doubt" | "waits";
  readonly icon: PreviewIcon | null;
  /** The customer's or our words without WhatsApp's marks; null: say `kindKey` instead. */
  readonly words: string | null;
  readonly kindKey: Extract<TextKey, `preview.${string}`>;
}

const ICONS: Readonly<Record<string, PreviewIcon>> = {
  image: "image",
  video: "video",
  audio: "audio",
  voice: "voice",
  document: "document",
  sticker: "sticker",
  location: "location",
  contacts: "contacts",
  order: "order",
  template: "template",
  reaction: "reaction",
  system: "system",
  unsupported: "unsupported",
};

const KINDS: Readonly<Record<string, RowPreview["kindKey"]>> = {
  image: "preview.image",
  video: "preview.video",
  audio: "preview.audio",
  voice: "preview.voice",
  document: "preview.document",
  sticker: "preview.sticker",
  location: "preview.location",
  contacts: "preview.contacts",
  order: "preview.order",
  reply: "preview.reply",
  reaction: "preview.reaction",
  template: "preview.template",
  interactive: "preview.interactive",
  system: "preview.system",
  unsupported: "preview.unsupported",
};

/** The second line of a list row. Trouble comes before words; a kind we do not know reads as not supported. */
export function previewRow(last: ConversationRow["last"]): RowPreview {
  if (last === null) return { tone: "plain", icon: null, words: null, kindKey: "preview.none" };
  const words = last.preview === "" ? null : plainText(last.preview);
  const kindKey = last.kind === "text" ? "preview.none" : (KINDS[last.kind] ?? "preview.unsupported");
  const icon = last.kind === "text" ? null : (ICONS[last.kind] ?? null);
  return { tone: toneOf(last), icon, words, kindKey };
}

function toneOf(last: NonNullable<ConversationRow["last"]>): RowPreview["tone"] {
  if (last.delivery === "failed" || last.sendState === "failed") return "trouble";
  if (last.sendState === "in_doubt") return "doubt";
  if (last.delivery === null && (last.sendState === "queued" || last.sendState === "sending")) return "waits";
  return "plain";
}
