import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconCircleX, IconHelpCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Message } from "../../../../contract/conversations.ts";
import { classes } from "../../pieces/classes.ts";
import { useText } from "../../texts/text-context.tsx";
import { findFix } from "../failure-text.ts";
import { useFailureText } from "../use-failure-text.ts";
import type { BubbleActs } from "./bubble.tsx";
import { DecideDialog } from "./decide-dialog.tsx";
import css from "./thread.module.css";

/** Why a message did not go or arrive, in words under its bubble, with what can be done. */
export function MessageTrouble(props: { readonly message: Message; readonly acts: BubbleActs | undefined }) {
  const { message, acts } = props;
  const { t } = useText();
  const failureText = useFailureText();
  const [deciding, { open, close }] = useDisclosure(false);
  if (message.direction !== "out") return null;
  const failed = message.sendState === "failed" || message.delivery === "failed";
  const dialog = <DecideDialog message={message} opened={deciding} onClose={close} />;
  if (failed) {
    const fix = findFix(message.failure ?? { code: null, reason: "" });
    return (
      <Why tone="critical" icon={<IconCircleX size={16} stroke={1.6} />}>
        {t("trouble.failed", { reason: failureText(message.failure) })}{" "}
        {acts === undefined || fix === null ? null : (
          <Link
            word={t(FIX_WORD[fix])}
            onClick={fix === "again" ? open : fix === "check_number" ? acts.onContact : acts.onTemplate}
          />
        )}
        {dialog}
      </Why>
    );
  }
  if (message.sendState === "in_doubt" && message.delivery === null)
    return (
      <Why tone="warn" icon={<IconHelpCircle size={16} stroke={1.6} />}>
        {t("trouble.inDoubt")}{" "}
        {acts === undefined ? null : <Link word={t("trouble.decide")} onClick={open} />}
        {dialog}
      </Why>
    );
  if (message.sendState === "dropped")
    return (
      <Why tone="muted" icon={<IconBan size={16} stroke={1.6} />}>
        {t("trouble.dropped")}
      </Why>
    );
  return null;
}

const FIX_WORD = {
  check_number: "trouble.checkNumber",
  choose_template: "trouble.chooseTemplate",
  again: "trouble.again",
} as const;

export function Why(props: {
  readonly tone: "critical" | "warn" | "muted";
  readonly icon: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes(css.why, css[props.tone])}>
      <span className={css.whyIcon} aria-hidden="true">
        {props.icon}
      </span>
      <span>{props.children}</span>
    </div>
  );
}

export function Link(props: { readonly word: string; readonly onClick: () => void }) {
  return (
    <button type="button" className={css.textLink} onClick={props.onClick}>
      {props.word}
    </button>
  );
}
