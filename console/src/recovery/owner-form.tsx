import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { newPassword } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { AuthFrame } from "./auth-frame.tsx";

/** With a link made on the machine: a new password, and then the sign-in page asks for a new second factor. */
export function OwnerForm({ token, email }: { readonly token: string; readonly email: string }) {
  const { t } = useText();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const recover = useMutation({
    mutationFn: () => api.recoverOwner({ body: { token, password } }),
    meta: { expectsSignedOut: true },
    onSuccess: () => {
      queryClient.clear();
      void router.navigate({ to: "/sign-in" });
    },
  });
  const isLong = newPassword.safeParse(password).success;
  const submit = () => {
    setTried(true);
    if (isLong) recover.mutate();
  };
  return (
    <AuthFrame title={t("recovery.ownerTitle")} lede={t("recovery.ownerWords", { email })}>
      <Form onSubmit={submit}>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label={t("profile.newPassword")}
          description={t("setup.passwordHint")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={tried && !isLong ? t("setup.faultPassword") : undefined}
          size="md"
          dir="ltr"
          autoComplete="new-password"
          autoFocus
        />
        <ProblemCallout error={recover.error} />
        <Button type="submit" size="lg" fullWidth loading={recover.isPending}>
          {t("recovery.ownerNext")}
        </Button>
      </Form>
    </AuthFrame>
  );
}
