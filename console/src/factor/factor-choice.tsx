import { Radio } from "@mantine/core";
import { IconDeviceMobile, IconFingerprint } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import css from "./factor-choice.module.css";

export type FactorWay = "passkey" | "totp";

export interface FactorChoiceProps {
  readonly value: FactorWay;
  readonly onChange: (way: FactorWay) => void;
}

/** The two kinds of second factor, with what each is good for. */
export function FactorChoice({ value, onChange }: FactorChoiceProps) {
  const { t } = useText();
  const ways = [
    { way: "passkey", name: t("factor.passkey"), words: t("factor.passkeyWords"), Icon: IconFingerprint },
    { way: "totp", name: t("factor.totp"), words: t("factor.totpWords"), Icon: IconDeviceMobile },
  ] as const;
  return (
    <fieldset className={css.ways}>
      <legend className={css.legend}>{t("factor.choose")}</legend>
      {ways.map(({ way, name, words, Icon }) => (
        <Radio.Card
          key={way}
          className={css.way}
          name="factor"
          value={way}
          checked={value === way}
          onClick={() => onChange(way)}
        >
          <span className={css.icon} aria-hidden="true">
            <Icon size={18} stroke={1.6} />
          </span>
          <span className={css.text}>
            <b className={css.name}>{name}</b>
            <span className={css.words}>{words}</span>
          </span>
        </Radio.Card>
      ))}
    </fieldset>
  );
}
