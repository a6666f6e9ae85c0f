import { Button } from "@mantine/core";
import { IconLock, IconShieldLock } from "@tabler/icons-react";
import type { Device, DeviceSession } from "../../../contract/devices.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Chip } from "../pieces/chip.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DeviceIcon } from "./device-icon.tsx";
import { useDeviceWords } from "./device-words.ts";
import css from "./devices.module.css";
import { useDeviceAct } from "./devices-query.ts";

/** What may be done about a member's devices: one's own, or another's. */
export interface DeviceActs {
  readonly endSession: (sessionId: string) => Promise<unknown>;
  readonly forget: (deviceId: string) => Promise<unknown>;
}

export function DeviceRow({ device, acts }: { readonly device: Device; readonly acts: DeviceActs }) {
  const { t } = useText();
  const formats = useFormats();
  const words = useDeviceWords();
  const now = useNow();
  const forget = useDeviceAct(() => acts.forget(device.id));
  const { sessions, current } = device;
  return (
    <li className={css.row}>
      <DeviceIcon kind={device.kind} />
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{words.name(device)}</bdi>
          {current ? <Chip tone="brand">{t("devices.current")}</Chip> : null}
          {device.state === "waiting" ? <Chip tone="warn">{t("devices.waits")}</Chip> : null}
        </div>
        <div className={css.facts}>
          <span>{words.country(device)}</span>
          <span>{t("devices.first", { date: formats.date(device.firstSeenAt) })}</span>
          <span>{t("devices.last", { ago: formats.ago(device.seenAt, now) })}</span>
        </div>
        {sessions.length === 0 ? (
          <p className={css.quiet}>{t("devices.noSession")}</p>
        ) : (
          <ul className={css.sessions}>
            {sessions.map((session) => (
              <SessionLine key={session.id} session={session} end={acts.endSession} />
            ))}
          </ul>
        )}
        <ProblemCallout error={forget.error} />
      </div>
      {current ? null : (
        <Button
          className={css.forget ?? ""}
          variant="default"
          size="xs"
          loading={forget.isPending}
          onClick={() => forget.mutate(undefined)}
        >
          {t("devices.forget")}
        </Button>
      )}
    </li>
  );
}

function SessionLine(props: { readonly session: DeviceSession; readonly end: DeviceActs["endSession"] }) {
  const { t } = useText();
  const formats = useFormats();
  const { session } = props;
  const end = useDeviceAct(() => props.end(session.id));
  return (
    <li className={css.session}>
      <span className={css.sessionWords}>
        {session.locked ? <IconLock size={14} stroke={1.8} aria-label={t("devices.locked")} /> : null}
        <span>{session.method === null ? t("devices.signedIn") : t(`devices.by.${session.method}`)}</span>
        {session.bound ? (
          <span className={css.bound} title={t("devices.boundHint")}>
            <IconShieldLock size={14} stroke={1.8} aria-hidden="true" />
            {t("devices.bound")}
          </span>
        ) : null}
        <span className={css.quiet}>
          {t("devices.span", { from: formats.time(session.startedAt), to: formats.time(session.endsAt) })}
        </span>
      </span>
      {session.current ? (
        <span className={css.quiet}>{t("devices.thisSession")}</span>
      ) : (
        <Button
          variant="subtle"
          size="xs"
          color="red"
          loading={end.isPending}
          onClick={() => end.mutate(undefined)}
        >
          {t("devices.end")}
        </Button>
      )}
      <ProblemCallout error={end.error} />
    </li>
  );
}
