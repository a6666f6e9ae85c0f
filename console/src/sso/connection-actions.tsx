import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SsoProtocol, SsoSettings } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useText } from "../texts/text-context.tsx";
import type { ConnectionState } from "./connection-state.tsx";
import css from "./sso.module.css";
import { leaveFor, useChangeSso } from "./sso-query.ts";

export interface ConnectionActionsProps {
  readonly protocol: SsoProtocol;
  readonly state: ConnectionState | null;
  readonly onEdit: () => void;
  readonly onSwitch: (enabled: boolean) => Promise<SsoSettings>;
}

/** Set up, test, switch on: the next step is the filled button. */
export function ConnectionActions({ protocol, state, onEdit, onSwitch }: ConnectionActionsProps) {
  const { t } = useText();
  const may = useMay();
  const [removing, setRemoving] = useState(false);
  const turn = useChangeSso(onSwitch);
  const test = useMutation({
    mutationFn: () => api.testSso({ params: { protocol } }),
    onSuccess: ({ location }) => leaveFor(location),
  });
  const remove = useChangeSso(() => api.removeSso({ params: { protocol } }));
  if (!may("sso.manage")) return null;
  if (state === null)
    return (
      <div className={css.actions}>
        <Button variant={protocol === "oidc" ? "filled" : "default"} onClick={onEdit}>
          {t("sso.setUp")}
        </Button>
      </div>
    );
  const isTested = state.provedAt !== null;
  return (
    <>
      {isTested ? null : <Callout tone="info">{t("sso.testFirst")}</Callout>}
      <ProblemCallout error={turn.error ?? test.error} />
      <div className={css.actions}>
        {isTested && !state.enabled ? (
          <Button loading={turn.isPending} onClick={() => turn.mutate(true)}>
            {t("sso.switchOn")}
          </Button>
        ) : null}
        <Button
          variant={isTested ? "default" : "filled"}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          {t("sso.test")}
        </Button>
        <Button variant="default" onClick={onEdit}>
          {t("sso.edit")}
        </Button>
        <span className={css.grow} />
        {state.enabled ? (
          <Button variant="subtle" loading={turn.isPending} onClick={() => turn.mutate(false)}>
            {t("sso.switchOff")}
          </Button>
        ) : null}
        <Button variant="subtle" onClick={() => setRemoving(true)}>
          {t("sso.remove")}
        </Button>
      </div>
      <ConfirmDialog
        opened={removing}
        title={t("sso.removeTitle")}
        action={t("sso.remove")}
        destructive
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setRemoving(false) })}
        onClose={() => setRemoving(false)}
      >
        {t("sso.removeWords", { count: state.linked })}
      </ConfirmDialog>
    </>
  );
}
