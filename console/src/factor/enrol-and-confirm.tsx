import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Enrolment, Me } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";
import { type FactorDraft, FactorSetup } from "./factor-setup.tsx";

export interface EnrolAndConfirmProps {
  readonly queryKey: readonly string[];
  readonly enrol: () => Promise<Enrolment>;
  readonly confirm: (enrolment: string, totp: string) => Promise<Me>;
  /** What the last button says. */
  readonly action: string;
  readonly onBack: () => void;
  /** What allowed all this ran out. */
  readonly onClosed?: () => void;
  readonly onDone: (me: Me) => void;
}

/** Asks for a second factor, shows it, and confirms it: for the Owner and for whoever is invited. */
export function EnrolAndConfirm(props: EnrolAndConfirmProps) {
  const enrolment = useQuery({
    queryKey: props.queryKey,
    queryFn: props.enrol,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    meta: { expectsSignedOut: true },
  });
  if (enrolment.isError) {
    const closed = isSignedOut(enrolment.error) ? props.onClosed : undefined;
    return <ErrorState error={enrolment.error} onRetry={closed ?? (() => void enrolment.refetch())} />;
  }
  if (enrolment.data === undefined) return <SkeletonRows rows={3} avatar={false} />;
  return <Confirm {...props} enrolment={enrolment.data} />;
}

function Confirm(props: EnrolAndConfirmProps & { readonly enrolment: Enrolment }) {
  const { t } = useText();
  const [factor, setFactor] = useState<FactorDraft>({ totp: "", kept: false });
  const [tried, setTried] = useState(false);
  const confirm = useMutation({
    mutationFn: () => props.confirm(props.enrolment.enrolment, factor.totp),
    meta: { expectsSignedOut: true },
    onSuccess: props.onDone,
    onError: () => {
      setTried(false);
      setFactor({ ...factor, totp: "" });
    },
  });
  const submit = () => {
    setTried(true);
    if (factor.totp.length === 6 && factor.kept) confirm.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <FactorSetup enrolment={props.enrolment} draft={factor} onDraft={setFactor} tried={tried} />
      <ProblemCallout error={confirm.error} />
      <WizardActions
        back={
          <Button variant="subtle" size="lg" onClick={props.onBack}>
            {t("common.back")}
          </Button>
        }
      >
        <Button type="submit" size="lg" loading={confirm.isPending}>
          {props.action}
        </Button>
      </WizardActions>
    </Form>
  );
}
