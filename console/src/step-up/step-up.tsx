import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answerStaleFactor } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { ProveFactor } from "../factor/prove-factor.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./step-up.module.css";

/**
 * The one dialog that asks for a passkey or a code when an act wants the factor proved a short while ago. Every call of the client
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
  const state = queryClient.getQueryData(sessionQuery.queryKey);
  const factors = state !== undefined && "factors" in state ? state.factors : [];
  return (
    <>
      <p className={css.words}>{t("stepUp.words")}</p>
      <ProveFactor
        // A recovery code is for a lost factor; here the person is at their desk.
        factors={factors.filter((kind) => kind !== "recovery_code" || factors.length === 1)}
        action={t("stepUp.confirm")}
        onDone={(next) => {
          queryClient.setQueryData(sessionQuery.queryKey, next);
          onProved();
        }}
        aside={() => (
          <Button variant="subtle" onClick={onClose}>
            {t("common.cancel")}
          </Button>
        )}
      />
      <p className={css.hint}>{t("stepUp.holds")}</p>
    </>
  );
}
