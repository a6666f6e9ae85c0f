import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { Me, SessionState } from "../../../contract/session.ts";
import { sessionQuery, setupQuery } from "../api/queries.ts";
import { DeviceWait } from "../devices/device-wait.tsx";
import { Callout } from "../pieces/callout.tsx";
import { LanguageSwitch } from "../pieces/language-switch.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Mark } from "../pieces/mark.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { FactorForm } from "./factor-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import css from "./sign-in-page.module.css";

/** Asked afresh: what was kept of the session that just ended does not count. */
const presentSession = {
  ...sessionQuery,
  queryKey: ["session at sign-in"],
  retry: false,
  staleTime: 0,
  gcTime: 0,
};

type StepName = "password" | "factor" | "device";

const TITLES = {
  password: "signIn.title",
  factor: "signIn.factorTitle",
  device: "devices.waitTitle",
} as const satisfies Record<StepName, string>;

/** Where to go on with a session that was begun. */
const STEPS: Readonly<Record<string, "factor" | "device">> = {
  factor_needed: "factor",
  device_pending: "device",
};

/** Sessions that the console itself shows what to do with. */
const HELD: ReadonlySet<SessionState["state"]> = new Set(["locked", "network_changed"]);

const route = getRouteApi("/sign-in");

/** Password, then code. Who is signed in already is led on. */
export function SignInPage() {
  const { t } = useText();
  useTitle(t("signIn.signIn"));
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, ended } = route.useSearch();
  const setup = useQuery(setupQuery).data;
  const session = useQuery(presentSession).data;
  const [step, setStep] = useState<StepName>();
  if (setup?.needed === true) return <Navigate to="/setup" replace />;
  if (session !== undefined && HELD.has(session.state)) return <Navigate to={next ?? "/"} replace />;
  if (session?.state === "signed_in" && step === undefined) return <Navigate to={next ?? "/"} replace />;
  const shown = step ?? STEPS[session?.state ?? ""] ?? "password";
  const enter = (me: Me) => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, me);
    router.history.replace(next ?? "/");
  };
  const go = (state: SessionState) => {
    if (state.state === "signed_in") enter(state);
    else setStep(STEPS[state.state] ?? "password");
  };
  return (
    <main className={css.page}>
      <div className={css.language}>
        <LanguageSwitch />
      </div>
      <div className={css.auth}>
        <header className={css.head}>
          <Mark big />
          <h1 className={css.title}>{t(TITLES[shown], { workspace: setup?.workspaceName ?? "Wardroom" })}</h1>
          <p className={css.host}>
            <Ltr>{window.location.host}</Ltr>
          </p>
        </header>
        {ended === true && shown === "password" ? (
          <div className={css.ended}>
            <Callout tone="warn" title={t("signIn.endedTitle")}>
              {t("signIn.endedWords")}
            </Callout>
          </div>
        ) : null}
        <Step shown={shown} onDone={go} onBack={() => setStep("password")} />
        <p className={css.hint}>{t("signIn.warning")}</p>
      </div>
    </main>
  );
}

interface StepProps {
  readonly shown: StepName;
  readonly onDone: (state: SessionState) => void;
  readonly onBack: () => void;
}

function Step({ shown, onDone, onBack }: StepProps) {
  if (shown === "password") return <PasswordForm onDone={onDone} />;
  if (shown === "device") return <DeviceWait onDone={onDone} onBack={onBack} />;
  return <FactorForm onDone={onDone} onBack={onBack} />;
}
