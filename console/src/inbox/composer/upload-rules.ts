import { MAX_UPLOAD_BYTES } from "../../../../contract/uploads.ts";

export type UploadKind = keyof typeof MAX_UPLOAD_BYTES;

export type UploadVerdict =
  | { readonly fits: true; readonly kind: UploadKind }
  | {
      readonly fits: false;
      readonly kind: UploadKind;
      readonly limitBytes: number;
      readonly why: "too_large" | "empty";
    };

/** Types that WhatsApp shows as what they are. Source: Meta, "Media", as of 2026-05 (facts.md, section 3). */
const KIND_BY_TYPE: Readonly<Record<string, UploadKind>> = {
  "image/jpeg": "image",
  "image/png": "image",
  "video/mp4": "video",
  "video/3gpp": "video",
  "audio/aac": "audio",
  "audio/amr": "audio",
  "audio/mpeg": "audio",
  "audio/mp4": "audio",
  "audio/ogg": "audio",
};

/** How a file will go, told before it is sent. Any other type goes as a document; the server looks at the bytes again. */
export function judgeUpload(file: { readonly type: string; readonly size: number }): UploadVerdict {
  const kind = KIND_BY_TYPE[file.type.split(";", 1)[0]?.trim().toLowerCase() ?? ""] ?? "document";
  const limitBytes = MAX_UPLOAD_BYTES[kind];
  if (file.size === 0) return { fits: false, kind, limitBytes, why: "empty" };
  return file.size > limitBytes ? { fits: false, kind, limitBytes, why: "too_large" } : { fits: true, kind };
}
