import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { FactorKind, SessionState } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { sessionQuery, setupQuery } from "../api/queries.ts";
import { DeviceWait } from "../devices/device-wait.tsx";
import { ProveFactor } from "../factor/prove-factor.tsx";
import { canUsePasskeys } from "../passkeys/passkeys.ts";
import { Callout } from "../pieces/callout.tsx";
import { LanguageSwitch } from "../pieces/language-switch.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Mark } from "../pieces/mark.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { CompanyButtons } from "../sso/company-buttons.tsx";
import { useReturnText } from "../sso/use-return-text.ts";
import { useText } from "../texts/text-context.tsx";
import { EnrolStep } from "./enrol-step.tsx";
import { NewPasswordStep, type NewPasswordStepProps } from "./new-password-step.tsx";
import { PasskeyButton } from "./passkey-button.tsx";
import { PasswordForm } from "./password-form.tsx";
import css from "./sign-in-page.module.css";
import type { SignInSearch } from "./sign-in-search.ts";

/** Asked afresh: what was kept of the session that just ended does not count. */
const presentSession = {
  ...sessionQuery,
  queryKey: ["session at sign-in"],
  retry: false,
  staleTime: 0,
  gcTime: 0,
};

const route = getRouteApi("/sign-in");

type Step =
  | { readonly at: "password" | "enrol" | "device" }
  | { readonly at: "factor"; readonly factors: readonly FactorKind[] }
  | { readonly at: "newPassword"; readonly state: NewPasswordStepProps["state"] };

/** A passkey; or a password and then a factor. Who is signed in already is led on. */
export function SignInPage() {
  const { t } = useText();
  useTitle(t("signIn.signIn"));
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, ended, refused, company } = route.useSearch();
  const setup = useQuery(setupQuery).data;
  const session = useQuery(presentSession).data;
  const [step, setStep] = useState<Step>();
  if (setup?.needed === true) return <Navigate to="/setup" replace />;
  if (session !== undefined && step === undefined && stepAfter(session) === undefined)
    return <Navigate to={next ?? "/"} replace />;
  const shown = step ?? stepAfter(session) ?? { at: "password" };
  const goOn = (state: SessionState) => {
    const following = stepAfter(state);
    if (following !== undefined) return setStep(following);
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, state);
    router.history.replace(next ?? "/");
  };
  const startAgain = () => setStep({ at: "password" });
  const titles = {
    password: t("signIn.title", { workspace: setup?.workspaceName ?? "Wardroom" }),
    factor: t("signIn.factorTitle"),
    enrol: t("setup.factorTitle"),
    device: t("devices.waitTitle"),
    newPassword: t("signIn.newPasswordTitle"),
  };
  return (
    <main className={css.page}>
      <div className={css.language}>
        <LanguageSwitch />
      </div>
      <div className={css.auth} data-wide={shown.at === "enrol"}>
        <header className={css.head}>
          <Mark big />
          <h1 className={css.title}>{titles[shown.at]}</h1>
          <p className={css.host}>
            <Ltr>{window.location.host}</Ltr>
          </p>
        </header>
        {shown.at === "password" ? <WhyHere ended={ended} refused={refused} /> : null}
        {shown.at === "password" ? <CompanyButtons company={company} next={next} /> : null}
        <StepFields step={shown} onGoOn={goOn} onStartAgain={startAgain} />
        <p className={css.hint}>{t("signIn.warning")}</p>
      </div>
    </main>
  );
}

interface StepFieldsProps {
  readonly step: Step;
  readonly onGoOn: (state: SessionState) => void;
  readonly onStartAgain: () => void;
}

function StepFields({ step, onGoOn, onStartAgain }: StepFieldsProps) {
  const { t } = useText();
  if (step.at === "device") return <DeviceWait onDone={onGoOn} onBack={onStartAgain} />;
  if (step.at === "enrol") return <EnrolStep onDone={onGoOn} onBack={onStartAgain} />;
  if (step.at === "newPassword")
    return <NewPasswordStep state={step.state} onDone={onGoOn} onBack={onStartAgain} />;
  if (step.at === "factor")
    return (
      <ProveFactor
        factors={step.factors}
        action={t("signIn.signIn")}
        onDone={onGoOn}
        aside={(error) => (
          <Button variant="subtle" onClick={onStartAgain}>
            {isSignedOut(error) ? t("signIn.startAgain") : t("common.back")}
          </Button>
        )}
      />
    );
  return (
    <>
      {canUsePasskeys() ? <PasskeyButton onDone={onGoOn} /> : null}
      <PasswordForm onDone={onGoOn} />
    </>
  );
}

/** What a session lacks that this page can give it; undefined for one that may go on. */
function stepAfter(state: SessionState | undefined): Step | undefined {
  if (state?.state === "factor_needed") return { at: "factor", factors: state.factors };
  if (state?.state === "enrolment_needed") return { at: "enrol" };
  if (state?.state === "device_pending") return { at: "device" };
  if (state?.state === "password_needed") return { at: "newPassword", state };
  return undefined;
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
