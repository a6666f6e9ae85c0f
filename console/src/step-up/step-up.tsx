import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useRef, useState } from "react";
import { isFactorStale } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./step-up.module.css";

type Act<T> = () => Promise<T>;
type WithFreshFactor = <T>(act: Act<T>) => Promise<T>;

const StepUpContext = createContext<WithFreshFactor | undefined>(undefined);

/** Holds the one dialog that asks for a code again when an act wants a second factor proved a short while ago. */
export function StepUpProvider(props: { readonly children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const waiting = useRef<(proved: boolean) => void>(undefined);
  const settle = (proved: boolean) => {
    setOpened(false);
    waiting.current?.(proved);
    waiting.current = undefined;
  };
  const [withFreshFactor] = useState<WithFreshFactor>(() => async <T,>(act: Act<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!isFactorStale(error)) throw error;
      const proved = await new Promise<boolean>((answer) => {
        waiting.current?.(false);
        waiting.current = answer;
        setOpened(true);
      });
      if (!proved) throw error;
      return await act();
    }
  });
  return (
    <StepUpContext value={withFreshFactor}>
      {props.children}
      <StepUpDialog opened={opened} onProved={() => settle(true)} onClose={() => settle(false)} />
    </StepUpContext>
  );
}

/**
 * `const withFreshFactor = useStepUp(); mutationFn: () => withFreshFactor(() => api.…)`: where the server refuses because
 * the factor is stale, asks for a code and then does the act, which was not done before.
 */
export function useStepUp(): WithFreshFactor {
  const withFreshFactor = useContext(StepUpContext);
  if (withFreshFactor === undefined) throw new Error("useStepUp outside StepUpProvider");
  return withFreshFactor;
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
