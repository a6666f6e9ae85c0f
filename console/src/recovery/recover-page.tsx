import { IconLinkOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LinkDescription } from "../../../contract/recovery.ts";
import { api } from "../api/client.ts";
import { EmptyState } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { PlainPage } from "../shell/plain-page.tsx";
import { StartingPage } from "../shell/starting-page.tsx";
import { useText } from "../texts/text-context.tsx";
import { ToSignIn } from "./auth-frame.tsx";
import { OnePress } from "./one-press.tsx";
import { OwnerForm } from "./owner-form.tsx";
import { ResetForm } from "./reset-form.tsx";

/** Where every mailed link leads, with its token behind `#`. Opening it changes nothing: a person presses a button. */
export function RecoverPage() {
  const { t } = useText();
  useTitle(t("recovery.forgotTitle"));
  const [token] = useState(() => window.location.hash.slice(1));
  const link = useQuery({
    queryKey: ["recovery", "link", token],
    queryFn: () => api.openLink({ body: { token } }),
    meta: { expectsSignedOut: true },
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (token === "" || link.isError) {
    return (
      <PlainPage>
        <EmptyState
          icon={<IconLinkOff size={22} stroke={1.6} />}
          title={t("recovery.linkTitle")}
          hint={t("recovery.linkHint")}
        >
          <ToSignIn />
        </EmptyState>
      </PlainPage>
    );
  }
  if (link.data === undefined) return <StartingPage />;
  return <Opened token={token} link={link.data} />;
}

function Opened({ token, link }: { readonly token: string; readonly link: LinkDescription }) {
  const { email } = link;
  if (link.purpose === "password_reset") return <ResetForm token={token} email={email} />;
  if (link.purpose === "owner_recovery") return <OwnerForm token={token} email={email} />;
  return <OnePress token={token} email={email} purpose={link.purpose} />;
}
