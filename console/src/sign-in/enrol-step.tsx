import type { SessionState } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { EnrolAndConfirm } from "../factor/enrol-and-confirm.tsx";
import { useText } from "../texts/text-context.tsx";

export interface EnrolStepProps {
  readonly onDone: (state: SessionState) => void;
  readonly onBack: () => void;
}

/** For one whose account has no second factor: nothing goes on before there is one. */
export function EnrolStep({ onDone, onBack }: EnrolStepProps) {
  const { t } = useText();
  return (
    <EnrolAndConfirm
      queryKey={["first factor"]}
      enrol={() => api.offerFirstFactor()}
      confirm={(enrolment, proof) => api.enrolFirstFactor({ body: { enrolment, ...proof } })}
      action={t("signIn.signIn")}
      onBack={onBack}
      onClosed={onBack}
      onDone={onDone}
    />
  );
}
