import { SegmentedControl } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import { numbersQuery } from "../api/queries.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { NumberTemplates } from "./number-templates.tsx";
import { SynchroniseButton } from "./synchronise-button.tsx";
import css from "./templates-page.module.css";

/** What may be written first, or after the window closed: the templates of each number's account. */
export function TemplatesPage() {
  const { t } = useText();
  useTitle(t("shell.templates"));
  const numbers = useQuery(numbersQuery);
  const connected = (numbers.data?.numbers ?? []).filter(({ state }) => state === "connected");
  const [chosenId, setChosenId] = useState<string>();
  const chosen = connected.find(({ id }) => id === chosenId) ?? connected[0];
  return (
    <Page
      title={t("shell.templates")}
      lede={t("templates.lede")}
      actions={chosen === undefined ? undefined : <SynchroniseButton numberId={chosen.id} />}
    >
      {numbers.isPending ? (
        <Card>
          <SkeletonRows avatar={false} />
        </Card>
      ) : null}
      {numbers.isError ? (
        <Card>
          <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />
        </Card>
      ) : null}
      {numbers.isSuccess && chosen === undefined ? (
        <Card>
          <EmptyState
            icon={<IconTemplate size={22} stroke={1.6} />}
            title={t("templates.noNumber")}
            hint={t("templates.noNumberHint")}
          />
        </Card>
      ) : null}
      {chosen === undefined ? null : (
        <>
          {connected.length < 2 ? null : (
            <NumberSwitch numbers={connected} value={chosen.id} onChange={setChosenId} />
          )}
          <NumberTemplates key={chosen.id} numberId={chosen.id} />
        </>
      )}
    </Page>
  );
}

interface NumberSwitchProps {
  readonly numbers: readonly PhoneNumber[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

function NumberSwitch({ numbers, value, onChange }: NumberSwitchProps) {
  const { t } = useText();
  return (
    <div className={css.switch}>
      <SegmentedControl
        aria-label={t("shell.numbers")}
        value={value}
        onChange={onChange}
        data={numbers.map(({ id, verifiedName, displayPhoneNumber }) => ({
          value: id,
          label: `${verifiedName} \u2066${displayPhoneNumber}\u2069`,
        }))}
      />
    </div>
  );
}
