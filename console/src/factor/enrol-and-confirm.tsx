import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Attestation } from "../../../contract/passkeys.ts";
import type { Enrolment, SessionState } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { retryWhileBusy } from "../api/retry-while-busy.ts";
import { canUsePasskeys, makePasskey } from "../passkeys/passkeys.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form } from "../pieces/form.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { WizardActions } from "../pieces/wizard.tsx";
import { useText } from "../texts/text-context.tsx";
import { FactorChoice, type FactorWay } from "./factor-choice.tsx";
import { type FactorDraft, FactorSetup } from "./factor-setup.tsx";

/** What is handed back with the enrolment: a code of the app, or the passkey that was made. */
export type Proof = { readonly totp: string } | { readonly passkey: Attestation };

export interface EnrolAndConfirmProps {
  readonly queryKey: readonly string[];
  readonly enrol: () => Promise<Enrolment>;
  readonly confirm: (enrolment: string, proof: Proof) => Promise<SessionState>;
  /** What the last button says. */
  readonly action: string;
  readonly onBack: () => void;
  /** What allowed all this ran out. */
  readonly onClosed?: () => void;
  readonly onDone: (state: SessionState) => void;
}

/** Asks for a second factor, shows it, and confirms it: for the Owner, whoever is invited, and whoever lost all. */
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
  const [way, setWay] = useState<FactorWay>(canUsePasskeys() ? "passkey" : "totp");
  const [factor, setFactor] = useState<FactorDraft>({ totp: "", kept: false });
  const [tried, setTried] = useState(false);
  const { enrolment } = props.enrolment;
  const confirm = useMutation({
    mutationFn: async () => {
      const proof =
        way === "totp"
          ? { totp: factor.totp }
          : { passkey: await makePasskey(await api.offerPasskey({ body: { enrolment } })) };
      return retryWhileBusy(
        () => props.confirm(enrolment, proof),
        () => undefined,
      );
    },
    meta: { expectsSignedOut: true },
    onSuccess: props.onDone,
    onError: () => {
      setTried(false);
      setFactor({ ...factor, totp: "" });
    },
  });
  const submit = () => {
    setTried(true);
    if (factor.kept && (way === "passkey" || factor.totp.length === 6)) confirm.mutate();
  };
  return (
    <Form onSubmit={submit}>
      {canUsePasskeys() ? <FactorChoice value={way} onChange={setWay} /> : null}
      <FactorSetup way={way} enrolment={props.enrolment} draft={factor} onDraft={setFactor} tried={tried} />
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
