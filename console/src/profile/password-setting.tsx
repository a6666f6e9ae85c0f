import { Button, Modal, PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { retryWhileBusy } from "../api/retry-while-busy.ts";
import { NewPassword, useIsGoodPassword } from "../password/new-password.tsx";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { Setting } from "./setting.tsx";

export function PasswordSetting() {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
  return (
    <Setting title={t("setup.password")} hint={t("profile.passwordHint")}>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t("profile.changePassword")}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t("profile.changePassword")} size={440}>
        <PasswordForm onClose={() => setOpened(false)} />
      </Modal>
    </Setting>
  );
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const me = useMe();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () =>
      retryWhileBusy(
        () => api.changePassword({ body: { current, next } }),
        () => undefined,
      ),
  });
  const about = [me.email, me.name, me.workspace.name];
  const isGood = useIsGoodPassword(next, about);
  if (change.isSuccess) {
    return (
      <Form onSubmit={onClose}>
        <Callout tone="ok">{t("profile.passwordChanged")}</Callout>
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
    if (isGood) change.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label={t("profile.currentPassword")}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        dir="ltr"
        autoComplete="current-password"
        data-autofocus
      />
      <NewPassword
        label={t("profile.newPassword")}
        value={next}
        onChange={setNext}
        about={about}
        error={tried && !isGood ? t("setup.faultPassword") : undefined}
      />
      <ProblemCallout error={change.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={current === "" || next === ""}>
          {t("profile.changePassword")}
        </Button>
      </FormActions>
    </Form>
  );
}
