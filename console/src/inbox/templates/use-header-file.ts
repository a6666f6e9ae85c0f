import { useState } from "react";
import type { Template } from "../../../../contract/numbers.ts";
import { uploadFile } from "../composer/send-desk.ts";
import { judgeUpload } from "../composer/upload-rules.ts";

export interface HeaderFile {
  readonly file: File | undefined;
  readonly uploadId: string | null;
  readonly state: "none" | "uploading" | "ready" | "wrong" | "failed";
  readonly choose: (file: File) => void;
  readonly forget: () => void;
}

const KIND = { IMAGE: "image", VIDEO: "video", DOCUMENT: "document" } as const;

interface Held {
  readonly file: File | undefined;
  readonly uploadId: string | null;
  readonly state: HeaderFile["state"];
}

const NOTHING: Held = { file: undefined, uploadId: null, state: "none" };

/** The picture, film or document on top of a template: checked, then sent up. */
export function useHeaderFile(template: Template | undefined, conversationId: string | null): HeaderFile {
  const [held, setHeld] = useState<Held>(NOTHING);
  const format = template?.header?.format;
  const wanted = format === "IMAGE" || format === "VIDEO" || format === "DOCUMENT" ? KIND[format] : undefined;
  return {
    ...held,
    forget: () => setHeld(NOTHING),
    choose: (file) => {
      if (conversationId === null) return;
      const verdict = judgeUpload(file);
      if (!verdict.fits || (wanted !== "document" && verdict.kind !== wanted)) {
        setHeld({ file, uploadId: null, state: "wrong" });
        return;
      }
      setHeld({ file, uploadId: null, state: "uploading" });
      uploadFile(conversationId, file, () => undefined).then(
        (uploadId) => setHeld((now) => (now.file === file ? { file, uploadId, state: "ready" } : now)),
        () => setHeld((now) => (now.file === file ? { file, uploadId: null, state: "failed" } : now)),
      );
    },
  };
}
