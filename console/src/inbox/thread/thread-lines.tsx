import { IconInfoCircle, IconKey } from "@tabler/icons-react";
import type { Message } from "../../../../contract/conversations.ts";
import { classes } from "../../pieces/classes.ts";
import { useNow } from "../../pieces/use-now.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import css from "./thread.module.css";

/** Which day it is. */
export function DayLine(props: { readonly at: string }) {
  const formats = useFormats();
  const now = useNow();
  return <div className={css.day}>{formats.day(props.at, now)}</div>;
}

const SYSTEM_WORD = {
  identity_changed: "thread.systemIdentity",
  number_changed: "thread.systemNumber",
  user_id_changed: "thread.systemUserId",
} as const;

/** What happened to the chat itself. */
export function SystemLine({ message }: { readonly message: Message }) {
  const { t } = useText();
  const formats = useFormats();
  const { body } = message;
  const known = body.kind === "system" && body.event !== "other" ? t(SYSTEM_WORD[body.event]) : undefined;
  const words = known ?? ("text" in body ? (body.text ?? "") : "");
  const alarming = body.kind === "system" && body.event !== "other";
  return (
    <div className={classes(css.system, alarming && css.alarming)} data-message={message.id}>
      {alarming ? (
        <IconKey size={14} stroke={1.8} aria-hidden="true" />
      ) : (
        <IconInfoCircle size={14} stroke={1.8} aria-hidden="true" />
      )}
      <span>
        <span dir="auto">{words}</span> · <time dateTime={message.at}>{formats.time(message.at)}</time>
      </span>
    </div>
  );
}
