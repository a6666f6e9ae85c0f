import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { newPassword, recoveryCode as recoveryCodeShape } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { AuthFrame, ToSignIn } from "./auth-frame.tsx";
import css from "./recovery.module.css";

/** A new password, and the second factor: neither is of use without the other. */
export function ResetForm({ token, email }: { readonly token: string; readonly email: string }) {
  const { t } = useText();
  const [way, setWay] = useState<"totp" | "recovery">("totp");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const [recoveryCode, setRecoveryCode] = useState("");
  const [tried, setTried] = useState(false);
  const factor = way === "totp" ? { totp } : { recoveryCode: recoveryCode.trim() };
  const reset = useMutation({
    mutationFn: () => api.resetPassword({ body: { token, password, ...factor } }),
    meta: { expectsSignedOut: true },
    onError: () => setTotp(""),
  });
  if (reset.isSuccess) {
    return (
      <AuthFrame title={t("recovery.doneTitle")}>
        <div className={css.stack}>
          <Callout tone="ok">{t("recovery.doneWords")}</Callout>
          <ToSignIn filled />
        </div>
      </AuthFrame>
    );
  }
  const isLong = newPassword.safeParse(password).success;
  const isCode =
    way === "totp" ? totp.length === 6 : recoveryCodeShape.safeParse(recoveryCode.trim()).success;
  const submit = () => {
    setTried(true);
    if (isLong && isCode) reset.mutate();
  };
  const codeFault = tried && !isCode && reset.error === null;
  return (
    <AuthFrame title={t("recovery.resetTitle", { email })} lede={t("recovery.resetWords")}>
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
        {way === "totp" ? (
          <CodeField
            label={t("factor.code")}
            hint={t("factor.codeHint")}
            value={totp}
            onChange={setTotp}
            error={codeFault ? t("factor.faultCode") : undefined}
          />
        ) : (
          <TextInput
            label={t("signIn.recoveryCode")}
            description={t("signIn.recoveryHint")}
            value={recoveryCode}
            onChange={(event) => setRecoveryCode(event.currentTarget.value)}
            error={codeFault ? t("signIn.faultRecovery") : undefined}
            size="md"
            dir="ltr"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
          />
        )}
        <ProblemCallout error={reset.error} />
        <div className={css.stack}>
          <Button type="submit" size="lg" fullWidth loading={reset.isPending}>
            {t("recovery.setPassword")}
          </Button>
          <Button variant="subtle" onClick={() => setWay(way === "totp" ? "recovery" : "totp")}>
            {way === "totp" ? t("recovery.useRecovery") : t("recovery.useCode")}
          </Button>
        </div>
      </Form>
    </AuthFrame>
  );
}
