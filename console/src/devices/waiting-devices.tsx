import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { WaitingDevice } from "../../../contract/devices.ts";
import { api } from "../api/client.ts";
import { WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DeviceIcon } from "./device-icon.tsx";
import { useDeviceWords } from "./device-words.ts";
import css from "./devices.module.css";
import { useDeviceAct, waitingDevicesQuery } from "./devices-query.ts";

/** New devices that wait for a word of who is looking: their own, or a colleague's. */
export function WaitingDevices() {
  const { data } = useQuery({ ...waitingDevicesQuery, ...WALKING });
  return (data?.devices ?? []).map((device) => <Notice key={device.id} device={device} />);
}

function Notice({ device }: { readonly device: WaitingDevice }) {
  const { t } = useText();
  const formats = useFormats();
  const words = useDeviceWords();
  const now = useNow();
  const approve = useDeviceAct(() => api.approveDevice({ params: { id: device.id } }));
  const refuse = useDeviceAct(() => api.refuseDevice({ params: { id: device.id } }));
  const title = device.own ? t("devices.ownAsks") : t("devices.asks", { name: device.member.name });
  return (
    <section className={css.notice} aria-label={title}>
      <DeviceIcon kind={device.kind} />
      <div className={css.words}>
        <div className={css.name}>{title}</div>
        <div className={css.facts}>
          <bdi>{words.name(device)}</bdi>
          <span>{words.country(device)}</span>
          <span>{formats.ago(device.since, now)}</span>
          <span>{device.own ? t("devices.ownHint") : t("devices.hint")}</span>
        </div>
        <ProblemCallout error={approve.error ?? refuse.error} />
      </div>
      <div className={css.decide}>
        <Button variant="default" loading={refuse.isPending} onClick={() => refuse.mutate(undefined)}>
          {t("devices.refuse")}
        </Button>
        <Button loading={approve.isPending} onClick={() => approve.mutate(undefined)}>
          {t("devices.approve")}
        </Button>
      </div>
    </section>
  );
}
