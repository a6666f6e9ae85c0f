import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import css from "./networks.module.css";
import type { RulesDraft } from "./rules-draft.ts";

interface KnownNetworksProps {
  readonly known: RulesDraft["known"];
  readonly disabled: boolean;
  readonly onChange: (known: RulesDraft["known"]) => void;
}

/** Names for networks, one a line. */
export function KnownNetworks({ known, disabled, onChange }: KnownNetworksProps) {
  const { t } = useText();
  const change = (key: string, part: Partial<RulesDraft["known"][number]>) =>
    onChange(known.map((one) => (one.key === key ? { ...one, ...part } : one)));
  return (
    <div className={css.lists}>
      <p className={css.hint}>{t("networks.knownHint")}</p>
      {known.map(({ key, name, network }) => (
        <div key={key} className={css.pair}>
          <TextInput
            aria-label={t("networks.name")}
            placeholder={t("networks.name")}
            value={name}
            disabled={disabled}
            maxLength={60}
            dir="auto"
            onChange={({ currentTarget }) => change(key, { name: currentTarget.value })}
          />
          <TextInput
            aria-label={t("networks.network")}
            placeholder="203.0.113.0/24"
            value={network}
            disabled={disabled}
            maxLength={50}
            dir="ltr"
            spellCheck={false}
            onChange={({ currentTarget }) => change(key, { network: currentTarget.value })}
          />
          {disabled ? null : (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("networks.remove", { name: name === "" ? network : name })}
              onClick={() => onChange(known.filter((one) => one.key !== key))}
            >
              <IconX size={16} stroke={1.8} />
            </ActionIcon>
          )}
        </div>
      ))}
      {disabled ? null : (
        <Button
          className={css.add}
          variant="default"
          leftSection={<IconPlus size={16} stroke={1.8} />}
          onClick={() => onChange([...known, { key: crypto.randomUUID(), name: "", network: "" }])}
        >
          {t("networks.add")}
        </Button>
      )}
    </div>
  );
}
