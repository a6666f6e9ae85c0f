import { Button, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { FactorKind, SessionState } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { answerWithPasskey, canUsePasskeys } from "../passkeys/passkeys.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { CodeField } from "../pieces/code-field.tsx";
import { Form } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./prove-factor.module.css";

/** What may be left out is the hyphens; sets of before had ten characters, later ones have 25. */
const SHORTEST_RECOVERY_CODE = 10;

export interface ProveFactorProps {
  /** By what the person can prove themselves: the first that works here is offered first. */
  readonly factors: readonly FactorKind[];
  /** What the button says: sign in, confirm, unlock. */
  readonly action: string;
  readonly onDone: (state: SessionState) => void;
  /** A way out, below the other ways; told of what went wrong. */
  readonly aside?: (error: unknown) => ReactNode;
}

/** Proves a factor by whatever the person has: a passkey, a code of the app, a recovery code. */
export function ProveFactor({ factors, action, onDone, aside }: ProveFactorProps) {
  const { t } = useText();
  const ways = waysOf(factors);
  const [chosen, setWay] = useState<FactorKind>();
  const way = chosen ?? ways[0] ?? "totp";
  const [draft, setDraft] = useState<Draft>({ totp: "", recoveryCode: "" });
  const [tried, setTried] = useState(false);
  const prove = useMutation({
    mutationFn: async () => api.proveFactor({ body: await proofBy(way, draft) }),
    meta: { expectsSignedOut: true },
    onSuccess: onDone,
    onError: () => setDraft({ ...draft, totp: "" }),
  });
  const change = (next: FactorKind) => {
    setWay(next);
    setTried(false);
    prove.reset();
  };
  const submit = () => {
    setTried(true);
    if (isFilled(way, draft)) prove.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <WayFields
        way={way}
        draft={draft}
        onDraft={setDraft}
        isMissing={tried && !isFilled(way, draft) && prove.error === null}
      />
      <ProblemCallout error={prove.error} />
      <Button
        type="submit"
        size="lg"
        fullWidth
        loading={prove.isPending}
        leftSection={way === "passkey" ? <IconFingerprint size={18} stroke={1.6} /> : undefined}
        {...(way === "passkey" ? { autoFocus: true, "data-autofocus": true } : {})}
      >
        {way === "passkey" ? t("factor.usePasskey") : action}
      </Button>
      <div className={css.links}>
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button key={other} variant="subtle" onClick={() => change(other)}>
              {t(`factor.other.${other}`)}
            </Button>
          ))}
        {aside?.(prove.error)}
      </div>
    </Form>
  );
}

interface Draft {
  readonly totp: string;
  readonly recoveryCode: string;
}

function isFilled(way: FactorKind, { totp, recoveryCode }: Draft): boolean {
  if (way === "totp") return totp.length === 6;
  return way === "passkey" || recoveryCode.trim().length >= SHORTEST_RECOVERY_CODE;
}

async function proofBy(way: FactorKind, { totp, recoveryCode }: Draft) {
  if (way === "totp") return { totp };
  if (way === "recovery_code") return { recoveryCode: recoveryCode.trim() };
  return { passkey: await answerWithPasskey(await api.askOwnPasskey()) };
}

interface WayFieldsProps {
  readonly way: FactorKind;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly isMissing: boolean;
}

function WayFields({ way, draft, onDraft, isMissing }: WayFieldsProps) {
  const { t } = useText();
  if (way === "passkey") return <p className={css.words}>{t("factor.passkeyAsk")}</p>;
  if (way === "totp")
    return (
      <CodeField
        label={t("factor.code")}
        hint={t("factor.codeHint")}
        value={draft.totp}
        onChange={(totp) => onDraft({ ...draft, totp })}
        error={isMissing ? t("factor.faultCode") : undefined}
        autoFocus
      />
    );
  return (
    <TextInput
      label={t("signIn.recoveryCode")}
      description={t("signIn.recoveryHint")}
      value={draft.recoveryCode}
      onChange={(event) => onDraft({ ...draft, recoveryCode: event.currentTarget.value })}
      error={isMissing ? t("signIn.faultRecovery") : undefined}
      size="md"
      dir="ltr"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      autoFocus
      data-autofocus
    />
  );
}

/** What the person has and this browser can. Where nothing is known of them, codes are asked for. */
function waysOf(factors: readonly FactorKind[]): readonly FactorKind[] {
  const ways = factors.filter((kind) => kind !== "passkey" || canUsePasskeys());
  return ways.length === 0 ? ["totp", "recovery_code"] : ways;
}
