import { Button } from "@mantine/core";
import { IconLock, IconWorldQuestion } from "@tabler/icons-react";
import { useEffect } from "react";
import type { SessionState } from "../../../contract/session.ts";
import { ProveFactor } from "../factor/prove-factor.tsx";
import { Avatar } from "../pieces/avatar.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useSignOut } from "../shell/use-sign-out.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./lock-screen.module.css";

export interface LockScreenProps {
  readonly state: Extract<SessionState, { state: "locked" | "network_changed" }>;
  readonly onProved: (state: SessionState) => void;
}

/** In the place of the whole console: who is signed in, and a factor, after which it goes on where it was. */
export function LockScreen({ state, onProved }: LockScreenProps) {
  const { t, language, setLanguage } = useText();
  const locked = state.state === "locked" ? state : undefined;
  const title = locked === undefined ? t("lock.networkTitle") : t("lock.title");
  useTitle(title);
  const signOut = useSignOut();
  const own = locked?.language;
  useEffect(() => {
    if (own !== undefined && own !== language) void setLanguage(own);
  }, [own, language, setLanguage]);
  return (
    <main className={css.page}>
      <div className={css.box}>
        <header className={css.head}>
          {locked === undefined ? (
            <span className={css.sign} aria-hidden="true">
              <IconWorldQuestion size={24} stroke={1.6} />
            </span>
          ) : (
            <Avatar name={locked.name} size="large" self />
          )}
          <h1 className={css.title}>{title}</h1>
          {locked === undefined ? null : (
            <p className={css.who}>
              <IconLock size={14} stroke={1.8} aria-hidden="true" />
              <bdi>{locked.name}</bdi>
            </p>
          )}
          <p className={css.words}>{locked === undefined ? t("lock.networkWords") : t("lock.words")}</p>
        </header>
        <ProveFactor
          factors={state.factors}
          onDone={onProved}
          action={locked === undefined ? t("lock.confirm") : t("lock.unlock")}
          aside={() => (
            <Button variant="subtle" loading={signOut.isPending} onClick={() => signOut.mutate()}>
              {t("shell.signOut")}
            </Button>
          )}
        />
      </div>
    </main>
  );
}
