import { IconArrowForwardUp, IconQuestionMark, IconSpeakerphone } from "@tabler/icons-react";
import type { Message } from "../../../../contract/conversations.ts";
import { Ltr } from "../../pieces/ltr.tsx";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { DocumentCard } from "./document-card.tsx";
import { FormattedText } from "./formatted-text.tsx";
import { OrderCard } from "./order-card.tsx";
import { PeopleCards } from "./people-cards.tsx";
import { Film, Picture, Sticker } from "./picture.tsx";
import { PlaceCard } from "./place-card.tsx";
import { Quote } from "./quote.tsx";
import { Recording } from "./recording.tsx";
import { ReplyCard } from "./reply-card.tsx";
import { InteractiveBubble, TemplateBubble } from "./template-bubble.tsx";

export interface MessageContentProps {
  readonly message: Message;
  readonly contactName: string;
  readonly onJump: (messageId: string) => void;
}

/** What stands inside a bubble. */
export function MessageContent({ message, contactName, onJump }: MessageContentProps) {
  const { t } = useText();
  return (
    <>
      {message.forwarded ? (
        <span className={css.caption}>
          <IconArrowForwardUp className={css.mirrored} size={14} stroke={1.8} aria-hidden="true" />
          {t("thread.forwarded")}
        </span>
      ) : null}
      {message.referral === null ? null : <Referral referral={message.referral} />}
      {message.replyTo === null ? null : (
        <Quote replyTo={message.replyTo} contactName={contactName} onJump={onJump} />
      )}
      <Body body={message.body} />
    </>
  );
}

function Body({ body }: Pick<Message, "body">) {
  const { t, rich } = useText();
  switch (body.kind) {
    case "text":
      return <FormattedText text={body.text} />;
    case "image":
      return <WithCaption caption={body.caption} file={<Picture media={body.media} />} />;
    case "video":
      return <WithCaption caption={body.caption} file={<Film media={body.media} />} />;
    case "sticker":
      return <Sticker media={body.media} />;
    case "audio":
      return (
        <WithCaption caption={body.caption} file={<Recording media={body.media} voice={body.voice} />} />
      );
    case "document":
      return <WithCaption caption={body.caption} file={<DocumentCard body={body} />} />;
    case "location":
      return <PlaceCard body={body} />;
    case "contacts":
      return <PeopleCards body={body} />;
    case "reply":
      return <ReplyCard body={body} />;
    case "order":
      return <OrderCard body={body} />;
    case "reaction":
      return (
        <p className={css.quiet}>
          {body.emoji === null
            ? t("thread.reactionTakenBack")
            : t("thread.reactedUnknown", { emoji: body.emoji })}
        </p>
      );
    case "template":
      return <TemplateBubble body={body} />;
    case "interactive":
      return <InteractiveBubble body={body} />;
    case "system":
      return <FormattedText text={body.text} />;
    case "unsupported":
      return (
        <div className={css.absent}>
          <span className={css.absentIcon} aria-hidden="true">
            <IconQuestionMark size={18} stroke={1.6} />
          </span>
          <span>
            <b className={css.absentWord}>{t("thread.unsupported")}</b>
            <span className={css.absentHint}>
              {rich("thread.unsupportedType", { type: <Ltr>{body.type}</Ltr> })}
            </span>
          </span>
        </div>
      );
  }
}

function WithCaption(props: { readonly caption: string | null; readonly file: React.ReactNode }) {
  if (props.caption === null || props.caption === "") return props.file;
  return (
    <>
      {props.file}
      <div className={css.under}>
        <FormattedText text={props.caption} />
      </div>
    </>
  );
}

function Referral({ referral }: { readonly referral: NonNullable<Message["referral"]> }) {
  const { t } = useText();
  return (
    <div className={css.referral}>
      <span className={css.caption}>
        <IconSpeakerphone size={14} stroke={1.8} aria-hidden="true" />
        {t("thread.viaAd")}
      </span>
      {referral.headline === null ? null : (
        <p className={css.heading} dir="auto">
          {referral.headline}
        </p>
      )}
      {referral.text === null ? null : (
        <p className={css.fileHint} dir="auto">
          {referral.text}
        </p>
      )}
      {referral.source === null ? null : (
        <p className={css.source}>
          <Ltr>{referral.source}</Ltr>
        </p>
      )}
    </div>
  );
}
