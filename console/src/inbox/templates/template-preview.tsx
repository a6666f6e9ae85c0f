import { IconFile, IconPhoto, IconVideo } from "@tabler/icons-react";
import type { Template } from "../../../../contract/numbers.ts";
import { guessScript } from "../thread/text-script.ts";
import { segmentTemplate, type TemplateValues } from "./fill-template.ts";
import css from "./template.module.css";

export interface TemplatePreviewProps {
  readonly template: Template;
  readonly values: TemplateValues;
  /** A chosen picture, as an address within this page. */
  readonly picture: string | undefined;
}

const HEADER_ICON = {
  IMAGE: IconPhoto,
  VIDEO: IconVideo,
  DOCUMENT: IconFile,
  LOCATION: IconFile,
  TEXT: IconFile,
};

/** As the customer will see it, the variables marked in place. */
export function TemplatePreview({ template, values, picture }: TemplatePreviewProps) {
  const { header } = template;
  const Icon = header === null ? IconFile : HEADER_ICON[header.format];
  return (
    <div className={css.preview}>
      <div className={css.bubble} lang={guessScript(template.body)}>
        {header === null || header.format === "TEXT" ? null : picture === undefined ? (
          <span className={css.headerFile} aria-hidden="true">
            <Icon size={24} stroke={1.4} />
          </span>
        ) : (
          <img className={css.headerFile} src={picture} alt="" />
        )}
        {header?.text == null ? null : (
          <p className={css.heading} dir="auto">
            <Filled text={header.text} values={values.header} />
          </p>
        )}
        <p className={css.body} dir={guessScript(template.body) === "ar" ? "rtl" : "ltr"}>
          <Filled text={template.body} values={values.body} />
        </p>
        {template.footer === null ? null : (
          <p className={css.footer} dir="auto">
            {template.footer}
          </p>
        )}
        {template.buttons.map((button, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: buttons never move
          <span key={index} className={css.button} dir="auto">
            {button.text}
          </span>
        ))}
      </div>
    </div>
  );
}

function Filled(props: { readonly text: string; readonly values: Readonly<Record<string, string>> }) {
  return segmentTemplate(props.text, props.values).map((segment, index) =>
    segment.kind === "text" ? (
      segment.text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: segments never move
      <mark key={index} className={segment.value.trim() === "" ? css.empty : css.filled}>
        <bdi>{segment.value.trim() === "" ? `{{${segment.name}}}` : segment.value}</bdi>
      </mark>
    ),
  );
}
