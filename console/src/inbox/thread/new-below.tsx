import { IconArrowDown } from "@tabler/icons-react";
import { useRef } from "react";
import type { Message } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./thread.module.css";

/** For who reads further up: how many have come below. */
export function NewBelow(props: {
  readonly messages: readonly Message[];
  readonly atEnd: boolean;
  readonly onClick: () => void;
}) {
  const { t } = useText();
  const seen = useRef(0);
  const newest = props.messages.at(-1)?.position ?? 0;
  if (props.atEnd) seen.current = newest;
  if (props.atEnd) return null;
  const count = props.messages.filter(
    (message) => message.direction === "in" && message.position > seen.current,
  ).length;
  return (
    <button type="button" className={css.below} onClick={props.onClick}>
      <IconArrowDown size={16} stroke={1.8} aria-hidden="true" />
      {count === 0 ? t("thread.toNewest") : t("thread.newBelow", { count })}
    </button>
  );
}

/** Says a new message to who cannot see it. */
export function Announcer(props: {
  readonly newest: Message | undefined;
  readonly from: number;
  readonly name: string;
}) {
  const { t } = useText();
  const { newest, from, name } = props;
  const words = newest !== undefined && "text" in newest.body ? (newest.body.text ?? "") : "";
  return (
    <div className={css.hidden} role="status">
      {newest === undefined || newest.position <= from ? null : (
        <span key={newest.id}>
          {t("thread.newFrom", { name })}: {words.slice(0, 200)}
        </span>
      )}
    </div>
  );
}
