import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { setupQuery } from "../api/queries.ts";
import { ErrorState } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { Wizard } from "../pieces/wizard.tsx";
import { PlainPage } from "../shell/plain-page.tsx";
import { StartingPage } from "../shell/starting-page.tsx";
import { useText } from "../texts/text-context.tsx";
import { AlreadySetUp } from "./already-set-up.tsx";
import { CodeStep } from "./code-step.tsx";
import { FactorStep } from "./factor-step.tsx";
import { NumberStep } from "./number-step.tsx";
import { OwnerStep } from "./owner-step.tsx";
import { EMPTY_SETUP, type SetupDraft } from "./setup-draft.ts";
import { WorkspaceStep } from "./workspace-step.tsx";

const STEPS = ["code", "workspace", "owner", "factor", "number"] as const;
type Step = (typeof STEPS)[number];

/** The set-up of a new installation, as the newcomer meets it. Nothing is kept before the third step ends. */
export function SetupPage() {
  const { t } = useText();
  useTitle(t("setup.documentTitle"));
  const setup = useQuery(setupQuery);
  const [entered, setEntered] = useState<Step>();
  const [draft, setDraft] = useState<SetupDraft>(EMPTY_SETUP);
  if (setup.isError) {
    return (
      <PlainPage>
        <ErrorState error={setup.error} title={t("shell.startFailed")} onRetry={() => void setup.refetch()} />
      </PlainPage>
    );
  }
  if (setup.data === undefined) return <StartingPage />;
  const step = entered ?? (setup.data.opened ? "workspace" : "code");
  if (!setup.data.needed && step !== "number") return <AlreadySetUp />;
  const change = (part: Partial<SetupDraft>) => setDraft({ ...draft, ...part });
  return (
    <Wizard
      steps={[t("setup.stepWorkspace"), t("setup.stepOwner"), t("setup.stepFactor"), t("setup.stepNumber")]}
      current={STEPS.indexOf(step) - 1}
      title={t(`setup.${step}Title`)}
      lede={t(`setup.${step}Lede`)}
    >
      {step === "code" ? <CodeStep onDone={() => setEntered("workspace")} /> : null}
      {step === "workspace" ? (
        <WorkspaceStep draft={draft} onChange={change} onDone={() => setEntered("owner")} />
      ) : null}
      {step === "owner" ? (
        <OwnerStep
          draft={draft}
          onChange={change}
          onBack={() => setEntered("workspace")}
          onDone={() => setEntered("factor")}
        />
      ) : null}
      {step === "factor" ? (
        <FactorStep
          draft={draft}
          onBack={() => setEntered("owner")}
          onClosed={() => setEntered("code")}
          onDone={() => {
            setDraft(EMPTY_SETUP);
            setEntered("number");
          }}
        />
      ) : null}
      {step === "number" ? <NumberStep /> : null}
    </Wizard>
  );
}
