import { Checkbox, TextInput } from "@mantine/core";
import { useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";

/** What an Admin says of the provider's own second factor, as they type it. */
export interface TrustDraft {
  readonly trusts: boolean;
  readonly acr: string;
  readonly amr: string;
}

interface Trust {
  readonly acrValues: readonly string[];
  readonly amrValues: readonly string[];
}

export function trustDraftOf(trust: Trust | null): TrustDraft {
  return {
    trusts: trust !== null,
    acr: trust?.acrValues.join(" ") ?? "",
    amr: trust?.amrValues.join(" ") ?? "",
  };
}

/** What is sent: saying it is the attestation, so it is sent anew each time. */
export function given({ trusts, acr, amr }: TrustDraft) {
  const values = (text: string) => text.split(/\s+/).filter((value) => value !== "");
  return trusts ? { acrValues: values(acr), amrValues: values(amr) } : null;
}

export interface TrustFieldsProps {
  readonly draft: TrustDraft;
  readonly onChange: (draft: TrustDraft) => void;
  readonly protocol: "oidc" | "saml";
}

/** Whether the provider's second factor stands for ours. */
export function TrustFields({ draft, onChange, protocol }: TrustFieldsProps) {
  const { t } = useText();
  return (
    <div className={css.stack}>
      <Checkbox
        label={t("sso.trust")}
        description={t("sso.trustHint")}
        checked={draft.trusts}
        onChange={({ currentTarget }) => onChange({ ...draft, trusts: currentTarget.checked })}
      />
      {draft.trusts ? (
        <TextInput
          label={t("sso.acr")}
          description={t("sso.acrHint")}
          value={draft.acr}
          onChange={({ currentTarget }) => onChange({ ...draft, acr: currentTarget.value })}
          dir="ltr"
          spellCheck={false}
        />
      ) : null}
      {draft.trusts && protocol === "oidc" ? (
        <TextInput
          label={t("sso.amr")}
          description={t("sso.amrHint")}
          value={draft.amr}
          onChange={({ currentTarget }) => onChange({ ...draft, amr: currentTarget.value })}
          dir="ltr"
          spellCheck={false}
        />
      ) : null}
    </div>
  );
}
