import { Button, Loader } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { SessionState } from "../../../contract/session.ts";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { Callout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./devices.module.css";

/** How often it asks whether it may go on, in ms. */
const ASK_MS = 2_000;

export interface DeviceWaitProps {
  readonly onDone: (state: SessionState) => void;
  readonly onBack: () => void;
}

/** A new device whose first use waits for somebody's word, and goes on by itself. */
export function DeviceWait({ onDone, onBack }: DeviceWaitProps) {
  const { t } = useText();
  const { data, error } = useQuery({
    queryKey: ["device wait"],
    queryFn: () => api.continueSession(),
    refetchInterval: ({ state }) => (isSignedOut(state.error) ? false : ASK_MS),
    refetchIntervalInBackground: true,
    retry: false,
    gcTime: 0,
    meta: { expectsSignedOut: true },
  });
  const latest = useRef(onDone);
  latest.current = onDone;
  useEffect(() => {
    if (data?.state === "signed_in") latest.current(data);
  }, [data]);
  const giveUp = useMutation({
    mutationFn: () => api.signOut(),
    meta: { expectsSignedOut: true },
    onSettled: onBack,
  });
  if (isSignedOut(error)) {
    return (
      <div className={css.wait}>
        <Callout tone="critical">{t("devices.refused")}</Callout>
        <Button variant="default" onClick={onBack}>
          {t("signIn.startAgain")}
        </Button>
      </div>
    );
  }
  return (
    <div className={css.wait} role="status">
      <Loader size="sm" />
      <p>{t("devices.waitWords")}</p>
      <Button variant="subtle" loading={giveUp.isPending} onClick={() => giveUp.mutate()}>
        {t("common.cancel")}
      </Button>
    </div>
  );
}
