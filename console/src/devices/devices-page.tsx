import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api } from "../api/client.ts";
import { membersQuery, WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card, Page } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { type DeviceActs, DeviceRow } from "./device-row.tsx";
import { memberDevicesQuery, ownDevicesQuery, useDeviceAct } from "./devices-query.ts";

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

const memberRoute = getRouteApi("/signed-in/members/$memberId/devices");

/** Those of a colleague, for who answers for the workspace. */
export function MemberDevicesPage() {
  const { t } = useText();
  const { memberId: id } = memberRoute.useParams();
  const name = useQuery(membersQuery).data?.members.find((member) => member.id === id)?.name ?? "…";
  const title = t("devices.titleOf", { name });
  useTitle(title);
  const devices = useQuery({ ...memberDevicesQuery(id), ...WALKING });
  const endAll = useDeviceAct(() => api.endMemberSessions({ params: { id } }));
  const acts: DeviceActs = {
    endSession: (sessionId) => api.endMemberSession({ params: { id, sessionId } }),
    forget: (deviceId) => api.forgetMemberDevice({ params: { id, deviceId } }),
  };
  return (
    <Page
      title={title}
      lede={t("devices.ledeOf")}
      actions={
        <Button variant="default" loading={endAll.isPending} onClick={() => endAll.mutate(undefined)}>
          {t("devices.endAll")}
        </Button>
      }
    >
      <ProblemCallout error={endAll.error} />
      <DeviceList devices={devices} acts={acts} />
    </Page>
  );
}

interface DeviceListProps {
  readonly devices: ReturnType<typeof useQuery<Awaited<ReturnType<typeof api.listOwnDevices>>>>;
  readonly acts: DeviceActs;
}

function DeviceList({ devices, acts }: DeviceListProps) {
  return (
    <Card>
      {devices.isPending ? <SkeletonRows rows={3} /> : null}
      {devices.isError ? <ErrorState error={devices.error} onRetry={() => void devices.refetch()} /> : null}
      <ul>
        {(devices.data?.devices ?? []).map((device) => (
          <DeviceRow key={device.id} device={device} acts={acts} />
        ))}
      </ul>
    </Card>
  );
}
