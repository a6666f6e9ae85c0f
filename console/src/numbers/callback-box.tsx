import type { Callback } from "../../../contract/numbers.ts";
import { Callout } from "../pieces/callout.tsx";
import { CopyBox, CopyField } from "../pieces/copy-field.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./callback-box.module.css";

/** The two values to paste at Meta, and what Meta still needs to reach this installation. */
export function CallbackBox({ callback }: { readonly callback: Callback }) {
  const { t } = useText();
  const reachable = callback.publicAddress && callback.publicCertificate;
  return (
    <div className={css.block}>
      <h3 className={css.label}>{t("numbers.paste")}</h3>
      <CopyBox>
        <CopyField label={t("numbers.callbackUrl")} value={callback.callbackUrl} />
        <CopyField label={t("numbers.verifyToken")} value={callback.verifyToken} />
      </CopyBox>
      <p className={css.hint}>{t("numbers.subscribe")}</p>
      {reachable ? (
        <Callout tone="ok">{t("numbers.reachable")}</Callout>
      ) : (
        <Callout tone="warn" title={t("numbers.unreachable")}>
          <ul className={css.needs}>
            {callback.publicAddress ? null : <li>{t("numbers.needAddress")}</li>}
            {callback.publicCertificate ? null : <li>{t("numbers.needCertificate")}</li>}
          </ul>
        </Callout>
      )}
    </div>
  );
}
