import { IconLinkOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Contract } from "../../../contract/contract.ts";
import type { Answer } from "../api/client.ts";
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
import { CompanyAccept } from "./company-accept.tsx";

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
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.openInvitation({ body: { token } }),
    meta: { expectsSignedOut: true },
    retry: false,
    gcTime: 0,
  });
  if (invitation.isError) {
    return (
      <PlainPage>
        <ErrorState error={invitation.error} title={t("invitation.unknown")} />
      </PlainPage>
    );
  }
  if (invitation.data === undefined) return <StartingPage />;
  return <Offered token={token} offer={invitation.data} />;
}

interface OfferedProps {
  readonly token: string;
  readonly offer: Answer<Contract["openInvitation"]>;
}

function Offered({ token, offer }: OfferedProps) {
  const { t } = useText();
  const formats = useFormats();
  const [step, setStep] = useState<"account" | "factor">("account");
  const [typed, setTyped] = useState<Partial<typeof EMPTY_SETUP>>({});
  const { workspaceName, name, role, expiresAt, email, companyAccounts, companyOnly } = offer;
  const bound = email === null ? {} : { email };
  const draft = { ...EMPTY_SETUP, ownerName: name, workspaceName, ...typed, ...bound };
  const steps = [t("invitation.stepAccount"), t("invitation.stepFactor")];
  if (step === "factor")
    return (
      <Wizard steps={steps} current={1} title={t("setup.factorTitle")} lede={t("invitation.factorLede")}>
        <AcceptStep token={token} draft={draft} onBack={() => setStep("account")} />
      </Wizard>
    );
  return (
    <Wizard
      steps={steps}
      current={companyOnly ? -1 : 0}
      title={t("invitation.title", { workspace: workspaceName })}
      lede={t("invitation.lede", { role: t(`role.${role}`), date: formats.dateTime(expiresAt) })}
    >
      <CompanyAccept token={token} email={email} accounts={companyAccounts} only={companyOnly} />
      {companyOnly ? null : (
        <OwnerStep
          draft={draft}
          {...(email === null ? {} : { emailIsGiven: true as const })}
          onChange={(part) => setTyped({ ...typed, ...part })}
          onDone={() => setStep("factor")}
        />
      )}
    </Wizard>
  );
}
