import { type ReactNode, useState } from "react";
import type { Callback, PhoneNumber } from "../../../contract/numbers.ts";
import { Chip } from "../pieces/chip.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./connect-number.module.css";
import { ConnectedMeta } from "./connected-meta.tsx";
import { MetaForm } from "./meta-form.tsx";
import { SimulatorForm } from "./simulator-form.tsx";

export interface ConnectNumberProps {
  /** What the last button says. */
  readonly finish: string;
  readonly onFinished: () => void;
  /** Stands at the start of the buttons: back, or later. */
  readonly aside?: ReactNode;
  /** Where a number at Meta is connected, the simulator is out of the question, and the other way round. */
  readonly only?: "meta" | "simulator";
}

/** The choice between the simulator and a number at Meta, and what each needs. */
export function ConnectNumber({ finish, onFinished, aside, only }: ConnectNumberProps) {
  const { t } = useText();
  const [host, setHost] = useState<"simulator" | "meta">(only ?? "simulator");
  const [connected, setConnected] = useState<{ number: PhoneNumber; callback: Callback }>();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  if (connected !== undefined) {
    return <ConnectedMeta {...connected} finish={finish} onFinished={onFinished} />;
  }
  const buttons = { slot, aside };
  return (
    <>
      <fieldset className={css.choices}>
        <legend className={css.legend}>{t("numbers.choose")}</legend>
        {only === "meta" ? null : (
          <Choice
            name="simulator"
            chosen={host}
            onChoose={setHost}
            title={t("numbers.simulator")}
            chip={<Chip tone="brand">{t("numbers.simulatorChip")}</Chip>}
            hint={t("numbers.simulatorHint")}
          >
            <SimulatorForm finish={finish} onFinished={onFinished} {...buttons} />
          </Choice>
        )}
        {only === "simulator" ? null : (
          <Choice
            name="meta"
            chosen={host}
            onChoose={setHost}
            title={t("numbers.meta")}
            hint={t("numbers.metaHint")}
          >
            <MetaForm onConnected={setConnected} {...buttons} />
          </Choice>
        )}
      </fieldset>
      <div ref={setSlot} className={css.slot} />
    </>
  );
}

interface ChoiceProps {
  readonly name: "simulator" | "meta";
  readonly chosen: "simulator" | "meta";
  readonly onChoose: (name: "simulator" | "meta") => void;
  readonly title: string;
  readonly chip?: ReactNode;
  readonly hint: string;
  readonly children: ReactNode;
}

function Choice({ name, chosen, onChoose, title, chip, hint, children }: ChoiceProps) {
  const isChosen = chosen === name;
  return (
    <div className={css.choice} data-chosen={isChosen}>
      <label className={css.head}>
        <input
          type="radio"
          name="host"
          className={css.radio}
          checked={isChosen}
          onChange={() => onChoose(name)}
        />
        <span className={css.words}>
          <span className={css.title}>
            <b>{title}</b>
            {chip}
          </span>
          <span className={css.hint}>{hint}</span>
        </span>
      </label>
      {isChosen ? <div className={css.more}>{children}</div> : null}
    </div>
  );
}
