import { IconBuilding } from "@tabler/icons-react";
import { Callout } from "../pieces/callout.tsx";
import { Chip } from "../pieces/chip.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";
import { SOON_MS } from "./sso-query.ts";

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
        {state?.trust == null ? null : <TrustEnding endsAt={state.trust.endsAt} />}
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

/** In time, and once it is over: people are asked for another factor then, and some have none. */
function TrustEnding({ endsAt }: { readonly endsAt: string }) {
  const { t } = useText();
  const formats = useFormats();
  const leftMs = Date.parse(endsAt) - useNow();
  if (leftMs > SOON_MS) return null;
  const title = leftMs <= 0 ? t("sso.trustEnded") : t("sso.trustEnds", { date: formats.date(endsAt) });
  return (
    <div className={css.ending}>
      <Callout tone="warn" title={title}>
        {t("sso.trustEndsWords")}
      </Callout>
    </div>
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
