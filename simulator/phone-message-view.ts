import type { MessageRecord } from "./records.ts";
import type { State } from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

export interface PhoneMessageView {
  readonly wamid: string;
  readonly from: "customer" | "business";
  readonly at: number;
  readonly type: string;
  readonly tick: MessageRecord["tick"];
  readonly failureCode?: number;
  readonly header?: string;
  readonly text?: string;
  readonly footer?: string;
  readonly media?: {
    readonly kind: string;
    readonly id?: string;
    readonly link?: string;
    readonly mimeType?: string;
    readonly fileName?: string;
    readonly voice?: boolean;
  };
  readonly place?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
  readonly people?: readonly string[];
  /** What a tap sends back. */
  readonly taps?: readonly {
    readonly kind: "button_reply" | "list_reply" | "button" | "none";
    readonly id: string;
    readonly title: string;
    readonly description?: string;
  }[];
  readonly listButton?: string;
  readonly context?: { readonly from: "customer" | "business"; readonly text: string };
  readonly reactions?: { readonly customer?: string; readonly business?: string };
}

/** A message as the customer's phone shows it. Reactions stand on their message, not in the thread. */
export function phoneChatView(state: State, customerId: string): PhoneMessageView[] {
  return state
    .listChat(customerId)
    .filter((message) => message.type !== "reaction")
    .map((message) => viewOf(state, message));
}

/** One line for a list or a quotation. */
export function plainText(message: MessageRecord): string {
  const shown = shownFrom(message);
  return shown.text ?? shown.media?.fileName ?? shown.place?.name ?? shown.people?.[0] ?? "";
}

function viewOf(state: State, message: MessageRecord): PhoneMessageView {
  const answered = message.contextId === undefined ? undefined : state.find("message", message.contextId);
  const shown = shownFrom(message);
  return {
    wamid: message.wamid,
    from: message.from,
    at: message.at,
    type: message.type,
    tick: message.tick,
    ...(message.failureCode === undefined ? {} : { failureCode: message.failureCode }),
    ...shown,
    ...(shown.media === undefined
      ? {}
      : { media: { ...shown.media, ...storedMedia(state, shown.media.id) } }),
    ...(answered === undefined ? {} : { context: { from: answered.from, text: plainText(answered) } }),
    ...(message.reactions === undefined ? {} : { reactions: message.reactions }),
  };
}

type Shown = Pick<
  PhoneMessageView,
  "header" | "text" | "footer" | "media" | "place" | "people" | "taps" | "listButton"
>;

function shownFrom(message: MessageRecord): Shown {
  const { type, content } = message;
  if (message.rendered !== undefined) return templateShown(message.rendered);
  if (type === "text") return { text: textOf(content["body"]) };
  if (type === "location") return { place: content as unknown as NonNullable<Shown["place"]> };
  if (type === "contacts")
    return {
      people: (content["contacts"] as Json[]).map((card) => textOf((card["name"] as Json)["formatted_name"])),
    };
  if (type === "button") return { text: textOf(content["text"]) };
  if (type === "interactive") return interactiveShown(content);
  if (["image", "video", "audio", "document", "sticker"].includes(type)) return mediaShown(type, content);
  return {};
}

function mediaShown(kind: string, content: Json): Shown {
  return {
    ...(typeof content["caption"] === "string" ? { text: content["caption"] } : {}),
    media: {
      kind,
      ...(typeof content["id"] === "string" ? { id: content["id"] } : {}),
      ...(typeof content["link"] === "string" ? { link: content["link"] } : {}),
      ...(typeof content["filename"] === "string" ? { fileName: content["filename"] } : {}),
      ...(content["voice"] === true ? { voice: true } : {}),
    },
  };
}

function interactiveShown(content: Json): Shown {
  const reply = (content["button_reply"] ?? content["list_reply"]) as Json | undefined;
  if (reply !== undefined) return { text: textOf(reply["title"]) };
  const header = (content["header"] as Json | undefined)?.["text"];
  const action = (content["action"] ?? {}) as Json;
  return {
    ...(typeof header === "string" ? { header } : {}),
    text: textOf((content["body"] as Json | undefined)?.["text"]),
    ...(content["footer"] === undefined ? {} : { footer: textOf((content["footer"] as Json)["text"]) }),
    ...(content["type"] === "list" ? { listButton: textOf(action["button"]) } : {}),
    taps: tapsOf(textOf(content["type"]), action),
  };
}

function tapsOf(kind: string, action: Json): NonNullable<Shown["taps"]> {
  if (kind === "button") {
    const buttons = action["buttons"] as { reply: { id: string; title: string } }[];
    return buttons.map(({ reply }) => ({ kind: "button_reply", id: reply.id, title: reply.title }));
  }
  if (kind === "list") {
    const sections = action["sections"] as { rows: { id: string; title: string; description?: string }[] }[];
    return sections.flatMap(({ rows }) =>
      rows.map(({ id, title, description }) => ({
        kind: "list_reply" as const,
        id,
        title,
        ...(description === undefined ? {} : { description }),
      })),
    );
  }
  const label = (action["parameters"] as Json | undefined)?.["display_text"] ?? action["name"];
  return typeof label === "string" ? [{ kind: "none", id: "", title: label }] : [];
}

function templateShown(template: NonNullable<MessageRecord["rendered"]>): Shown {
  return {
    ...(template.header === undefined ? {} : { header: template.header }),
    text: template.body,
    ...(template.footer === undefined ? {} : { footer: template.footer }),
    ...(template.headerMedia === undefined
      ? {}
      : { media: mediaShown((template.headerFormat ?? "image").toLowerCase(), template.headerMedia).media }),
    taps: template.buttons.map((button) => ({
      kind: button.type === "QUICK_REPLY" ? ("button" as const) : ("none" as const),
      id: button.payload ?? button.text,
      title: button.text,
    })),
  } as Shown;
}

function storedMedia(state: State, mediaId: string | undefined): { mimeType?: string } {
  const media = mediaId === undefined ? undefined : state.find("media", mediaId);
  return media === undefined ? {} : { mimeType: media.mimeType };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
