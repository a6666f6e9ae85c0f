import { z } from "zod";
import { id } from "./basics.ts";

/** The answer of POST /api/v1/uploads?conversation=<id>: a sealed file that a message may carry within a day. */
export const upload = z.object({
  uploadId: id,
  kind: z.enum(["image", "video", "audio", "document", "sticker"]),
  mimeType: z.string(),
  byteSize: z.int(),
});
export type Upload = z.output<typeof upload>;

/** What WhatsApp takes, in bytes by kind. Source: Meta, "Media", as of 2026-05 (facts.md, section 3). */
export const MAX_UPLOAD_BYTES = {
  image: 5 * 1024 * 1024,
  video: 16 * 1024 * 1024,
  audio: 16 * 1024 * 1024,
  document: 100 * 1024 * 1024,
  sticker: 500 * 1024,
} as const;
