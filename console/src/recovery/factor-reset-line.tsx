import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Member } from "../../../contract/members.ts";
import type { FactorReset, IdentityCheck } from "../../../contract/recovery.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { membersQuery, WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import type { Translate } from "../texts/translate.ts";
import css from "./recovery.module.css";
import { factorResetsQuery } from "./recovery-queries.ts";

/** In a member's row, for Admins: that the factors are about to be removed, by whom confirmed, and how to stop it. */
export function FactorResetLine({ member }: { readonly member: Member }) {
  const may = useMay();
  const resets = useQuery({ ...factorResetsQuery, ...WALKING, enabled: may("member.list_factor_resets") });
  const pending = resets.data?.factorResets.find(({ memberId }) => memberId === member.id);
  return pending === undefined ? null : <Pending member={member} reset={pending} />;
}

function Pending({ member, reset }: { readonly member: Member; readonly reset: FactorReset }) {
  const { t } = useText();
  const formats = useFormats();
  const may = useMay();
  const queryClient = useQueryClient();
  const starter = useQuery(membersQuery).data?.members.find(({ id }) => id === reset.startedBy);
  const cancel = useMutation({
    mutationFn: () => api.cancelFactorReset({ params: { id: reset.id } }),
    onSuccess: () => queryClient.invalidateQueries(factorResetsQuery),
  });
  return (
    <div className={css.pending}>
      <span>{t("recovery.pendingLine", { duration: formats.duration(reset.secondsLeft * 1000) })}</span>
      <span className={css.pendingFacts} title={reset.note}>
        {t("recovery.pendingBy", { name: starter?.name ?? "", how: howText(t, reset.how) })}
      </span>
      {may("member.cancel_factor_reset") ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
          aria-label={t("recovery.cancelResetOf", { name: member.name })}
        >
          {t("recovery.cancelReset")}
        </Button>
      ) : null}
      <ProblemCallout error={cancel.error} />
    </div>
  );
}

export function howText(t: Translate, how: IdentityCheck): string {
  if (how === "video_call") return t("recovery.howVideoCall");
  if (how === "in_person") return t("recovery.howInPerson");
  if (how === "known_number") return t("recovery.howKnownNumber");
  return t("recovery.howOther");
}
