import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SessionState } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./sign-in-page.module.css";

/** Ten characters and a hyphen between them, which may be left out. */
const SHORTEST_RECOVERY_CODE = 10;

export interface FactorFormProps {
  readonly onDone: (state: SessionState) => void;
  /** Absent where there is nothing to go back to. */
  readonly onBack?: () => void;
  /** What proving it does; "Sign in" unless said. */
  readonly action?: string;
}

/** The code of the authenticator, or one of the recovery codes. */
export function FactorForm({ onDone, onBack, action }: FactorFormProps) {
  const { t } = useText();
  const [way, setWay] = useState<"totp" | "recovery">("totp");
  const [totp, setTotp] = useState("");
  const [recoveryCode, setRecoveryCode] = useState("");
  const [tried, setTried] = useState(false);
  const prove = useMutation({
    mutationFn: () =>
      api.proveFactor({ body: way === "totp" ? { totp } : { recoveryCode: recoveryCode.trim() } }),
    meta: { expectsSignedOut: true },
    onSuccess: onDone,
    onError: () => setTotp(""),
  });
  const filled = way === "totp" ? totp.length === 6 : recoveryCode.trim().length >= SHORTEST_RECOVERY_CODE;
  const change = (next: "totp" | "recovery") => {
    setWay(next);
    setTried(false);
    prove.reset();
  };
  const submit = () => {
    setTried(true);
    if (filled) prove.mutate();
  };
  const fault = tried && !filled && prove.error === null;
  return (
    <Form onSubmit={submit}>
      {way === "totp" ? (
        <CodeField
          label={t("factor.code")}
          hint={t("factor.codeHint")}
          value={totp}
          onChange={setTotp}
          error={fault ? t("factor.faultCode") : undefined}
          autoFocus
        />
      ) : (
        <TextInput
          key="recovery"
          label={t("signIn.recoveryCode")}
          description={t("signIn.recoveryHint")}
          value={recoveryCode}
          onChange={(event) => setRecoveryCode(event.currentTarget.value)}
          error={fault ? t("signIn.faultRecovery") : undefined}
          size="md"
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={16}
          autoFocus
        />
      )}
      <ProblemCallout error={prove.error} />
      <Button type="submit" size="lg" fullWidth loading={prove.isPending}>
        {action ?? t("signIn.signIn")}
      </Button>
      <div className={css.links}>
        {onBack === undefined ? (
          <span />
        ) : (
          <Button variant="subtle" onClick={onBack}>
            {isSignedOut(prove.error) ? t("signIn.startAgain") : t("common.back")}
          </Button>
        )}
        <Button variant="subtle" onClick={() => change(way === "totp" ? "recovery" : "totp")}>
          {way === "totp" ? t("signIn.useRecovery") : t("signIn.useCode")}
        </Button>
      </div>
    </Form>
  );
}
