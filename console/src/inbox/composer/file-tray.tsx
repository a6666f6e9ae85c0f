import { ActionIcon } from "@mantine/core";
import { IconFile, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { classes } from "../../pieces/classes.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useFileAddress } from "../use-file-address.ts";
import css from "./composer.module.css";
import { judgeUpload } from "./upload-rules.ts";

export interface FileTrayProps {
  readonly files: readonly File[];
  readonly onRemove: (file: File) => void;
}

/** What will be sent: as what, how large, or why not. */
export function FileTray({ files, onRemove }: FileTrayProps) {
  const { t } = useText();
  return (
    <ul className={css.files} aria-label={t("compose.files")}>
      {files.map((file) => (
        <FileRow
          key={`${file.name} ${file.size} ${file.lastModified}`}
          file={file}
          onRemove={() => onRemove(file)}
        />
      ))}
    </ul>
  );
}

const MEBIBYTE = 1024 * 1024;

function FileRow(props: { readonly file: File; readonly onRemove: () => void }) {
  const { t } = useText();
  const formats = useFormats();
  const { file } = props;
  const verdict = judgeUpload(file);
  const address = useFileAddress(file);
  const [broken, setBroken] = useState(false);
  // Meta's megabytes are mebibytes.
  const limit = verdict.fits ? "" : formats.number(verdict.limitBytes / MEBIBYTE);
  const kind = t(`compose.as.${verdict.kind}`);
  return (
    <li className={classes(css.fileRow, !verdict.fits && css.refused)}>
      {address === undefined || broken ? (
        <span className={css.thumb} aria-hidden="true">
          <IconFile size={18} stroke={1.6} />
        </span>
      ) : (
        <img className={css.thumb} src={address} alt="" onError={() => setBroken(true)} />
      )}
      <span className={css.fileWords}>
        <span className={css.fileName} dir="auto">
          {file.name}
        </span>
        <span className={css.fileHint} role={verdict.fits ? undefined : "alert"}>
          {verdict.fits
            ? `${formats.bytes(file.size)} · ${kind}`
            : verdict.why === "empty"
              ? t("compose.emptyFile")
              : `${formats.bytes(file.size)}. ${t("compose.tooLarge", { limit: t("size.megabytes", { size: limit }), kind })}`}
        </span>
      </span>
      <ActionIcon
        size={28}
        aria-label={t("compose.removeFile", { name: file.name })}
        onClick={props.onRemove}
      >
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </li>
  );
}
