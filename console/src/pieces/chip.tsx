import type { ReactNode } from "react";
import css from "./chip.module.css";
import { classes } from "./classes.ts";

export interface ChipProps {
  readonly tone?: "plain" | "line" | "brand" | "ok" | "warn" | "critical" | "brass";
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A word about a thing: state, role, kind. */
export function Chip({ tone = "plain", icon, children }: ChipProps) {
  return (
    <span className={classes(css.chip, css[tone])}>
      {icon}
      {children}
    </span>
  );
}
