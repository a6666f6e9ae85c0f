import { Button, Loader } from "@mantine/core";
import { IconDeviceLaptop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries.ts";
import { useTitle } from "../pieces/use-title.ts";
import { useSignOut } from "../shell/use-sign-out.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./lock-screen.module.css";

/** How often it asks whether the browser has shown its key, in ms: each time gives the browser occasion to. */
const ASK_MS = 3_000;

/**
 * In the place of the whole console: the session is bound to a device whose key was not shown lately. The browser shows
 * it by itself; where it cannot any more, only signing in anew helps.
 */
export function BindingScreen() {
  const { t } = useText();
  useTitle(t("lock.bindingTitle"));
  useQuery({ ...sessionQuery, staleTime: 0, refetchInterval: ASK_MS });
  const signOut = useSignOut();
  return (
    <main className={css.page}>
      <div className={css.box}>
        <header className={css.head}>
          <span className={css.sign} aria-hidden="true">
            <IconDeviceLaptop size={24} stroke={1.6} />
          </span>
          <h1 className={css.title}>{t("lock.bindingTitle")}</h1>
          <p className={css.words} role="status">
            {t("lock.bindingWords")}
          </p>
          <Loader size="sm" className={css.wait ?? ""} />
        </header>
        <Button fullWidth variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t("lock.bindingAgain")}
        </Button>
      </div>
    </main>
  );
}
