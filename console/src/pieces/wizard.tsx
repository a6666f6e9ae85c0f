import { IconCheck } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { classes } from "./classes.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";
import css from "./wizard.module.css";

export interface WizardProps {
  readonly steps: readonly string[];
  /** Which of them is shown; -1 before the first. */
  readonly current: number;
  readonly title: string;
  readonly lede: ReactNode;
  readonly children: ReactNode;
}

/** A few short steps on paper. A new step has the focus on its first field, or else on its title, so that it is read out. */
export function Wizard({ steps, current, title, lede, children }: WizardProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(current);
  useEffect(() => {
    if (shown.current === current) return;
    shown.current = current;
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus();
  }, [current]);
  return (
    <main className={css.wizard}>
      <div className={css.head}>
        <Mark />
        <b className={css.name}>Wardroom</b>
        <LanguageSwitch />
      </div>
      {current < 0 ? null : (
        <ol className={css.steps}>
          {steps.map((step, index) => (
            <li
              key={step}
              className={classes(css.step, index < current && css.done)}
              {...(index === current ? { "aria-current": "step" as const } : {})}
            >
              {index < current ? <IconCheck size={14} stroke={1.8} aria-hidden="true" /> : null}
              <span>{step}</span>
            </li>
          ))}
        </ol>
      )}
      <h1 ref={heading} tabIndex={-1} className={css.title}>
        {title}
      </h1>
      <p className={css.lede}>{lede}</p>
      {children}
    </main>
  );
}

/** Back at the start, the one filled button at the end. */
export function WizardActions(props: { readonly back?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={css.actions}>
      {props.back}
      <span className={css.grow} />
      {props.children}
    </div>
  );
}
