import type { MessageBody } from "../message-body.ts";
import { readContacts, readLocation, readOrder } from "./read-cards.ts";
import {
  readInteractive,
  readOutgoingInteractive,
  readOutgoingTemplate,
  readTemplateButton,
} from "./read-reply.ts";
import {
  asObject,
  countUnknown,
  filledText,
  isTrue,
  type JsonObject,
  needObject,
  needText,
  optionalId,
  optionalList,
  optionalText,
  ShapeFault,
  type Tally,
} from "./shape.ts";
import type { MediaReference } from "./update.ts";

/** What a message says, and the file that it names. */
export interface Content {
  readonly body: MessageBody;
  readonly media: MediaReference | null;
}

/** Who wrote it: what a business sends has types of its own, and may name its file by a link. */
export type Author = "customer" | "business";

type BodyReader = (tally: Tally, object: JsonObject) => MessageBody;

const BODY_READERS: ReadonlyMap<string, BodyReader> = new Map<string, BodyReader>([
  ["text", readText],
  ["location", readLocation],
  ["interactive", readInteractive],
  ["button", readTemplateButton],
  ["order", readOrder],
]);

const OUTGOING_READERS: ReadonlyMap<string, BodyReader> = new Map<string, BodyReader>([
  ["text", readText],
  ["location", readLocation],
  ["interactive", readOutgoingInteractive],
  ["template", readOutgoingTemplate],
]);

type MediaKind = "image" | "video" | "sticker" | "audio" | "document";

const MEDIA_KINDS: ReadonlySet<string> = new Set<MediaKind>([
  "image",
  "video",
  "sticker",
  "audio",
  "document",
]);

/**
 * Reads the object named after the message's type. A type that we do not know, or one that Meta could not deliver
 * (`errors` in its place), is "unsupported" and keeps `raw`; a known type in another shape is a fault.
 */
export function readContent(tally: Tally, message: JsonObject, author: Author, raw: string): Content {
  const type = needText(message["type"]);
  const own = message[type === "contacts" ? "contacts" : type];
  if (type === "contacts" && Array.isArray(own)) return { body: readContacts(tally, own), media: null };
  const reader = (author === "customer" ? BODY_READERS : OUTGOING_READERS).get(type);
  const isMedia = MEDIA_KINDS.has(type);
  const errors = optionalList(message["errors"]);
  if ((reader === undefined && !isMedia && type !== "contacts") || (own === undefined && errors.length > 0)) {
    return { body: readUnsupported(message, type, errors, raw), media: null };
  }
  const object = needObject(own);
  if (reader !== undefined) return { body: reader(tally, object), media: null };
  if (!isMedia) throw new ShapeFault();
  return readFile(tally, type as MediaKind, object, author);
}

function readUnsupported(
  message: JsonObject,
  type: string,
  errors: readonly unknown[],
  raw: string,
): MessageBody {
  const hidden = type === "unsupported" ? asObject(message["unsupported"])?.["type"] : undefined;
  const code = Number(asObject(errors[0])?.["code"]);
  return {
    kind: "unsupported",
    type: typeof hidden === "string" && hidden !== "" ? hidden : type,
    code: Number.isSafeInteger(code) ? code : null,
    raw,
  };
}

const TEXT = new Set(["body", "preview_url"]);

function readText(tally: Tally, object: JsonObject): MessageBody {
  countUnknown(tally, object, TEXT);
  return { kind: "text", text: needText(object["body"]) };
}

const FILE = new Set([
  "id",
  "mime_type",
  "sha256",
  "caption",
  "filename",
  "voice",
  "animated",
  "url",
  "link",
]);

function readFile(tally: Tally, kind: MediaKind, object: JsonObject, author: Author): Content {
  countUnknown(tally, object, FILE);
  const metaMediaId = optionalId(object["id"]);
  // A customer's file is named by id; what a business sent by link is Meta's to fetch, not ours.
  if (metaMediaId === null && author === "customer") throw new ShapeFault();
  const caption = filledText(object["caption"]);
  const fileName = filledText(object["filename"]);
  const mimeType = filledText(object["mime_type"]) ?? "application/octet-stream";
  const sha256 = readSha256(tally, object["sha256"]);
  return {
    body: fileBody(kind, caption, fileName, isTrue(object["voice"])),
    media: metaMediaId === null ? null : { metaMediaId, mimeType, sha256, fileName },
  };
}

function fileBody(
  kind: MediaKind,
  caption: string | null,
  fileName: string | null,
  voice: boolean,
): MessageBody {
  if (kind === "audio") return { kind, caption, voice };
  if (kind === "document") return { kind, caption, fileName };
  return { kind, caption };
}

/** Base64 in webhooks, hex elsewhere. Anything else counts as not given: the fetched metadata has it, too. */
function readSha256(tally: Tally, value: unknown): Buffer | null {
  const hash = decodeSha256(optionalText(value));
  if (hash === null && value !== undefined && value !== null) tally.droppedFields += 1;
  return hash;
}

/** The 32 bytes that `text` stands for in hex or base64; null when it is neither. */
export function decodeSha256(text: string | null): Buffer | null {
  if (text === null) return null;
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  return Buffer.from(text, "base64");
}
