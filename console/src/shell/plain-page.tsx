import type { ReactNode } from "react";
import css from "./plain-page.module.css";

/** One thing in the middle of the paper, outside or inside the shell. */
export function PlainPage(props: { readonly children: ReactNode }) {
  return <div className={css.page}>{props.children}</div>;
}
