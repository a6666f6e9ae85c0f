import { Button, Select, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { Form } from "../pieces/form.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";
import type { SetupDraft } from "./setup-draft.ts";
import { guessTimeZone, listTimeZones } from "./time-zones.ts";

export interface WorkspaceStepProps {
  readonly draft: SetupDraft;
  readonly onChange: (part: Partial<SetupDraft>) => void;
  readonly onDone: () => void;
}

export function WorkspaceStep({ draft, onChange, onDone }: WorkspaceStepProps) {
  const { t } = useText();
  const [tried, setTried] = useState(false);
  const zones = useMemo(() => listTimeZones(Date.now()), []);
  const guess = guessTimeZone();
  const timeZone = draft.timeZone === "" ? guess : draft.timeZone;
  const named = draft.workspaceName.trim() !== "";
  const submit = () => {
    setTried(true);
    if (!named) return;
    onChange({ timeZone });
    onDone();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("setup.workspaceName")}
        description={t("setup.workspaceNameHint")}
        value={draft.workspaceName}
        onChange={(event) => onChange({ workspaceName: event.currentTarget.value })}
        error={tried && !named ? t("setup.faultName") : undefined}
        dir="auto"
        autoFocus
        maxLength={80}
        autoComplete="organization"
      />
      <Select
        label={t("setup.timeZone")}
        description={t("setup.timeZoneHint")}
        data={zones}
        value={timeZone}
        onChange={(value) => onChange({ timeZone: value ?? guess })}
        nothingFoundMessage={t("setup.timeZoneNone")}
        searchable
        limit={80}
        allowDeselect={false}
      />
      <WizardActions>
        <Button type="submit" size="lg">
          {t("common.continue")}
        </Button>
      </WizardActions>
    </Form>
  );
}
