import { Fragment, memo } from "react";
import type { Message } from "../../../../contract/conversations.ts";
import { classes } from "../../pieces/classes.ts";
import { Tick, tickOf } from "../../pieces/tick.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import type { BubbleActs } from "./bubble-acts.ts";
import { MessageActions } from "./message-actions.tsx";
import { MessageContent } from "./message-content.tsx";
import { MessageTrouble } from "./message-trouble.tsx";
import { Reactions } from "./reactions.tsx";
import css from "./thread.module.css";

export interface BubbleProps {
  readonly message: Message;
  readonly first: boolean;
  readonly last: boolean;
  /** Came while the thread was open: fades in. */
  readonly fresh: boolean;
  /** Found by a jump: lit for a moment. */
  readonly lit: boolean;
  readonly contactName: string;
  /** What may be done with it; undefined where the reader only looks. */
  readonly acts: BubbleActs | undefined;
  readonly onJump: (messageId: string) => void;
}

/** One message: bubble, what stands under it, and what can be done with it. */
export const Bubble = memo(function Bubble(props: BubbleProps) {
  const { message, acts } = props;
  const own = message.direction !== "in";
  return (
    <div
      className={classes(
        css.message,
        own ? css.out : css.in,
        props.first && css.first,
        props.fresh && css.fresh,
        props.lit && css.lit,
      )}
      id={`message-${message.id}`}
      data-message={message.id}
      data-kind={message.body.kind}
    >
      <div className={css.line}>
        <div className={classes(css.bubble, bubbleClass(message))}>
          <MessageContent message={message} contactName={props.contactName} onJump={props.onJump} />
        </div>
        {acts === undefined ? null : <MessageActions message={message} acts={acts} />}
      </div>
      <Reactions message={message} contactName={props.contactName} acts={acts} />
      {props.last ? <Meta message={message} /> : null}
      <MessageTrouble message={message} acts={acts} />
    </div>
  );
});

function bubbleClass({ sendState, delivery, body, revokedAt, replyTo, forwarded }: Message): string {
  const bare = body.kind === "sticker" && replyTo === null;
  const file = body.kind === "image" || body.kind === "video" || body.kind === "location";
  return classes(
    file && replyTo === null && !forwarded && css.file,
    body.kind === "document" && css.file,
    file && css.framed,
    bare && css.bare,
    (sendState === "failed" || delivery === "failed") && css.failed,
    sendState === "in_doubt" && delivery === null && css.doubt,
    (sendState === "dropped" || revokedAt !== null) && css.dropped,
    body.kind === "unsupported" && css.dropped,
  );
}

/** Under the last bubble of a run: who, when, how far. */
function Meta({ message }: { readonly message: Message }) {
  const { t } = useText();
  const formats = useFormats();
  const tick = message.direction === "out" ? tickOf(message) : undefined;
  const marks = [
    message.direction === "echo" ? t("thread.fromElsewhere") : null,
    message.editedAt === null ? null : t("thread.edited"),
    message.revokedAt === null
      ? null
      : t(message.direction === "in" ? "thread.revoked" : "thread.revokedByUs"),
    message.playedAt === null ? null : t("media.played", { time: formats.time(message.playedAt) }),
  ].filter((mark) => mark !== null);
  return (
    <div className={css.meta}>
      {message.author === null || message.direction !== "out" ? null : (
        <>
          <bdi>{message.author.name.split(" ", 1)[0]}</bdi>
          <span aria-hidden="true">·</span>
        </>
      )}
      <time dateTime={message.at} title={formats.dateTime(message.at)}>
        {formats.time(message.at)}
      </time>
      {marks.map((mark) => (
        <Fragment key={mark}>
          <span aria-hidden="true">·</span>
          <span>{mark}</span>
        </Fragment>
      ))}
      {tick === undefined || tick === "failed" || tick === "in_doubt" ? null : <Tick state={tick} />}
    </div>
  );
}
