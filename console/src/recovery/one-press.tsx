import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import { AuthFrame, ToSignIn } from "./auth-frame.tsx";
import css from "./recovery.module.css";

export interface OnePressProps {
  readonly token: string;
  readonly email: string;
  readonly purpose: "email_confirm" | "email_stop" | "factor_reset_cancel";
}

const ACTS = {
  email_confirm: (token: string) => api.confirmEmail({ body: { token } }),
  email_stop: (token: string) => api.stopEmail({ body: { token } }),
  factor_reset_cancel: (token: string) => api.cancelFactorResetByLink({ body: { token } }),
} as const;

/** A question and one button, and what came of it. */
export function OnePress({ token, email, purpose }: OnePressProps) {
  const words = useWords(purpose, email);
  const act = useMutation<unknown>({
    mutationFn: () => ACTS[purpose](token),
    meta: { expectsSignedOut: true },
  });
  if (act.isSuccess) {
    return (
      <AuthFrame title={words.doneTitle}>
        <div className={css.stack}>
          <Callout tone="ok">{words.done}</Callout>
          <ToSignIn filled />
        </div>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={words.title} lede={words.lede}>
      <div className={css.stack}>
        <ProblemCallout error={act.error} />
        <Button size="lg" fullWidth loading={act.isPending} onClick={() => act.mutate()}>
          {words.action}
        </Button>
        <ToSignIn />
      </div>
    </AuthFrame>
  );
}

function useWords(purpose: OnePressProps["purpose"], email: string) {
  const { t } = useText();
  if (purpose === "email_confirm")
    return {
      title: t("recovery.confirmTitle", { email }),
      lede: t("recovery.confirmWords"),
      action: t("recovery.confirm"),
      doneTitle: t("recovery.confirmedTitle"),
      done: t("recovery.confirmedWords", { email }),
    };
  if (purpose === "email_stop")
    return {
      title: t("recovery.stopTitle", { email }),
      lede: t("recovery.stopWords", { email }),
      action: t("recovery.stop"),
      doneTitle: t("recovery.stoppedTitle"),
      done: t("recovery.stoppedWords", { email }),
    };
  return {
    title: t("recovery.keepTitle"),
    lede: t("recovery.keepWords"),
    action: t("recovery.keep"),
    doneTitle: t("recovery.keptTitle"),
    done: t("recovery.keptWords"),
  };
}
