import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { email as emailShape } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { StartingPage } from "../shell/starting-page.tsx";
import { useText } from "../texts/text-context.tsx";
import { AuthFrame, ToSignIn } from "./auth-frame.tsx";
import css from "./recovery.module.css";
import { recoveryQuery } from "./recovery-queries.ts";

/** Asks for a link by mail; where no mail goes out, says whom to ask. */
export function ForgotPage() {
  const { t } = useText();
  useTitle(t("recovery.forgotTitle"));
  const byMail = useQuery(recoveryQuery).data?.byMail;
  if (byMail === undefined) return <StartingPage />;
  if (byMail) return <AskByMail />;
  return (
    <AuthFrame title={t("recovery.byHandTitle")} lede={t("recovery.byHandWords")}>
      <ToSignIn />
      <p className={css.hint}>{t("recovery.lostFactor")}</p>
    </AuthFrame>
  );
}

function AskByMail() {
  const { t, language } = useText();
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const email = typed.trim();
  const ask = useMutation({ mutationFn: () => api.requestReset({ body: { email, language } }) });
  const isEmail = emailShape.safeParse(email).success;
  if (ask.isSuccess) {
    return (
      <AuthFrame title={t("recovery.sentTitle")} lede={t("recovery.sentWords", { email })}>
        <ToSignIn />
      </AuthFrame>
    );
  }
  const submit = () => {
    setTried(true);
    if (isEmail) ask.mutate();
  };
  return (
    <AuthFrame title={t("recovery.forgotTitle")} lede={t("recovery.forgotWords")}>
      <Form onSubmit={submit}>
        <TextInput
          label={t("setup.email")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={tried && !isEmail ? t("setup.faultEmail") : undefined}
          type="email"
          size="md"
          dir="ltr"
          autoComplete="username"
          autoFocus
        />
        <ProblemCallout error={ask.error} />
        <div className={css.stack}>
          <Button type="submit" size="lg" fullWidth loading={ask.isPending}>
            {t("recovery.send")}
          </Button>
          <ToSignIn />
        </div>
      </Form>
      <p className={css.hint}>{t("recovery.lostFactor")}</p>
    </AuthFrame>
  );
}
