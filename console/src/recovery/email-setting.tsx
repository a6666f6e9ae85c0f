import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { email as emailShape } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { ownRecoveryQuery } from "./recovery-queries.ts";

/** One's own address, and the one that waits to be confirmed. */
export function EmailSetting() {
  const { t, rich } = useText();
  const me = useMe();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const waiting = useQuery(ownRecoveryQuery).data?.emailChange ?? null;
  const withdraw = useMutation({
    mutationFn: () => api.withdrawEmailChange(),
    onSuccess: () => queryClient.invalidateQueries(ownRecoveryQuery),
  });
  return (
    <Setting title={t("recovery.email")} hint={t("recovery.emailHint")}>
      <Ltr>{me.email}</Ltr>
      {waiting === null ? (
        <Button variant="default" onClick={() => setOpened(true)}>
          {t("recovery.changeEmail")}
        </Button>
      ) : (
        <>
          <Callout>{rich("recovery.emailWaits", { email: <Ltr>{waiting.email}</Ltr> })}</Callout>
          <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {t("recovery.withdraw")}
          </Button>
        </>
      )}
      <ProblemCallout error={withdraw.error} />
      <Modal opened={opened} onClose={() => setOpened(false)} title={t("recovery.changeEmail")} size={440}>
        <EmailForm onClose={() => setOpened(false)} />
      </Modal>
    </Setting>
  );
}

function EmailForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const email = typed.trim();
  const isEmail = emailShape.safeParse(email).success;
  const change = useMutation({ mutationFn: () => api.changeEmail({ body: { email } }) });
  const close = () => {
    onClose();
    void queryClient.invalidateQueries(ownRecoveryQuery);
  };
  if (change.isSuccess) {
    return (
      <Form onSubmit={close}>
        <Callout tone="ok" title={t("recovery.emailAsked", { email })}>
          {t("recovery.emailAskedWords")}
        </Callout>
        <FormActions>
          <Button type="submit" data-autofocus>
            {t("common.done")}
          </Button>
        </FormActions>
      </Form>
    );
  }
  const submit = () => {
    setTried(true);
    if (isEmail) change.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("recovery.newEmail")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={tried && !isEmail ? t("setup.faultEmail") : undefined}
        type="email"
        dir="ltr"
        autoComplete="email"
        data-autofocus
      />
      <ProblemCallout error={change.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending}>
          {t("recovery.changeEmail")}
        </Button>
      </FormActions>
    </Form>
  );
}
