import { IconTemplate } from "@tabler/icons-react";
import type { MessageBody } from "../../../../contract/message-body.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { FormattedText } from "./formatted-text.tsx";
import { mediaAddress } from "./media-address.ts";
import { Film, Picture } from "./picture.tsx";

/** A template as the customer reads it: heading, text, footer, buttons (which only they can press). */
export function TemplateBubble({ body }: { readonly body: Extract<MessageBody, { kind: "template" }> }) {
  const { t } = useText();
  const media = body.header?.media ?? null;
  return (
    <div className={css.template}>
      <span className={css.caption}>
        <IconTemplate size={14} stroke={1.8} aria-hidden="true" />
        {t("media.template")} · <bdi dir="ltr">{body.name}</bdi>
      </span>
      {media === null ? null : media.mimeType.startsWith("image/") ? (
        <Picture media={media} />
      ) : media.mimeType.startsWith("video/") ? (
        <Film media={media} />
      ) : (
        <a href={mediaAddress(media.id)} download>
          {t("media.document")}
        </a>
      )}
      {body.header?.text == null || body.header.text === "" ? null : (
        <p className={css.heading} dir="auto">
          {body.header.text}
        </p>
      )}
      <FormattedText text={body.text} />
      {body.footer === null || body.footer === "" ? null : (
        <p className={css.footer} dir="auto">
          {body.footer}
        </p>
      )}
      <Choices options={body.buttons} />
    </div>
  );
}

export function InteractiveBubble({
  body,
}: {
  readonly body: Extract<MessageBody, { kind: "interactive" }>;
}) {
  return (
    <div className={css.template}>
      <FormattedText text={body.text} />
      <Choices options={body.options} />
    </div>
  );
}

/** Drawn, not pressable: the choice is the customer's. */
function Choices(props: { readonly options: readonly string[] }) {
  const { t } = useText();
  if (props.options.length === 0) return null;
  return (
    <ul className={css.choices} aria-label={t("media.choices")}>
      {props.options.map((option, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options never move
        <li key={index} className={css.choice} dir="auto">
          {option}
        </li>
      ))}
    </ul>
  );
}
