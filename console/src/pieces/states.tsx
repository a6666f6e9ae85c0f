import { Button } from "@mantine/core";
import { IconRefresh, IconServer } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useProblemText } from "../api/problem-text.ts";
import { useText } from "../texts/text-context.tsx";
import { classes } from "./classes.ts";
import { Ltr } from "./ltr.tsx";
import css from "./states.module.css";
import { useDelayed } from "./use-delayed.ts";

export interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint?: ReactNode;
  /** What comes next: a button. */
  readonly children?: ReactNode;
}

/** Nothing here yet: says what is next and offers it. */
export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div className={css.state}>
      <span className={css.icon} aria-hidden="true">
        {icon}
      </span>
      <h2 className={css.title}>{title}</h2>
      {hint === undefined ? null : <p className={css.hint}>{hint}</p>}
      {children === undefined ? null : <div className={css.action}>{children}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** It did not load: what that means, try again, and the reference for whoever looks into it. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const { t, rich } = useText();
  const { text, reference } = useProblemText()(error);
  return (
    <div className={css.state} role="alert">
      <span className={css.icon} aria-hidden="true">
        <IconServer size={22} stroke={1.6} />
      </span>
      <h2 className={css.title}>{title ?? t("common.loadFailed")}</h2>
      <p className={css.hint}>{text}</p>
      {onRetry === undefined ? null : (
        <div className={css.action}>
          <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.6} />} onClick={onRetry}>
            {t("common.retry")}
          </Button>
        </div>
      )}
      {reference === undefined ? null : (
        <span className={css.reference}>
          {rich("common.reference", { reference: <Ltr>{reference}</Ltr> })}
        </span>
      )}
    </div>
  );
}

/** Rows in the shape of the real ones, shown only once loading takes longer than 200 ms. */
export function SkeletonRows(props: { readonly rows?: number; readonly avatar?: boolean }) {
  const { t } = useText();
  const shown = useDelayed();
  const rows = Array.from({ length: props.rows ?? 5 }, (_, index) => index);
  return (
    <div role="status" aria-label={t("common.loading")}>
      {shown
        ? rows.map((row) => (
            <div key={row} className={css.row}>
              {props.avatar === false ? null : <span className={classes(css.bone, css.circle)} />}
              <span className={css.lines}>
                <span className={classes(css.bone, css.first)} />
                <span className={classes(css.bone, css.second)} />
              </span>
            </div>
          ))
        : null}
    </div>
  );
}
