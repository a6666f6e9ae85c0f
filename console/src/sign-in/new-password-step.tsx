import { Button, PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SessionState } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { retryWhileBusy } from "../api/retry-while-busy.ts";
import { NewPassword, useIsGoodPassword } from "../password/new-password.tsx";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";

export interface NewPasswordStepProps {
  readonly state: Extract<SessionState, { readonly state: "password_needed" }>;
  readonly onDone: (state: SessionState) => void;
  readonly onBack: () => void;
}

/** For one whose password is known to others: both factors are proved, and nothing goes on before there is another. */
export function NewPasswordStep({ state, onDone, onBack }: NewPasswordStepProps) {
  const { t } = useText();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const choose = useMutation({
    mutationFn: () =>
      retryWhileBusy(
        () => api.chooseNewPassword({ body: { current, next } }),
        () => undefined,
      ),
    meta: { expectsSignedOut: true },
    onSuccess: onDone,
  });
  const about = [state.email, state.name, state.workspaceName];
  const isGood = useIsGoodPassword(next, about);
  const submit = () => {
    setTried(true);
    if (isGood && current !== "") choose.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Callout tone="warn">{t("signIn.newPasswordWhy")}</Callout>
      <input type="email" autoComplete="username" value={state.email} readOnly hidden />
      <PasswordInput
        label={t("profile.currentPassword")}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={tried && current === "" ? t("signIn.faultPassword") : undefined}
        size="md"
        dir="ltr"
        autoComplete="current-password"
        autoFocus
      />
      <NewPassword
        label={t("profile.newPassword")}
        value={next}
        onChange={setNext}
        about={about}
        error={tried && !isGood ? t("setup.faultPassword") : undefined}
      />
      <ProblemCallout error={choose.error} />
      <Button type="submit" size="lg" fullWidth loading={choose.isPending}>
        {t("signIn.newPasswordGoOn")}
      </Button>
      <Button variant="subtle" fullWidth onClick={onBack}>
        {isSignedOut(choose.error) ? t("signIn.startAgain") : t("common.back")}
      </Button>
    </Form>
  );
}
