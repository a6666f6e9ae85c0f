import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FilledTemplate } from "../../server/whatsapp/templates/compose-template.ts";
import type { PastMessage } from "../../simulator/import-chat.ts";
import { writeDocument } from "./document.ts";
import { PLACES } from "./goods.ts";
import { BUSINESS } from "./people.ts";
import { drawPicture } from "./picture.ts";
import type { PlannedChat, PlannedMessage } from "./plan.ts";
import type { Random } from "./random.ts";

const VOICE_NOTE = readFileSync(join(import.meta.dirname, "voice-note.ogg"));

const MINUTE_MS = 60_000;

/** Refusals that a business meets: not reachable on WhatsApp (131026), withheld by Meta (131049). */
const FAILURES = [131_026, 131_049] as const;

export type FillTemplate = (name: string, chat: PlannedChat, message: PlannedMessage) => FilledTemplate;

/** A planned chat as Meta's side knows it: contents in Meta's form, statuses with their times. */
export function pastMessages(
  chat: PlannedChat,
  tools: { readonly random: Random; readonly fill: FillTemplate; readonly now: Date },
): PastMessage[] {
  return chat.messages.map((message, n) =>
    message.from === "customer"
      ? { from: "customer", at: message.at, ...aboutOf(chat, n), message: byCustomer(message, tools.random) }
      : {
          from: "business",
          at: message.at,
          message: byBusiness(chat, message, tools),
          statuses: statusesOf(chat, n, tools),
        },
  );
}

/** The nearest message of the business before: what is quoted, tapped or reacted to. */
function aboutOf(chat: PlannedChat, n: number): { about?: number } {
  const kind = chat.messages[n]?.kind;
  if (kind !== "quote" && kind !== "tap" && kind !== "reaction") return {};
  const about = chat.messages.findLastIndex((message, place) => place < n && message.from === "business");
  return about === -1 ? {} : { about };
}

type CustomerPast = Extract<PastMessage, { from: "customer" }>["message"];
type BusinessPast = Extract<PastMessage, { from: "business" }>["message"];

function byCustomer({ kind, text, words }: PlannedMessage, random: Random): CustomerPast {
  switch (kind) {
    case "image": {
      const bytes = drawPicture(random.between(0, 47));
      return { type: "image", bytes, mimeType: "image/png", ...(text === "" ? {} : { caption: text }) };
    }
    case "voice":
      return { type: "audio", bytes: VOICE_NOTE, mimeType: "audio/ogg; codecs=opus", voice: true };
    case "document":
      return { type: "document", bytes: paper(text), mimeType: "application/pdf", filename: text };
    case "location": {
      const [latitude, longitude] = PLACES[Number(words["place"])] ?? [25.2, 55.27];
      return { type: "location", latitude, longitude, name: text };
    }
    case "card":
      return { type: "contacts", contacts: [card(words)] };
    case "reaction":
      return { type: "reaction", emoji: text };
    case "tap":
      return { type: "button", payload: text, text };
    default:
      return { type: "text", body: text };
  }
}

function byBusiness(
  chat: PlannedChat,
  message: PlannedMessage,
  { random, fill }: { readonly random: Random; readonly fill: FillTemplate },
): BusinessPast {
  const { kind, text } = message;
  switch (kind) {
    case "image": {
      const bytes = drawPicture(random.between(0, 47));
      return { type: "image", bytes, mimeType: "image/png", ...(text === "" ? {} : { caption: text }) };
    }
    case "document":
      return { type: "document", bytes: paper(text), mimeType: "application/pdf", filename: text };
    case "template": {
      const { rendered } = fill(text, chat, message);
      return {
        type: "template",
        rendered: {
          category: "UTILITY",
          language: rendered.language,
          body: rendered.text,
          ...(rendered.header?.text == null ? {} : { header: rendered.header.text, headerFormat: "TEXT" }),
          ...(rendered.footer === null ? {} : { footer: rendered.footer }),
          buttons: rendered.buttons.map((button) => ({ type: "QUICK_REPLY", text: button, payload: button })),
        },
      };
    }
    default:
      return { type: "text", body: text };
  }
}

/** Most are read; the last word of a visit now and then only arrived, or failed. */
function statusesOf(
  chat: PlannedChat,
  n: number,
  { random, now }: { readonly random: Random; readonly now: Date },
): Extract<PastMessage, { from: "business" }>["statuses"] {
  const at = chat.messages[n]?.at.getTime() ?? 0;
  const answered = chat.messages[n + 1]?.at.getTime() ?? Number.POSITIVE_INFINITY;
  const before = (time: number) => new Date(Math.min(time, answered, now.getTime()));
  const sent = { status: "sent", at: before(at + 1_000) } as const;
  const isLastWord = answered > at + 12 * 60 * MINUTE_MS;
  if (isLastWord && random.next() < 0.12)
    return [{ status: "failed", at: before(at + 2_000), errorCode: random.pick(FAILURES) }];
  const delivered = { status: "delivered", at: before(at + random.between(2, 20) * 1_000) } as const;
  if (isLastWord && random.next() < 0.25) return [sent, delivered];
  return [sent, delivered, { status: "read", at: before(at + random.between(1, 9) * MINUTE_MS) }];
}

function paper(fileName: string): Buffer {
  const title = fileName.replace(/\.pdf$/, "");
  return writeDocument(`${BUSINESS.name} - ${title}`, [
    "A sample document of the demo.",
    "",
    "Oak, linen, walnut and rattan.",
    "Al Quoz, Dubai",
  ]);
}

function card(words: Readonly<Record<string, string>>): object {
  const name = `${words["driver"] ?? ""} ${words["name"] ?? ""}`;
  return {
    name: { formatted_name: name, first_name: words["driver"] ?? "" },
    phones: [{ phone: "+971 50 000 0900", type: "CELL", wa_id: "971500000900" }],
  };
}
