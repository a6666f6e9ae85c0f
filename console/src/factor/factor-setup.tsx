import type { ReactNode } from "react";
import type { Enrolment } from "../../../contract/session.ts";
import { CodeField } from "../pieces/code-field.tsx";
import { CopyField } from "../pieces/copy-field.tsx";
import { QrCode } from "../pieces/qr-code.tsx";
import { RecoveryCodes } from "../pieces/recovery-codes.tsx";
import { useText } from "../texts/text-context.tsx";
import type { FactorWay } from "./factor-choice.tsx";
import css from "./factor-setup.module.css";

export interface FactorDraft {
  readonly totp: string;
  readonly kept: boolean;
}

export interface FactorSetupProps {
  readonly way: FactorWay;
  readonly enrolment: Enrolment;
  readonly draft: FactorDraft;
  readonly onDraft: (draft: FactorDraft) => void;
  /** Whether what is missing is pointed at: after the first try. */
  readonly tried: boolean;
}

/** A second factor in moves: scan, keep the recovery codes, prove it; a passkey has nothing to scan. */
export function FactorSetup({ way, enrolment, draft, onDraft, tried }: FactorSetupProps) {
  const { t } = useText();
  const keep = (
    <>
      <p className={css.hint}>{t("factor.codesHint")}</p>
      <RecoveryCodes
        codes={enrolment.recoveryCodes}
        kept={draft.kept}
        onKept={(kept) => onDraft({ ...draft, kept })}
        error={tried && !draft.kept ? t("factor.faultKept") : undefined}
      />
    </>
  );
  if (way === "passkey")
    return (
      <ol className={css.moves}>
        <Move number={1} title={t("factor.codesTitle")}>
          {keep}
        </Move>
        <Move number={2} title={t("factor.makeTitle")}>
          <p className={css.hint}>{t("factor.makeHint")}</p>
        </Move>
      </ol>
    );
  return (
    <ol className={css.moves}>
      <Move number={1} title={t("factor.scanTitle")}>
        <Scan enrolment={enrolment} />
      </Move>
      <Move number={2} title={t("factor.codesTitle")}>
        {keep}
      </Move>
      <Move number={3} title={t("factor.proveTitle")}>
        <CodeField
          label={t("factor.code")}
          value={draft.totp}
          onChange={(totp) => onDraft({ ...draft, totp })}
          hint={t("factor.codeHint")}
          error={tried && draft.totp.length !== 6 ? t("factor.faultCode") : undefined}
        />
      </Move>
    </ol>
  );
}

/** The picture for the app's camera, and the key for who cannot scan. */
export function Scan({ enrolment }: { readonly enrolment: Pick<Enrolment, "uri" | "secret"> }) {
  const { t } = useText();
  return (
    <div className={css.scan}>
      <QrCode text={enrolment.uri} label={t("factor.qrLabel")} />
      <div className={css.beside}>
        <p className={css.hint}>{t("factor.scanHint")}</p>
        <CopyField label={t("factor.secret")} value={inFours(enrolment.secret)} />
      </div>
    </div>
  );
}

function Move(props: { readonly number: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <li className={css.move}>
      <span className={css.number} aria-hidden="true">
        {props.number}
      </span>
      <div className={css.body}>
        <h2 className={css.title}>{props.title}</h2>
        {props.children}
      </div>
    </li>
  );
}

/** "JBSW Y3DP EHPK 3PXP": typed by hand without losing the place. */
function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
