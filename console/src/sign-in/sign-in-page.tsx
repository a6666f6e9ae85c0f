import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { Me } from "../../../contract/session.ts";
import { sessionQuery, setupQuery } from "../api/queries.ts";
import { Callout } from "../pieces/callout.tsx";
import { LanguageSwitch } from "../pieces/language-switch.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Mark } from "../pieces/mark.tsx";
import { useTitle } from "../pieces/use-title.ts";
import type { SignInSearch } from "../routes/public-routes.tsx";
import { CompanyButtons } from "../sso/company-buttons.tsx";
import { useReturnText } from "../sso/use-return-text.ts";
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

const route = getRouteApi("/sign-in");

/** Password, then code. Who is signed in already is led on. */
export function SignInPage() {
  const { t } = useText();
  useTitle(t("signIn.signIn"));
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, ended, refused, company } = route.useSearch();
  const setup = useQuery(setupQuery).data;
  const session = useQuery(presentSession).data;
  const [step, setStep] = useState<"password" | "factor">();
  if (setup?.needed === true) return <Navigate to="/setup" replace />;
  if (session?.state === "signed_in" && step === undefined) return <Navigate to={next ?? "/"} replace />;
  const shown = step ?? (session?.state === "factor_needed" ? "factor" : "password");
  const enter = (me: Me) => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, me);
    router.history.replace(next ?? "/");
  };
  return (
    <main className={css.page}>
      <div className={css.language}>
        <LanguageSwitch />
      </div>
      <div className={css.auth}>
        <header className={css.head}>
          <Mark big />
          <h1 className={css.title}>
            {shown === "factor"
              ? t("signIn.factorTitle")
              : t("signIn.title", { workspace: setup?.workspaceName ?? "Wardroom" })}
          </h1>
          <p className={css.host}>
            <Ltr>{window.location.host}</Ltr>
          </p>
        </header>
        {shown === "password" ? <WhyHere ended={ended} refused={refused} /> : null}
        {shown === "password" ? <CompanyButtons company={company} next={next} /> : null}
        {shown === "password" ? (
          <PasswordForm
            onDone={(state) => (state.state === "signed_in" ? enter(state) : setStep("factor"))}
          />
        ) : (
          <FactorForm
            onDone={(state) => (state.state === "signed_in" ? enter(state) : undefined)}
            onBack={() => setStep("password")}
          />
        )}
        <p className={css.hint}>{t("signIn.warning")}</p>
      </div>
    </main>
  );
}

/** What led here: a session that ended, or a provider that led back without one. */
function WhyHere({ ended, refused }: Pick<SignInSearch, "ended" | "refused">) {
  const { t } = useText();
  const returnText = useReturnText();
  if (refused !== undefined)
    return (
      <div className={css.ended}>
        <Callout tone="warn" title={t("sso.notIn")}>
          {returnText(refused)}
        </Callout>
      </div>
    );
  if (ended !== true) return null;
  return (
    <div className={css.ended}>
      <Callout tone="warn" title={t("signIn.endedTitle")}>
        {t("signIn.endedWords")}
      </Callout>
    </div>
  );
}
