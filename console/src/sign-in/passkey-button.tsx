import { Button } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { Assertion } from "../../../contract/passkeys.ts";
import type { SessionState } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { answerWithPasskey } from "../passkeys/passkeys.ts";
import { useSuggestedPasskey } from "../passkeys/use-suggested-passkey.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./sign-in-page.module.css";

/** The whole sign-in with one button; the browser may also suggest a passkey in the field below. */
export function PasskeyButton(props: { readonly onDone: (state: SessionState) => void }) {
  const { t } = useText();
  const signIn = useMutation({
    mutationFn: async (suggested: Assertion | undefined) => {
      const passkey = suggested ?? (await answerWithPasskey(await api.askSignInPasskey()));
      return api.signInWithPasskey({ body: { passkey } });
    },
    meta: { expectsSignedOut: true },
    onSuccess: props.onDone,
  });
  useSuggestedPasskey((passkey) => signIn.mutate(passkey));
  return (
    <div className={css.passkey}>
      <Button
        size="lg"
        fullWidth
        variant="default"
        leftSection={<IconFingerprint size={18} stroke={1.6} />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate(undefined)}
      >
        {t("signIn.withPasskey")}
      </Button>
      <ProblemCallout error={signIn.error} />
      <p className={css.or}>
        <span>{t("signIn.or")}</span>
      </p>
    </div>
  );
}
