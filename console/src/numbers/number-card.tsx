import { Button } from "@mantine/core";
import { IconDeviceMobile, IconFlask, IconPlugConnectedX, IconWebhook } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import { useMay } from "../api/me.ts";
import { useFailureText } from "../inbox/use-failure-text.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Chip } from "../pieces/chip.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DisconnectDialog } from "./disconnect-dialog.tsx";
import { NumberCallback } from "./number-callback.tsx";
import css from "./number-card.module.css";
import { openPhone } from "./open-phone.ts";
import { qualityOf } from "./quality.ts";

export function NumberCard({ number }: { readonly number: PhoneNumber }) {
  const { t, language } = useText();
  const may = useMay();
  const [showsCallback, setShowsCallback] = useState(false);
  const [disconnecting, setDisconnecting] = useState(false);
  const phone = useMutation({ mutationFn: () => openPhone(number.id, language) });
  const isConnected = number.state === "connected";
  const isSimulator = number.host === "simulator";
  return (
    <article className={css.card} data-simulator={isSimulator}>
      <header className={css.head}>
        <div className={css.words}>
          <h2 className={css.name}>
            <bdi>{number.verifiedName}</bdi>
          </h2>
          <span className={css.phone}>
            <Ltr>{number.displayPhoneNumber}</Ltr>
          </span>
        </div>
        {isSimulator ? (
          <Chip tone="brass" icon={<IconFlask stroke={1.6} />}>
            {t("common.simulator")}
          </Chip>
        ) : null}
        {isConnected ? null : <Chip>{t("numbers.disconnected")}</Chip>}
      </header>
      <NumberFacts number={number} />
      <SendingStopped reason={number.sendingStopped} />
      <ProblemCallout error={phone.error} />
      {isConnected ? (
        <div className={css.actions}>
          {isSimulator && may("number.simulate") ? (
            <Button
              variant="default"
              leftSection={<IconDeviceMobile size={16} stroke={1.6} />}
              loading={phone.isPending}
              onClick={() => phone.mutate()}
            >
              {t("numbers.openPhone")}
            </Button>
          ) : null}
          {!isSimulator && may("number.show_callback") ? (
            <Button
              variant="default"
              leftSection={<IconWebhook size={16} stroke={1.6} />}
              aria-expanded={showsCallback}
              onClick={() => setShowsCallback(!showsCallback)}
            >
              {t("numbers.showCallback")}
            </Button>
          ) : null}
          <span className={css.grow} />
          {may("number.disconnect") ? (
            <Button
              variant="subtle"
              leftSection={<IconPlugConnectedX size={16} stroke={1.6} />}
              onClick={() => setDisconnecting(true)}
            >
              {t("numbers.disconnect")}
            </Button>
          ) : null}
        </div>
      ) : null}
      {showsCallback ? <NumberCallback numberId={number.id} /> : null}
      <DisconnectDialog number={number} opened={disconnecting} onClose={() => setDisconnecting(false)} />
    </article>
  );
}

/** A queue that waits says why, and what happens to it. */
function SendingStopped({ reason }: { readonly reason: string | null }) {
  const { t } = useText();
  const failureText = useFailureText();
  if (reason === null) return null;
  return (
    <Callout tone="warn" title={t("numbers.sendingStopped")}>
      {t("numbers.sendingStoppedWords", { reason: failureText({ code: null, reason }) })}
    </Callout>
  );
}

function NumberFacts({ number }: { readonly number: PhoneNumber }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const quality = qualityOf(number.quality, t);
  const age = (instant: string | null) => (instant === null ? t("numbers.never") : formats.ago(instant, now));
  return (
    <dl className={css.facts}>
      <div>
        <dt>{t("numbers.quality")}</dt>
        <dd>
          <Chip tone={quality.tone}>{quality.text}</Chip>
        </dd>
      </div>
      <div>
        <dt>{t("numbers.lastWebhook")}</dt>
        <dd>{age(number.lastWebhookAt)}</dd>
      </div>
      <div>
        <dt>{t("numbers.checked")}</dt>
        <dd>{age(number.checkedAt)}</dd>
      </div>
      <div>
        <dt>{t("numbers.phoneNumberId")}</dt>
        <dd>
          <Ltr>{number.phoneNumberId}</Ltr>
        </dd>
      </div>
      <div>
        <dt>{t("numbers.wabaId")}</dt>
        <dd>
          <Ltr>{number.wabaId}</Ltr>
        </dd>
      </div>
      <div>
        <dt>{t("numbers.appId")}</dt>
        <dd>
          <Ltr>{number.appId}</Ltr>
        </dd>
      </div>
    </dl>
  );
}
