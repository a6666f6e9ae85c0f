import { Button } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LanguageSwitch } from "../pieces/language-switch.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Mark } from "../pieces/mark.tsx";
import css from "../sign-in/sign-in-page.module.css";
import { useText } from "../texts/text-context.tsx";
import own from "./recovery.module.css";

export interface AuthFrameProps {
  readonly title: ReactNode;
  readonly lede?: ReactNode;
  readonly children?: ReactNode;
}

/** The sign-in page's paper, for the ways back to it. */
export function AuthFrame({ title, lede, children }: AuthFrameProps) {
  return (
    <main className={css.page}>
      <div className={css.language}>
        <LanguageSwitch />
      </div>
      <div className={css.auth}>
        <header className={css.head}>
          <Mark big />
          <h1 className={css.title}>{title}</h1>
          <p className={css.host}>
            <Ltr>{window.location.host}</Ltr>
          </p>
        </header>
        {lede === undefined ? null : <p className={own.lede}>{lede}</p>}
        {children}
      </div>
    </main>
  );
}

export function ToSignIn(props: { readonly filled?: true }) {
  const { t } = useText();
  const router = useRouter();
  return (
    <Button
      variant={props.filled === true ? "filled" : "subtle"}
      size="lg"
      fullWidth
      onClick={() => void router.navigate({ to: "/sign-in" })}
    >
      {props.filled === true ? t("signIn.signIn") : t("recovery.toSignIn")}
    </Button>
  );
}
