import { IconDownload, IconFile } from "@tabler/icons-react";
import type { MessageBody } from "../../../../contract/message-body.ts";
import { Ltr } from "../../pieces/ltr.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { mediaAddress } from "./media-address.ts";
import { MediaState } from "./media-state.tsx";

type Document = Extract<MessageBody, { kind: "document" }>;

/** They make "exe.png" of a name that ends in "gnp.exe". */
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A file to keep: name, size, download. It never opens as a page. */
export function DocumentCard({ body }: { readonly body: Document }) {
  const { t } = useText();
  const formats = useFormats();
  const fileName = body.fileName?.replace(BIDI_CONTROLS, "") ?? "";
  const name = fileName === "" ? t("media.document") : fileName;
  const size = body.media.byteSize === null ? null : formats.bytes(body.media.byteSize);
  return (
    <MediaState media={body.media} word={name}>
      <a className={css.file} href={mediaAddress(body.media.id)} download={fileName}>
        <span className={css.fileIcon} aria-hidden="true">
          <IconFile size={20} stroke={1.6} />
        </span>
        <span className={css.fileWords}>
          <span className={css.fileName} dir="auto">
            {name}
          </span>
          <span className={css.fileHint}>
            <Ltr>{typeName(body)}</Ltr>
            {size === null ? null : ` · ${size}`}
          </span>
        </span>
        <IconDownload size={18} stroke={1.6} aria-label={t("media.download")} />
      </a>
    </MediaState>
  );
}

/** "PDF": the end of the name, else of the type. */
function typeName({ fileName, media }: Document): string {
  const end = /\.([a-z0-9]{1,5})$/i.exec(fileName ?? "")?.[1] ?? media.mimeType.split("/").at(-1) ?? "";
  return end.slice(0, 12).toUpperCase();
}
