import { Button } from "@mantine/core";
import { IconShieldX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { WALKING } from "../api/queries.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./recovery.module.css";
import { ownRecoveryQuery } from "./recovery-queries.ts";

/** On every page, while somebody has said that one has lost one's factors: the way to say that one has not. */
export function RecoveryBanner() {
  const { t } = useText();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const pending = useQuery({ ...ownRecoveryQuery, ...WALKING }).data?.factorReset ?? null;
  const cancel = useMutation({
    mutationFn: () => api.cancelOwnFactorReset(),
    onSuccess: () => queryClient.invalidateQueries(ownRecoveryQuery),
  });
  if (pending === null) return null;
  return (
    <div className={css.banner} role="alert">
      <IconShieldX size={18} stroke={1.6} aria-hidden="true" />
      <span className={css.bannerWords}>
        <b>{t("recovery.bannerTitle", { duration: formats.duration(pending.secondsLeft * 1000) })}</b>{" "}
        {t("recovery.bannerWords")}
      </span>
      <Button size="xs" color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t("recovery.keep")}
      </Button>
    </div>
  );
}
