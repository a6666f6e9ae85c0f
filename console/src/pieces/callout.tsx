import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconFlask,
  IconInfoCircle,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useProblemText } from "../api/problem-text.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./callout.module.css";
import { classes } from "./classes.ts";
import { Ltr } from "./ltr.tsx";

const ICONS = {
  info: IconInfoCircle,
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  critical: IconAlertOctagon,
  brass: IconFlask,
} as const;

export interface CalloutProps {
  readonly tone?: keyof typeof ICONS;
  readonly title?: ReactNode;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** A sentence that must be seen, where it belongs. A colour never stands without its icon. */
export function Callout({ tone = "info", title, icon, children }: CalloutProps) {
  const Icon = ICONS[tone];
  return (
    <div className={classes(css.callout, css[tone])} role={tone === "critical" ? "alert" : "note"}>
      <span className={css.icon} aria-hidden="true">
        {icon ?? <Icon size={16} stroke={1.6} />}
      </span>
      <div className={css.words}>
        {title === undefined ? null : <b className={css.title}>{title}</b>}
        {children}
      </div>
    </div>
  );
}

/** Why an act failed, where it happened; nothing while it did not. */
export function ProblemCallout(props: { readonly error: unknown }) {
  const { rich } = useText();
  const problemText = useProblemText();
  if (props.error === null || props.error === undefined) return null;
  const { text, reference } = problemText(props.error);
  return (
    <Callout tone="critical">
      {text}
      {reference === undefined ? null : (
        <span className={css.reference}>
          {rich("common.reference", { reference: <Ltr>{reference}</Ltr> })}
        </span>
      )}
    </Callout>
  );
}
