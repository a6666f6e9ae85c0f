import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Page } from "../pieces/page.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { DeviceList } from "./device-list.tsx";
import type { DeviceActs } from "./device-row.tsx";
import { ownDevicesQuery, useDeviceAct } from "./devices-query.ts";

const OWN: DeviceActs = {
  endSession: (id) => api.endOwnSession({ params: { id } }),
  forget: (id) => api.forgetOwnDevice({ params: { id } }),
};

/** One's own devices, and the sessions that run on them. */
export function OwnDevicesPage() {
  const { t } = useText();
  useTitle(t("devices.title"));
  const devices = useQuery({ ...ownDevicesQuery, ...WALKING });
  const endOthers = useDeviceAct(() => api.endOtherSessions());
  const others = (devices.data?.devices ?? [])
    .flatMap(({ sessions }) => sessions)
    .filter(({ current }) => !current);
  return (
    <Page
      title={t("devices.title")}
      lede={t("devices.lede")}
      actions={
        others.length === 0 ? undefined : (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>
            {t("devices.endOthers")}
          </Button>
        )
      }
    >
      <ProblemCallout error={endOthers.error} />
      <DeviceList devices={devices} acts={OWN} />
    </Page>
  );
}
