import { Button } from "@mantine/core";
import type { Quarantined } from "../../../contract/quarantine.ts";
import { Chip } from "../pieces/chip.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./quarantine-row.module.css";
import { reasonText, STATE_TONE } from "./quarantine-words.ts";

export interface QuarantineRowProps {
  readonly item: Quarantined;
  readonly onInspect: () => void;
}

export function QuarantineRow({ item, onInspect }: QuarantineRowProps) {
  const text = useText();
  const { t } = text;
  const formats = useFormats();
  const now = useNow();
  return (
    <li className={css.row}>
      <div className={css.words}>
        <div className={css.reason}>{reasonText(item.reason, text)}</div>
        <div className={css.facts}>
          {item.field === null ? null : (
            <span>
              <Ltr>{item.field}</Ltr>
            </span>
          )}
          <span>{formats.bytes(item.byteSize)}</span>
          {item.phoneNumberId === null ? null : (
            <span>
              {t("quarantine.number")} <Ltr>{item.phoneNumberId}</Ltr>
            </span>
          )}
        </div>
      </div>
      <span className={css.age}>{formats.ago(item.receivedAt, now)}</span>
      <span className={css.state}>
        {item.state === "held" ? null : (
          <Chip tone={STATE_TONE[item.state]}>{t(`quarantine.state.${item.state}`)}</Chip>
        )}
      </span>
      <Button variant="default" onClick={onInspect}>
        {t("quarantine.inspect")}
      </Button>
    </li>
  );
}
