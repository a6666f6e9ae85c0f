import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { email as emailShape } from "../../../contract/session.ts";
import { NewPassword, useIsGoodPassword } from "../password/new-password.tsx";
import { Form } from "../pieces/form.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";
import type { SetupDraft } from "./setup-draft.ts";

export interface OwnerStepProps {
  readonly draft: SetupDraft;
  readonly onChange: (part: Partial<SetupDraft>) => void;
  /** Absent on a first step. */
  readonly onBack?: () => void;
  readonly onDone: () => void;
  /** Where an invitation is bound to its address. */
  readonly emailIsGiven?: true;
}

export function OwnerStep({ draft, onChange, onBack, onDone, emailIsGiven }: OwnerStepProps) {
  const { t } = useText();
  const [tried, setTried] = useState(false);
  const isNamed = draft.ownerName.trim() !== "";
  const isEmail = emailShape.safeParse(draft.email.trim()).success;
  const about = [draft.email, draft.ownerName, draft.workspaceName];
  const isGood = useIsGoodPassword(draft.password, about);
  const submit = () => {
    setTried(true);
    if (isNamed && isEmail && isGood) onDone();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("setup.name")}
        value={draft.ownerName}
        onChange={(event) => onChange({ ownerName: event.currentTarget.value })}
        error={tried && !isNamed ? t("setup.faultOwnName") : undefined}
        dir="auto"
        maxLength={80}
        autoComplete="name"
        autoFocus
      />
      <TextInput
        label={t("setup.email")}
        description={emailIsGiven ? t("recovery.boundTo") : t("setup.emailHint")}
        readOnly={emailIsGiven === true}
        value={draft.email}
        onChange={(event) => onChange({ email: event.currentTarget.value })}
        error={tried && !isEmail ? t("setup.faultEmail") : undefined}
        type="email"
        dir="ltr"
        autoComplete="username"
      />
      <NewPassword
        label={t("setup.password")}
        value={draft.password}
        onChange={(password) => onChange({ password })}
        about={about}
        error={tried && !isGood ? t("setup.faultPassword") : undefined}
      />
      <WizardActions
        back={
          onBack === undefined ? undefined : (
            <Button variant="subtle" size="lg" onClick={onBack}>
              {t("common.back")}
            </Button>
          )
        }
      >
        <Button type="submit" size="lg">
          {t("common.continue")}
        </Button>
      </WizardActions>
    </Form>
  );
}
