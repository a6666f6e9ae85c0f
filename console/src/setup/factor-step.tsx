import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { sessionQuery, setupQuery } from "../api/queries.ts";
import { EnrolAndConfirm } from "../factor/enrol-and-confirm.tsx";
import { useText } from "../texts/text-context.tsx";
import type { SetupDraft } from "./setup-draft.ts";

export interface FactorStepProps {
  readonly draft: SetupDraft;
  readonly onBack: () => void;
  /** The set-up session ran out: a new code is needed. */
  readonly onClosed: () => void;
  readonly onDone: () => void;
}

/** Enrols the Owner's second factor; its proof makes the workspace and signs the Owner in. */
export function FactorStep({ draft, onBack, onClosed, onDone }: FactorStepProps) {
  const { t, language } = useText();
  const queryClient = useQueryClient();
  const email = draft.email.trim();
  const workspace = { name: draft.workspaceName.trim(), timeZone: draft.timeZone };
  const owner = { name: draft.ownerName.trim(), email, password: draft.password, language };
  return (
    <EnrolAndConfirm
      queryKey={["setup", "enrolment", email]}
      enrol={() => api.enrolOwner({ body: { email } })}
      confirm={(enrolment, proof) => api.completeSetup({ body: { workspace, owner, enrolment, ...proof } })}
      action={t("setup.create")}
      onBack={onBack}
      onClosed={onClosed}
      onDone={(me) => {
        onDone();
        queryClient.setQueryData(sessionQuery.queryKey, me);
        void queryClient.invalidateQueries({ ...setupQuery, exact: true });
      }}
    />
  );
}
