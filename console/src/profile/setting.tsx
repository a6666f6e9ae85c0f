import type { ReactNode } from "react";
import css from "./profile.module.css";

export interface SettingProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

/** One line of the profile: what it is, and its control beside it. */
export function Setting({ title, hint, children }: SettingProps) {
  return (
    <div className={css.setting}>
      <div className={css.words}>
        <h3 className={css.title}>{title}</h3>
        {hint === undefined ? null : <p className={css.hint}>{hint}</p>}
      </div>
      <div className={css.control}>{children}</div>
    </div>
  );
}
