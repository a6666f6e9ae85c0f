import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./devices.module.css";
import { ownDevicesQuery, useDeviceAct } from "./devices-query.ts";

/**
 * After a change of how one signs in: one's other sessions go on as they were, and whoever made the change because of
 * one of them ends them here. Nothing where there is no other.
 */
export function EndOthersOffer() {
  const { t } = useText();
  const devices = useQuery({ ...ownDevicesQuery, staleTime: 0 });
  const endOthers = useDeviceAct(() => api.endOtherSessions());
  const others = (devices.data?.devices ?? [])
    .flatMap(({ sessions }) => sessions)
    .filter(({ current }) => !current).length;
  if (endOthers.isSuccess) return <Callout tone="ok">{t("devices.othersEnded")}</Callout>;
  if (others === 0) return null;
  return (
    <>
      <Callout>
        <div className={css.offer}>
          <span>{t("devices.othersGoOn", { count: others })}</span>
          <Button
            variant="default"
            size="xs"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate(undefined)}
          >
            {t("devices.endOthers")}
          </Button>
        </div>
      </Callout>
      <ProblemCallout error={endOthers.error} />
    </>
  );
}
