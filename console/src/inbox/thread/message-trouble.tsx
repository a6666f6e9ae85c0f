import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconCircleX, IconHelpCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Message } from "../../../../contract/conversations.ts";
import { classes } from "../../pieces/classes.ts";
import { useNow } from "../../pieces/use-now.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { findFix } from "../failure-text.ts";
import { useFailureText } from "../use-failure-text.ts";
import type { BubbleActs } from "./bubble-acts.ts";
import { DecideDialog } from "./decide-dialog.tsx";
import css from "./thread.module.css";

export interface MessageTroubleProps {
  readonly message: Message;
  readonly acts: BubbleActs | undefined;
}

/** Why a message did not go or arrive, in words under its bubble, with what can be done. */
export function MessageTrouble({ message, acts }: MessageTroubleProps) {
  const { t } = useText();
  if (message.direction !== "out") return null;
  if (message.sendState === "failed" || message.delivery === "failed")
    return <Failed message={message} acts={acts} />;
  if (message.sendState === "in_doubt" && message.delivery === null)
    return <InDoubt message={message} acts={acts} />;
  if (message.sendState !== "dropped") return null;
  return (
    <Why tone="muted" icon={<IconBan size={16} stroke={1.6} />}>
      {t("trouble.dropped")}
    </Why>
  );
}

function Failed({ message, acts }: MessageTroubleProps) {
  const { t } = useText();
  const failureText = useFailureText();
  const [deciding, { open, close }] = useDisclosure(false);
  const fix = findFix(message.failure ?? { code: null, reason: "" });
  const steps = { again: open, check_number: acts?.onContact, choose_template: acts?.onTemplate };
  const step = fix === null || acts === undefined ? undefined : steps[fix];
  return (
    <Why tone="critical" icon={<IconCircleX size={16} stroke={1.6} />}>
      {t("trouble.failed", { reason: failureText(message.failure) })}{" "}
      {fix === null || step === undefined ? null : <TextLink word={t(FIX_WORD[fix])} onClick={step} />}
      <DecideDialog message={message} opened={deciding} onClose={close} />
    </Why>
  );
}

/** What is known, and what happens next: it settles itself, and from a moment on one of two acts does. */
function InDoubt({ message, acts }: MessageTroubleProps) {
  const { t, find } = useText();
  const formats = useFormats();
  const now = useNow();
  const [deciding, { open, close }] = useDisclosure(false);
  const { doubt } = message;
  const why = doubt === null ? undefined : find(`doubt.${doubt.reason}`);
  const decidable = doubt === null || now >= Date.parse(doubt.decidableAt);
  return (
    <Why tone="warn" icon={<IconHelpCircle size={16} stroke={1.6} />}>
      <strong>{t("trouble.inDoubt")}</strong> {why}{" "}
      {decidable
        ? t("trouble.inDoubtDecide")
        : t("trouble.inDoubtWaits", { time: formats.time(doubt.decidableAt) })}{" "}
      {decidable && acts !== undefined ? (
        <>
          <TextLink word={t("trouble.again")} onClick={open} />
          <TextLink word={t("trouble.drop")} onClick={open} />
        </>
      ) : null}
      <DecideDialog message={message} opened={deciding} onClose={close} />
    </Why>
  );
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

export function TextLink(props: { readonly word: string; readonly onClick: () => void }) {
  return (
    <button type="button" className={css.textLink} onClick={props.onClick}>
      {props.word}
    </button>
  );
}
