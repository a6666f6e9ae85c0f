import { IconBuilding } from "@tabler/icons-react";
import { Chip } from "../pieces/chip.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";

export interface ConnectionState {
  readonly enabled: boolean;
  readonly provedAt: string | null;
  readonly linked: number;
  readonly trust: { readonly endsAt: string } | null;
}

export interface CardHeadProps {
  readonly name: string;
  readonly hint: string;
  readonly state: ConnectionState | null;
}

/** What a connection is, and how it stands. */
export function CardHead({ name, hint, state }: CardHeadProps) {
  const { t } = useText();
  return (
    <header className={css.head}>
      <IconBuilding size={20} stroke={1.6} aria-hidden="true" />
      <div className={css.words}>
        <h3 className={css.name}>{name}</h3>
        <p className={css.hint}>{state === null ? hint : <Facts state={state} />}</p>
      </div>
      {state === null ? (
        <Chip>{t("sso.notSetUp")}</Chip>
      ) : state.enabled ? (
        <Chip tone="ok">{t("sso.on")}</Chip>
      ) : (
        <Chip tone="warn">{state.provedAt === null ? t("sso.untested") : t("sso.off")}</Chip>
      )}
    </header>
  );
}

function Facts({ state }: { readonly state: ConnectionState }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const trustWords = (endsAt: string) =>
    Date.parse(endsAt) <= now ? t("sso.trustEnded") : t("sso.trustUntil", { date: formats.date(endsAt) });
  const parts = [
    t("sso.linked", { count: state.linked }),
    state.provedAt === null
      ? t("sso.neverTested")
      : t("sso.testedAgo", { ago: formats.ago(state.provedAt, now) }),
    ...(state.trust === null ? [] : [trustWords(state.trust.endsAt)]),
  ];
  return <>{parts.join(" · ")}</>;
}
