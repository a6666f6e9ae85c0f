import { classes } from "./classes.ts";
import css from "./mark.module.css";

/** The sign of Wardroom. It does not mirror. */
export function Mark(props: { readonly big?: boolean }) {
  return (
    <svg className={classes(css.mark, props.big === true && css.big)} viewBox="0 0 26 26" aria-hidden="true">
      <path
        className={css.ground}
        d="M7 0h12a7 7 0 0 1 7 7v12a7 7 0 0 1-7 7H3a3 3 0 0 1-3-3V7a7 7 0 0 1 7-7z"
      />
      <path className={css.line} d="M6.5 8.5l3 9 3.5-8 3.5 8 3-9" />
    </svg>
  );
}
