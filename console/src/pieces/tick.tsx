import { IconCircleX, IconClock, IconHelpCircle } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import { classes } from "./classes.ts";
import css from "./tick.module.css";

export type TickState = "queued" | "sent" | "delivered" | "read" | "failed" | "in_doubt";

export interface TickFacts {
  readonly sendState: "queued" | "sending" | "in_doubt" | "accepted" | "failed" | "dropped" | null;
  readonly delivery: "sent" | "delivered" | "read" | "failed" | null;
}

/** How far an outgoing message has come; undefined for one that was dropped or is not ours. */
export function tickOf({ sendState, delivery }: TickFacts): TickState | undefined {
  if (delivery !== null) return delivery;
  if (sendState === "accepted") return "sent";
  if (sendState === "queued" || sendState === "sending") return "queued";
  return sendState === "failed" || sendState === "in_doubt" ? sendState : undefined;
}

/** One grey = sent, two green = delivered, two ink = read. Ticks do not mirror. The state is also said in words. */
export function Tick(props: { readonly state: TickState; readonly hideWord?: boolean }) {
  const { t } = useText();
  return (
    <span className={classes(css.tick, css[props.state])} data-tick={props.state}>
      <TickSign state={props.state} />
      {props.hideWord === true ? null : <span className={css.word}>{t(`tick.${props.state}`)}</span>}
    </span>
  );
}

function TickSign({ state }: { readonly state: TickState }) {
  if (state === "queued") return <IconClock size={14} stroke={1.8} aria-hidden="true" />;
  if (state === "failed") return <IconCircleX size={14} stroke={1.8} aria-hidden="true" />;
  if (state === "in_doubt") return <IconHelpCircle size={14} stroke={1.8} aria-hidden="true" />;
  return (
    <svg className={css.sign} viewBox="0 0 16 16" aria-hidden="true">
      <path d={state === "sent" ? "M3 8.5l3.2 3.2 6-8" : "M1 8.5l3 3 5.5-7"} />
      {state === "sent" ? null : <path d="M7.6 10.9l.9.6 6-7" />}
    </svg>
  );
}
