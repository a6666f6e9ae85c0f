import { fileTypeFromBuffer } from "file-type";

export type FileKind = "image" | "video" | "audio" | "document" | "sticker";

/** What an agent may send, and as what. Source: Meta, "Media", as of 2026-05 (facts.md, section 3). */
const KINDS: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ["image/jpeg", "image"],
  ["image/png", "image"],
  ["image/webp", "sticker"],
  ["video/mp4", "video"],
  ["video/3gpp", "video"],
  ["audio/aac", "audio"],
  ["audio/amr", "audio"],
  ["audio/mpeg", "audio"],
  ["audio/mp4", "audio"],
  ["audio/ogg", "audio"],
  ["text/plain", "document"],
  ["application/pdf", "document"],
  ["application/msword", "document"],
  ["application/vnd.ms-excel", "document"],
  ["application/vnd.ms-powerpoint", "document"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document"],
  ["application/vnd.openxmlformats-officedocument.presentationml.presentation", "document"],
]);

/** In bytes. Same source. A sticker that does not move may have 100 KB only; Meta says so itself when it is sent. */
export const MAX_BYTES: Readonly<Record<FileKind, number>> = {
  image: 5 * 1024 * 1024,
  video: 16 * 1024 * 1024,
  audio: 16 * 1024 * 1024,
  document: 100 * 1024 * 1024,
  sticker: 500 * 1024,
};

/** The largest file that Meta hands on; a customer may send any picture or film of that size as a document. */
export const MAX_INBOUND_BYTES = MAX_BYTES.document;

/** How many bytes at the beginning tell a type: what file-type reads at most. */
export const SNIFF_BYTES = 4100;

export const UNKNOWN_TYPE = "application/octet-stream";

/** "audio/ogg; codecs=opus" is "audio/ogg". */
export function bareType(mimeType: string): string {
  return (mimeType.split(";")[0] ?? "").trim().toLowerCase();
}

export function kindOf(mimeType: string): FileKind | undefined {
  return KINDS.get(bareType(mimeType));
}

/** The type that the first bytes show; undefined where they show none, as in plain text. */
export async function sniffType(head: Uint8Array): Promise<string | undefined> {
  // A file built to confuse the reader shows no type.
  const type = await fileTypeFromBuffer(head).catch(() => undefined);
  return type?.mime;
}

/** Containers that hold more types than their first bytes tell. */
const CONTAINERS: ReadonlyArray<readonly [sniffed: RegExp, declared: RegExp]> = [
  [/^application\/zip$/, /^application\/vnd\.(openxmlformats|oasis)/],
  [/^application\/x-cfb$/, /^application\/(msword|vnd\.ms-)/],
  [/^(audio|video)\/(mp4|x-m4a|x-m4v|quicktime|3gpp)$/, /^(audio|video)\/(mp4|3gpp|aac)$/],
  [/^(audio|video|application)\/ogg/, /^audio\/ogg$/],
  [/^audio\/aac$/, /^audio\/(aac|mp4)$/],
];

/** Whether bytes that look like `sniffed` may be what they were declared to be. */
export function isCompatible(declared: string, sniffed: string | undefined): boolean {
  const bare = bareType(declared);
  // Only plain text shows nothing; every other type that we know has a signature.
  if (sniffed === undefined) return bare === "text/plain";
  if (bareType(sniffed) === bare) return true;
  return CONTAINERS.some(([shown, said]) => shown.test(bareType(sniffed)) && said.test(bare));
}

/** What a file is kept as: its declared type when the bytes bear it out, else what they show, else unknown. */
export function decideType(declared: string, sniffed: string | undefined): string {
  if (isCompatible(declared, sniffed)) return bareType(declared);
  return sniffed === undefined ? UNKNOWN_TYPE : bareType(sniffed);
}
