import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Section } from "../pieces/page.tsx";
import { useText } from "../texts/text-context.tsx";
import { DeviceList } from "./device-list.tsx";
import type { DeviceActs } from "./device-row.tsx";
import { memberDevicesQuery, useDeviceAct } from "./devices-query.ts";

/** A colleague's devices and sessions, for who answers for the workspace. */
export function MemberDevices({ member }: { readonly member: Member }) {
  return useMay()("session.view_others") ? <Devices id={member.id} /> : null;
}

function Devices({ id }: { readonly id: string }) {
  const { t } = useText();
  const devices = useQuery({ ...memberDevicesQuery(id), ...WALKING });
  const endAll = useDeviceAct(() => api.endMemberSessions({ params: { id } }));
  const acts: DeviceActs = {
    endSession: (sessionId) => api.endMemberSession({ params: { id, sessionId } }),
    forget: (deviceId) => api.forgetMemberDevice({ params: { id, deviceId } }),
  };
  const isSignedIn = (devices.data?.devices ?? []).some(({ sessions }) => sessions.length > 0);
  return (
    <Section
      title={t("devices.title")}
      aside={
        isSignedIn ? (
          <Button
            variant="default"
            size="xs"
            loading={endAll.isPending}
            onClick={() => endAll.mutate(undefined)}
          >
            {t("devices.endAll")}
          </Button>
        ) : undefined
      }
    >
      <ProblemCallout error={endAll.error} />
      <DeviceList devices={devices} acts={acts} />
    </Section>
  );
}
