import { PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { newPassword } from "../../../contract/session.ts";
import { classes } from "../pieces/classes.ts";
import { useText } from "../texts/text-context.tsx";
import { type Judgement, LEAST_SCORE, loadJudge } from "./judge-password.ts";
import css from "./new-password.module.css";

export interface NewPasswordProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
  /** What a guesser would know: e-mail, name, the workspace's name. */
  readonly about: readonly string[];
  readonly error?: string | undefined;
}

const judgeQuery = {
  queryKey: ["password judge"],
  queryFn: loadJudge,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
};

/** Whether the server will take it, as far as this page knows: without the word lists only its length. */
export function useIsGoodPassword(password: string, about: readonly string[]): boolean {
  const judgement = useJudgement(password, about);
  return (
    newPassword.safeParse(password).success && (judgement === undefined || judgement.score >= LEAST_SCORE)
  );
}

/** A new password with what it is worth while it is typed. No rules of composition; pasting is welcome. */
export function NewPassword({ label, value, onChange, about, error }: NewPasswordProps) {
  const { t } = useText();
  const judgement = useJudgement(value, about);
  return (
    <div>
      <PasswordInput
        label={label}
        description={t("setup.passwordHint")}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        dir="ltr"
        size="md"
        autoComplete="new-password"
      />
      {value === "" || judgement === undefined ? null : (
        <Worth judgement={judgement} isLong={newPassword.safeParse(value).success} />
      )}
    </div>
  );
}

function Worth({ judgement, isLong }: { readonly judgement: Judgement; readonly isLong: boolean }) {
  const { t, find } = useText();
  const isGood = isLong && judgement.score >= LEAST_SCORE;
  const level = isLong ? Math.max(1, judgement.score) : Math.min(2, Math.max(1, judgement.score));
  const word = isGood
    ? t(judgement.score === 4 ? "password.strong" : "password.good")
    : t(isLong ? "password.weak" : "password.short");
  const advice = isGood ? [] : judgement.advice.flatMap((key) => find(key) ?? []);
  return (
    <div className={classes(css.worth, isGood && css.good)} aria-live="polite">
      <div className={css.bar} aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span key={step} data-on={step <= level} />
        ))}
      </div>
      <b className={css.word}>{word}</b>
      {advice.length === 0 ? null : (
        <ul className={css.advice}>
          {advice.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useJudgement(password: string, about: readonly string[]): Judgement | undefined {
  const { data: judge } = useQuery(judgeQuery);
  const settled = useDeferredValue(password);
  const known = about.join("\n");
  return useMemo(
    () => (judge === undefined || settled === "" ? undefined : judge(settled, known.split("\n"))),
    [judge, settled, known],
  );
}
