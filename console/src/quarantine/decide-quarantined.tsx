import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Quarantined } from "../../../contract/quarantine.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./inspect-dialog.module.css";

export interface DecideQuarantinedProps {
  readonly item: Quarantined;
  readonly onClose: () => void;
}

/** Try it again, or drop it: the second asks once more, where it stands. */
export function DecideQuarantined({ item, onClose }: DecideQuarantinedProps) {
  const { t } = useText();
  const may = useMay();
  const queryClient = useQueryClient();
  const [dropping, setDropping] = useState(false);
  const params = { id: item.id };
  const onSettled = () => queryClient.invalidateQueries({ queryKey: ["quarantine"] });
  const retry = useMutation({ mutationFn: () => api.retryQuarantined({ params }), onSettled });
  const drop = useMutation({
    mutationFn: () => api.dropQuarantined({ params }),
    onSuccess: onClose,
    onSettled,
  });
  const outcome = retry.data?.state;
  const mayDecide = may("quarantine.decide") && item.state === "held" && outcome !== "retried";
  return (
    <div className={css.decide}>
      {outcome === "retried" ? <Callout tone="ok">{t("quarantine.retried")}</Callout> : null}
      {outcome === "held" ? <Callout tone="warn">{t("quarantine.stillHeld")}</Callout> : null}
      <ProblemCallout error={retry.error ?? drop.error} />
      {dropping ? (
        <>
          <Callout tone="warn">{t("quarantine.dropWords")}</Callout>
          <div className={css.actions}>
            <span className={css.grow} />
            <Button variant="subtle" onClick={() => setDropping(false)} autoFocus>
              {t("common.back")}
            </Button>
            <Button color="red" loading={drop.isPending} onClick={() => drop.mutate()}>
              {t("quarantine.dropNow")}
            </Button>
          </div>
        </>
      ) : (
        <div className={css.actions}>
          {mayDecide ? (
            <Button variant="subtle" onClick={() => setDropping(true)}>
              {t("quarantine.drop")}
            </Button>
          ) : null}
          <span className={css.grow} />
          <Button variant="subtle" onClick={onClose} data-autofocus>
            {t("common.close")}
          </Button>
          {mayDecide ? (
            <Button loading={retry.isPending} onClick={() => retry.mutate()}>
              {t("quarantine.retry")}
            </Button>
          ) : null}
        </div>
      )}
    </div>
  );
}
