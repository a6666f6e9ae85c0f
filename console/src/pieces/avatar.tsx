import { IconLock, IconUser } from "@tabler/icons-react";
import css from "./avatar.module.css";
import { classes } from "./classes.ts";
import { initialsOf, toneOf } from "./initials.ts";

const TONES = [css.a, css.b, css.c, css.d];

export interface AvatarProps {
  readonly name: string;
  /** What the colour hangs on: the person's id, so that a new name keeps it. */
  readonly seed?: string;
  readonly size?: "tiny" | "small" | "normal" | "large";
  /** Oneself: in the brand's colour. */
  readonly self?: boolean;
}

/** Initials on a quiet colour. Decoration: the name stands beside it. */
export function Avatar({ name, seed = name, size = "normal", self = false }: AvatarProps) {
  const initials = initialsOf(name);
  return (
    <span
      className={classes(css.avatar, css[size], self ? css.self : TONES[toneOf(seed)])}
      aria-hidden="true"
    >
      {initials === "" ? <IconUser size={size === "large" ? 28 : 16} stroke={1.6} /> : initials}
    </span>
  );
}

/** Somebody whose chat is not open to us: a dashed lock, no name, no colour. */
export function HiddenAvatar() {
  return (
    <span className={classes(css.avatar, css.normal, css.hidden)} aria-hidden="true">
      <IconLock size={16} stroke={1.6} />
    </span>
  );
}
