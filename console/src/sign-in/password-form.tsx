import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { email as emailShape, type SessionState } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { retryWhileBusy } from "../api/retry-while-busy.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";

export function PasswordForm(props: { readonly onDone: (state: SessionState) => void }) {
  const { t } = useText();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [isWaiting, setWaiting] = useState(false);
  const signIn = useMutation({
    mutationFn: () =>
      retryWhileBusy(
        () => api.signIn({ body: { email: email.trim(), password } }),
        () => setWaiting(true),
      ),
    meta: { expectsSignedOut: true },
    onSuccess: props.onDone,
    onError: () => setPassword(""),
    onSettled: () => setWaiting(false),
  });
  const isEmail = emailShape.safeParse(email.trim()).success;
  const submit = () => {
    setTried(true);
    if (isEmail && password !== "") signIn.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("setup.email")}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={tried && !isEmail ? t("setup.faultEmail") : undefined}
        type="email"
        size="md"
        dir="ltr"
        // The browser suggests passkeys here, where it has any.
        autoComplete="username webauthn"
        autoFocus
      />
      <PasswordInput
        label={t("setup.password")}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        size="md"
        dir="ltr"
        error={tried && password === "" && signIn.error === null ? t("signIn.faultPassword") : undefined}
        autoComplete="current-password"
      />
      {isWaiting ? <Callout tone="info">{t("signIn.waiting")}</Callout> : null}
      <ProblemCallout error={signIn.error} />
      <Button type="submit" size="lg" fullWidth loading={signIn.isPending}>
        {t("common.continue")}
      </Button>
      <Button variant="subtle" fullWidth onClick={() => void router.navigate({ to: "/forgot-password" })}>
        {t("recovery.forgot")}
      </Button>
    </Form>
  );
}
