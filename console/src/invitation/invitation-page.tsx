import { IconLinkOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { EmptyState, ErrorState } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { Wizard } from "../pieces/wizard.tsx";
import { OwnerStep } from "../setup/owner-step.tsx";
import { EMPTY_SETUP } from "../setup/setup-draft.ts";
import { PlainPage } from "../shell/plain-page.tsx";
import { StartingPage } from "../shell/starting-page.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import { AcceptStep } from "./accept-step.tsx";

/** What an invited person sees: who invites them as what, then an account and a second factor. */
export function InvitationPage() {
  const { t } = useText();
  useTitle(t("invitation.documentTitle"));
  const [token] = useState(() => window.location.hash.slice(1));
  if (token.length < 20) {
    return (
      <PlainPage>
        <EmptyState
          icon={<IconLinkOff size={22} stroke={1.6} />}
          title={t("invitation.noToken")}
          hint={t("invitation.noTokenHint")}
        />
      </PlainPage>
    );
  }
  return <Invited token={token} />;
}

function Invited({ token }: { readonly token: string }) {
  const { t } = useText();
  const formats = useFormats();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.openInvitation({ body: { token } }),
    meta: { expectsSignedOut: true },
    retry: false,
    gcTime: 0,
  });
  const [step, setStep] = useState<"account" | "factor">("account");
  const [typed, setTyped] = useState<Partial<typeof EMPTY_SETUP>>({});
  if (invitation.isError) {
    return (
      <PlainPage>
        <ErrorState error={invitation.error} title={t("invitation.unknown")} />
      </PlainPage>
    );
  }
  if (invitation.data === undefined) return <StartingPage />;
  const { workspaceName, name, role, expiresAt, email } = invitation.data;
  const bound = email === null ? {} : { email };
  const draft = { ...EMPTY_SETUP, ownerName: name, workspaceName, ...typed, ...bound };
  return (
    <Wizard
      steps={[t("invitation.stepAccount"), t("invitation.stepFactor")]}
      current={step === "account" ? 0 : 1}
      title={
        step === "account" ? t("invitation.title", { workspace: workspaceName }) : t("setup.factorTitle")
      }
      lede={
        step === "account"
          ? t("invitation.lede", { role: t(`role.${role}`), date: formats.dateTime(expiresAt) })
          : t("invitation.factorLede")
      }
    >
      {step === "account" ? (
        <OwnerStep
          draft={draft}
          {...(email === null ? {} : { emailIsGiven: true as const })}
          onChange={(part) => setTyped({ ...typed, ...part })}
          onDone={() => setStep("factor")}
        />
      ) : (
        <AcceptStep token={token} draft={draft} onBack={() => setStep("account")} />
      )}
    </Wizard>
  );
}
