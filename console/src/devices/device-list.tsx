import type { useQuery } from "@tanstack/react-query";
import type { api } from "../api/client.ts";
import { Card } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { type DeviceActs, DeviceRow } from "./device-row.tsx";

export interface DeviceListProps {
  readonly devices: ReturnType<typeof useQuery<Awaited<ReturnType<typeof api.listOwnDevices>>>>;
  readonly acts: DeviceActs;
}

export function DeviceList({ devices, acts }: DeviceListProps) {
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
