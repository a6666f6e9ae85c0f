import { IconExternalLink, IconFile, IconMapPin, IconMovie, IconPhone, IconPhoto } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Template } from "../../../contract/numbers.ts";
import { useText } from "../texts/text-context.tsx";
import { splitVariables } from "./split-variables.ts";
import css from "./template-preview.module.css";

const MEDIA = { IMAGE: IconPhoto, VIDEO: IconMovie, DOCUMENT: IconFile, LOCATION: IconMapPin } as const;

/** The template as a message, its variables marked in place. It follows its own language's direction. */
export function TemplatePreview({ template }: { readonly template: Template }) {
  const lang = template.language.split("_")[0] ?? "en";
  return (
    <div className={css.ground}>
      <div className={css.bubble}>
        <Header header={template.header} lang={lang} />
        <p className={css.body} dir="auto" lang={lang}>
          <Marked text={template.body} />
        </p>
        {template.footer === null ? null : (
          <p className={css.footer} dir="auto" lang={lang}>
            {template.footer}
          </p>
        )}
      </div>
      {template.buttons.map((button) => (
        <div key={`${button.kind}/${button.text}`} className={css.button} lang={lang}>
          <ButtonIcon kind={button.kind} />
          <bdi>{button.text}</bdi>
        </div>
      ))}
    </div>
  );
}

function Header(props: { readonly header: Template["header"]; readonly lang: string }): ReactNode {
  const { t } = useText();
  const { header, lang } = props;
  if (header === null) return null;
  if (header.format === "TEXT") {
    return (
      <p className={css.header} dir="auto" lang={lang}>
        <Marked text={header.text ?? ""} />
      </p>
    );
  }
  const Icon = MEDIA[header.format];
  return (
    <div className={css.media}>
      <Icon size={28} stroke={1.4} aria-hidden="true" />
      <span>{t(`templates.${header.format}`)}</span>
    </div>
  );
}

function Marked({ text }: { readonly text: string }) {
  return splitVariables(text).map((part, index) =>
    part.isVariable ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <mark key={index} className={css.variable}>
        <bdi dir="ltr">{part.text}</bdi>
      </mark>
    ) : (
      part.text
    ),
  );
}

function ButtonIcon({ kind }: { readonly kind: string }) {
  if (kind === "URL") return <IconExternalLink size={16} stroke={1.6} aria-hidden="true" />;
  if (kind === "PHONE_NUMBER") return <IconPhone size={16} stroke={1.6} aria-hidden="true" />;
  return null;
}
