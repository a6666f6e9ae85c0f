import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answerStaleFactor, api } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./step-up.module.css";

/**
 * The one dialog that asks for a code when an act wants the factor proved a short while ago. Every call of the client
 * (api/client.ts) waits for it and then goes on; two that wait at once are answered together.
 */
export function StepUp() {
  const [opened, setOpened] = useState(false);
  const waiting = useRef<Array<(proved: boolean) => void>>([]);
  const settle = (proved: boolean) => {
    setOpened(false);
    for (const answer of waiting.current.splice(0)) answer(proved);
  };
  useEffect(
    () =>
      answerStaleFactor(
        () =>
          new Promise<boolean>((answer) => {
            waiting.current.push(answer);
            setOpened(true);
          }),
      ),
    [],
  );
  return <StepUpDialog opened={opened} onProved={() => settle(true)} onClose={() => settle(false)} />;
}

interface StepUpDialogProps {
  readonly opened: boolean;
  readonly onProved: () => void;
  readonly onClose: () => void;
}

function StepUpDialog({ opened, onProved, onClose }: StepUpDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("stepUp.title")} size={420} zIndex={400}>
      <StepUpForm onProved={onProved} onClose={onClose} />
    </Modal>
  );
}

function StepUpForm({ onProved, onClose }: Omit<StepUpDialogProps, "opened">) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [totp, setTotp] = useState("");
  const prove = useMutation({
    mutationFn: () => api.proveFactor({ body: { totp } }),
    onSuccess: (me) => {
      queryClient.setQueryData(sessionQuery.queryKey, me);
      onProved();
    },
    onError: () => setTotp(""),
  });
  const submit = () => {
    if (totp.length === 6) prove.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <p className={css.words}>{t("stepUp.words")}</p>
      <CodeField label={t("factor.code")} value={totp} onChange={setTotp} autoFocus />
      <ProblemCallout error={prove.error} />
      <FormActions>
        <span className={css.hint}>{t("stepUp.holds")}</span>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={prove.isPending} disabled={totp.length !== 6}>
          {t("stepUp.confirm")}
        </Button>
      </FormActions>
    </Form>
  );
}
