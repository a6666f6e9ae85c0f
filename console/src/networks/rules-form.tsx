import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Contract } from "../../../contract/contract.ts";
import type { Answer } from "../api/client.ts";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Card, Section } from "../pieces/page.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { KnownNetworks } from "./known-networks.tsx";
import css from "./networks.module.css";
import { networkRulesQuery, ownNetworkQuery } from "./networks-query.ts";
import { draftOf, linesOf, ROLES, type RulesDraft, rulesOf } from "./rules-draft.ts";
import { TryAddress } from "./try-address.tsx";

interface RulesFormProps {
  readonly given: Answer<Contract["getNetworkRules"]>;
}

export function RulesForm({ given }: RulesFormProps) {
  const { t } = useText();
  const mayChange = useMay()("network_rule.change") && given.state === "ours";
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(given.rules));
  const save = useMutation({
    mutationFn: () => api.changeNetworkRules({ body: { rules: rulesOf(draft), version: given.version } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(networkRulesQuery);
      await queryClient.invalidateQueries(ownNetworkQuery);
    },
  });
  const isChanged = JSON.stringify(rulesOf(draft)) !== JSON.stringify(given.rules);
  const addHere = () =>
    setDraft({ ...draft, everybody: [...linesOf(draft.everybody), given.yourAddress].join("\n") });
  return (
    <>
      <Card>
        <Setting title={t("networks.here")} hint={t("networks.hereHint")}>
          <div className={css.here}>
            <Ltr>
              <code className={css.address}>{given.yourAddress}</code>
            </Ltr>
            {mayChange ? (
              <Button variant="default" onClick={addHere}>
                {t("networks.addHere")}
              </Button>
            ) : null}
          </div>
        </Setting>
      </Card>
      <Section title={t("networks.allowed")}>
        <Card padded>
          <Lists draft={draft} disabled={!mayChange} onChange={setDraft} />
        </Card>
      </Section>
      <Section title={t("networks.directory")}>
        <Card padded>
          <NetworkList
            wide
            label={t("networks.directoryLabel")}
            hint={t("networks.directoryHint")}
            value={draft.directory}
            disabled={!mayChange}
            onChange={(directory) => setDraft({ ...draft, directory })}
          />
        </Card>
      </Section>
      <Section title={t("networks.known")}>
        <Card padded>
          <KnownNetworks
            known={draft.known}
            disabled={!mayChange}
            onChange={(known) => setDraft({ ...draft, known })}
          />
        </Card>
      </Section>
      <Section title={t("networks.test")}>
        <Card padded>
          <TryAddress rules={rulesOf(draft)} initially={given.yourAddress} />
        </Card>
      </Section>
      {mayChange ? (
        <div className={css.save}>
          <ProblemCallout error={save.error} />
          {save.isSuccess && !isChanged ? <Callout tone="ok">{t("networks.saved")}</Callout> : null}
          <Button size="md" disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
            {t("networks.save")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface ListsProps {
  readonly draft: RulesDraft;
  readonly disabled: boolean;
  readonly onChange: (draft: RulesDraft) => void;
}

function Lists({ draft, disabled, onChange }: ListsProps) {
  const { t } = useText();
  const me = useMe();
  // A list of a role above one's own is an Owner's to change.
  const isAbove = (role: (typeof ROLES)[number]) =>
    ROLES.indexOf(role) > ROLES.indexOf(me.role as (typeof ROLES)[number]);
  return (
    <div className={css.lists}>
      <NetworkList
        wide
        label={t("networks.everybody")}
        hint={t("networks.everybodyHint")}
        value={draft.everybody}
        disabled={disabled}
        onChange={(everybody) => onChange({ ...draft, everybody })}
      />
      <p className={css.hint}>{t("networks.roleHint")}</p>
      <div className={css.roles}>
        {ROLES.map((role) => (
          <NetworkList
            key={role}
            label={t(`role.${role}`)}
            value={draft.roles[role]}
            disabled={disabled || isAbove(role)}
            onChange={(text) => onChange({ ...draft, roles: { ...draft.roles, [role]: text } })}
          />
        ))}
      </div>
    </div>
  );
}

interface NetworkListProps {
  readonly label: string;
  readonly hint?: string;
  readonly wide?: boolean;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

function NetworkList({ label, hint, wide, value, disabled, onChange }: NetworkListProps) {
  return (
    <Textarea
      label={label}
      description={hint}
      value={value}
      disabled={disabled}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autosize
      minRows={wide === true ? 3 : 2}
      maxRows={10}
      spellCheck={false}
      dir="ltr"
      classNames={{ input: css.networks }}
    />
  );
}
