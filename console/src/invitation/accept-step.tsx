import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { EnrolAndConfirm } from "../factor/enrol-and-confirm.tsx";
import type { SetupDraft } from "../setup/setup-draft.ts";
import { useText } from "../texts/text-context.tsx";

export interface AcceptStepProps {
  readonly token: string;
  readonly draft: SetupDraft;
  readonly onBack: () => void;
}

/** Proving the second factor accepts the invitation and signs the new member in. */
export function AcceptStep({ token, draft, onBack }: AcceptStepProps) {
  const { t, language } = useText();
  const router = useRouter();
  const queryClient = useQueryClient();
  const email = draft.email.trim();
  return (
    <EnrolAndConfirm
      queryKey={["invitation", "enrolment", email]}
      enrol={() => api.enrolInvited({ body: { token, email } })}
      confirm={(enrolment, proof) =>
        api.acceptInvitation({
          body: {
            token,
            name: draft.ownerName.trim(),
            email,
            password: draft.password,
            language,
            enrolment,
            ...proof,
          },
        })
      }
      action={t("invitation.accept")}
      onBack={onBack}
      onDone={(state) => {
        queryClient.clear();
        queryClient.setQueryData(sessionQuery.queryKey, state);
        // Whose device waits to be approved is led on to the page that waits.
        router.history.replace("/");
      }}
    />
  );
}
