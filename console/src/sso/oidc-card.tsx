import { NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { OidcConnectionView } from "../../../contract/sso.ts";
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

/** OpenID Connect: what to copy to the provider, what comes from there, a test, and on. */
export function OidcCard({ view }: { readonly view: OidcConnectionView }) {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
  const { connection } = view;
  return (
    <Card padded>
      <div className={css.stack}>
        <CardHead name={t("sso.oidc")} hint={t("sso.oidcHint")} state={connection} />
        {opened ? <OidcForm view={view} onDone={() => setOpened(false)} /> : null}
        {opened ? null : (
          <ConnectionActions
            protocol="oidc"
            state={connection}
            onEdit={() => setOpened(true)}
            onSwitch={(enabled) => api.saveOidc({ body: { ...bodyOf(connection), enabled } })}
          />
        )}
      </div>
    </Card>
  );
}

/** As it stands: what is not shown again stays as it is. */
function bodyOf(connection: OidcConnectionView["connection"]) {
  if (connection === null) throw new Error("there is nothing to switch");
  const { label, issuer, clientId, directoryClaim } = connection;
  return { label, issuer, clientId, directoryClaim, trust: "keep" as const };
}

function OidcForm({ view, onDone }: { readonly view: OidcConnectionView; readonly onDone: () => void }) {
  const { t } = useText();
  const before = view.connection;
  const [label, setLabel] = useState(before?.label ?? "");
  const [issuer, setIssuer] = useState(before?.issuer ?? "");
  const [clientId, setClientId] = useState(before?.clientId ?? "");
  const [clientSecret, setClientSecret] = useState("");
  const [claim, setClaim] = useState<"" | "sub" | "oid">(before?.directoryClaim ?? "");
  const [trust, setTrust] = useState<TrustDraft>(trustDraftOf(before?.trust ?? null));
  // Another provider has to be tested before it is on.
  const isSame =
    before !== null && before.issuer === issuer.trim() && before.clientId === clientId && clientSecret === "";
  const save = useChangeSso(() =>
    api.saveOidc({
      body: {
        ...{ label, issuer: issuer.trim(), clientId, trust: given(trust) },
        enabled: isSame && before.enabled,
        directoryClaim: claim === "" ? null : claim,
        ...(clientSecret === "" ? {} : { clientSecret }),
      },
    }),
  );
  const isWhole =
    label !== "" && issuer !== "" && clientId !== "" && (before !== null || clientSecret !== "");
  return (
    <Form onSubmit={() => save.mutate(undefined, { onSuccess: onDone })}>
      <div>
        <h4 className={css.label}>{t("sso.copyOut")}</h4>
        <CopyBox>
          <CopyField label={t("sso.redirectUri")} value={view.redirectUri} />
        </CopyBox>
        <p className={css.hint}>{t("sso.oidcWhere")}</p>
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
          label={t("sso.issuer")}
          description={t("sso.issuerHint")}
          value={issuer}
          onChange={({ currentTarget }) => setIssuer(currentTarget.value)}
          dir="ltr"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          label={t("sso.clientId")}
          value={clientId}
          onChange={({ currentTarget }) => setClientId(currentTarget.value)}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
        />
        <PasswordInput
          label={t("sso.clientSecret")}
          placeholder={before === null ? undefined : t("sso.unchanged")}
          value={clientSecret}
          onChange={({ currentTarget }) => setClientSecret(currentTarget.value)}
          dir="ltr"
          autoComplete="new-password"
        />
        <Wide>
          <NativeSelect
            label={t("sso.directoryClaim")}
            description={t("sso.directoryClaimHint")}
            value={claim}
            onChange={({ currentTarget }) => setClaim(currentTarget.value as "" | "sub" | "oid")}
            data={[
              { value: "", label: t("sso.claimNone") },
              { value: "oid", label: t("sso.claimOid") },
              { value: "sub", label: t("sso.claimSub") },
            ]}
          />
        </Wide>
        <Wide>
          <TrustFields draft={trust} onChange={setTrust} protocol="oidc" />
        </Wide>
      </Columns>
      <SaveActions save={save} isWhole={isWhole} onDone={onDone} />
    </Form>
  );
}
