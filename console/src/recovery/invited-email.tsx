import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { email as emailShape } from "../../../contract/session.ts";
import { useText } from "../texts/text-context.tsx";
import { recoveryQuery } from "./recovery-queries.ts";

export interface InvitedEmail {
  readonly byMail: boolean;
  /** Whether what is asked for is there; after the first false one the field says what is missing. */
  readonly check: () => boolean;
  /** For the request. */
  readonly body: { readonly email?: string };
  readonly field: ReactNode;
}

/** Where mail goes out an invitation asks for its address; elsewhere one can be given, and alone may accept the link. */
export function useInvitedEmail(): InvitedEmail {
  const { t } = useText();
  const byMail = useQuery(recoveryQuery).data?.byMail === true;
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const email = typed.trim();
  const isLeftOut = !byMail && email === "";
  const isEmail = isLeftOut || emailShape.safeParse(email).success;
  return {
    byMail,
    check: () => {
      setTried(true);
      return isEmail;
    },
    body: isLeftOut ? {} : { email },
    field: (
      <TextInput
        label={t("recovery.inviteEmail")}
        description={t(byMail ? "recovery.inviteEmailHint" : "recovery.inviteEmailFree")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={tried && !isEmail ? t("setup.faultEmail") : undefined}
        type="email"
        dir="ltr"
        autoComplete="off"
      />
    ),
  };
}
