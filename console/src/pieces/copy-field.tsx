import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import css from "./copy-field.module.css";
import { useCopy } from "./use-copy.ts";

/** A value to paste elsewhere, in full, left to right. */
export function CopyField(props: { readonly label: string; readonly value: string }) {
  const { label, value } = props;
  return (
    <div className={css.field}>
      <div className={css.words}>
        <span className={css.label}>{label}</span>
        <code className={css.value}>{value}</code>
      </div>
      <CopyButton value={value} label={label} />
    </div>
  );
}

export function CopyButton(props: { readonly value: string; readonly label: string }) {
  const { t } = useText();
  const { copied, copy } = useCopy();
  const word = copied ? t("common.copied") : t("common.copy");
  return (
    <Tooltip label={word}>
      <ActionIcon aria-label={`${word}: ${props.label}`} onClick={() => void copy(props.value)}>
        {copied ? <IconCheck size={16} stroke={1.8} /> : <IconCopy size={16} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Several of them on one sunken ground. */
export function CopyBox(props: { readonly children: React.ReactNode }) {
  return <div className={css.box}>{props.children}</div>;
}
