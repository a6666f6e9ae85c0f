import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SamlConnectionView } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";
import { CopyBox, CopyField } from "../pieces/copy-field.tsx";
import { Columns, Form, Wide } from "../pieces/form.tsx";
import { Card } from "../pieces/page.tsx";
import { useText } from "../texts/text-context.tsx";
import { ConnectionActions } from "./connection-actions.tsx";
import { CardHead } from "./connection-state.tsx";
import { SaveActions } from "./save-actions.tsx";
import css from "./sso.module.css";
import { useChangeSso } from "./sso-query.ts";
import { given, type TrustDraft, TrustFields, trustDraftOf } from "./trust-fields.tsx";

/** SAML 2.0, for providers that speak nothing newer. */
export function SamlCard({ view }: { readonly view: SamlConnectionView }) {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
  const { connection } = view;
  return (
    <Card padded>
      <div className={css.stack}>
        <CardHead name={t("sso.saml")} hint={t("sso.samlHint")} state={connection} />
        {opened ? <SamlForm view={view} onDone={() => setOpened(false)} /> : null}
        {opened ? null : (
          <ConnectionActions
            protocol="saml"
            state={connection}
            onEdit={() => setOpened(true)}
            onSwitch={(enabled) => api.saveSaml({ body: { ...bodyOf(connection), enabled } })}
          />
        )}
      </div>
    </Card>
  );
}

function bodyOf(connection: SamlConnectionView["connection"]) {
  if (connection === null) throw new Error("there is nothing to switch");
  const { label, entityId, signInUrl, certificates, directoryClaim } = connection;
  return { label, entityId, signInUrl, certificates, directoryClaim, trust: "keep" as const };
}

const BETWEEN = /(?<=-----END CERTIFICATE-----)\s+/;

function SamlForm({ view, onDone }: { readonly view: SamlConnectionView; readonly onDone: () => void }) {
  const { t } = useText();
  const before = view.connection;
  const [label, setLabel] = useState(before?.label ?? "");
  const [entityId, setEntityId] = useState(before?.entityId ?? "");
  const [signInUrl, setSignInUrl] = useState(before?.signInUrl ?? "");
  const [certificates, setCertificates] = useState(before?.certificates.join("\n") ?? "");
  const [claim, setClaim] = useState<"" | "name_id" | "object_id">(before?.directoryClaim ?? "");
  const [trust, setTrust] = useState<TrustDraft>(trustDraftOf(before?.trust ?? null));
  // Another provider has to be tested before it is on.
  const isSame =
    before !== null &&
    before.entityId === entityId &&
    before.signInUrl === signInUrl.trim() &&
    before.certificates.join("\n") === certificates;
  const save = useChangeSso(() =>
    api.saveSaml({
      body: {
        ...{ label, entityId, signInUrl: signInUrl.trim(), trust: given(trust) },
        enabled: isSame && before.enabled,
        certificates: certificates.trim().split(BETWEEN),
        directoryClaim: claim === "" ? null : claim,
      },
    }),
  );
  const isWhole = [label, entityId, signInUrl, certificates].every((value) => value.trim() !== "");
  return (
    <Form onSubmit={() => save.mutate(undefined, { onSuccess: onDone })}>
      <div>
        <h4 className={css.label}>{t("sso.copyOut")}</h4>
        <CopyBox>
          <CopyField label={t("sso.metadataUrl")} value={view.metadataUrl} />
          <CopyField label={t("sso.entityId")} value={view.entityId} />
          <CopyField label={t("sso.acsUrl")} value={view.acsUrl} />
        </CopyBox>
        <p className={css.hint}>{t("sso.samlWhere")}</p>
      </div>
      <Columns>
        <TextInput
          label={t("sso.label")}
          description={t("sso.labelHint")}
          value={label}
          onChange={({ currentTarget }) => setLabel(currentTarget.value)}
          maxLength={40}
        />
        <TextInput
          label={t("sso.providerId")}
          description={t("sso.providerIdHint")}
          value={entityId}
          onChange={({ currentTarget }) => setEntityId(currentTarget.value)}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
        />
        <Wide>
          <TextInput
            label={t("sso.signInUrl")}
            value={signInUrl}
            onChange={({ currentTarget }) => setSignInUrl(currentTarget.value)}
            dir="ltr"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
          />
        </Wide>
        <Wide>
          <Textarea
            label={t("sso.certificates")}
            description={t("sso.certificatesHint")}
            value={certificates}
            onChange={({ currentTarget }) => setCertificates(currentTarget.value)}
            dir="ltr"
            rows={5}
            spellCheck={false}
          />
        </Wide>
        <Wide>
          <NativeSelect
            label={t("sso.directoryClaim")}
            description={t("sso.directoryClaimHint")}
            value={claim}
            onChange={({ currentTarget }) => setClaim(currentTarget.value as "" | "name_id" | "object_id")}
            data={[
              { value: "", label: t("sso.claimNone") },
              { value: "name_id", label: t("sso.claimNameId") },
              { value: "object_id", label: t("sso.claimObjectId") },
            ]}
          />
        </Wide>
        <Wide>
          <TrustFields draft={trust} onChange={setTrust} protocol="saml" />
        </Wide>
      </Columns>
      <SaveActions save={save} isWhole={isWhole} onDone={onDone} />
    </Form>
  );
}
