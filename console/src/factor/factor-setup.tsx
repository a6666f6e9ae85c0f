import type { Enrolment } from "../../../contract/session.ts";
import { CodeField } from "../pieces/code-field.tsx";
import { CopyField } from "../pieces/copy-field.tsx";
import { QrCode } from "../pieces/qr-code.tsx";
import { RecoveryCodes } from "../pieces/recovery-codes.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./factor-setup.module.css";

export interface FactorDraft {
  readonly totp: string;
  readonly kept: boolean;
}

export interface FactorSetupProps {
  readonly enrolment: Enrolment;
  readonly draft: FactorDraft;
  readonly onDraft: (draft: FactorDraft) => void;
  /** Whether what is missing is pointed at: after the first try. */
  readonly tried: boolean;
}

/** A second factor in three moves: scan, keep the recovery codes, prove it with a code. */
export function FactorSetup({ enrolment, draft, onDraft, tried }: FactorSetupProps) {
  const { t } = useText();
  return (
    <ol className={css.moves}>
      <li className={css.move}>
        <span className={css.number} aria-hidden="true">
          1
        </span>
        <div className={css.body}>
          <h2 className={css.title}>{t("factor.scanTitle")}</h2>
          <div className={css.scan}>
            <QrCode text={enrolment.uri} label={t("factor.qrLabel")} />
            <div className={css.beside}>
              <p className={css.hint}>{t("factor.scanHint")}</p>
              <CopyField label={t("factor.secret")} value={inFours(enrolment.secret)} />
            </div>
          </div>
        </div>
      </li>
      <li className={css.move}>
        <span className={css.number} aria-hidden="true">
          2
        </span>
        <div className={css.body}>
          <h2 className={css.title}>{t("factor.codesTitle")}</h2>
          <p className={css.hint}>{t("factor.codesHint")}</p>
          <RecoveryCodes
            codes={enrolment.recoveryCodes}
            kept={draft.kept}
            onKept={(kept) => onDraft({ ...draft, kept })}
            error={tried && !draft.kept ? t("factor.faultKept") : undefined}
          />
        </div>
      </li>
      <li className={css.move}>
        <span className={css.number} aria-hidden="true">
          3
        </span>
        <div className={css.body}>
          <h2 className={css.title}>{t("factor.proveTitle")}</h2>
          <CodeField
            label={t("factor.code")}
            value={draft.totp}
            onChange={(totp) => onDraft({ ...draft, totp })}
            hint={t("factor.codeHint")}
            error={tried && draft.totp.length !== 6 ? t("factor.faultCode") : undefined}
          />
        </div>
      </li>
    </ol>
  );
}

/** "JBSW Y3DP EHPK 3PXP": typed by hand without losing the place. */
function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
