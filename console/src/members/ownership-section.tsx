import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card, Section } from "../pieces/page.tsx";
import { useNow } from "../pieces/use-now.ts";
import { ownershipQuery } from "../teams/teams-query.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./member-sections.module.css";
import { OwnershipDialog } from "./ownership-dialog.tsx";

/** For Owners, on the page of somebody who is none: offering ownership, and the offer that waits. */
export function OwnershipSection({ member }: { readonly member: Member }) {
  const { t } = useText();
  const me = useMe();
  const may = useMay();
  const [opened, setOpened] = useState(false);
  const offer = useQuery({ ...ownershipQuery, enabled: may("ownership.offer") }).data?.offer ?? null;
  const isCandidate = member.role !== "owner" && member.state === "active" && member.id !== me.memberId;
  if (!may("ownership.offer") || !isCandidate) return null;
  const waits = offer?.offeredTo === member.id;
  return (
    <Section title={t("ownership.title")}>
      <Card>
        <div className={css.line}>
          {waits ? (
            <WaitingOffer id={offer.id} expiresAt={offer.expiresAt} />
          ) : (
            <>
              <p className={css.hint}>{t("ownership.hint", { name: member.name })}</p>
              <Button variant="default" onClick={() => setOpened(true)}>
                {t("ownership.offer")}
              </Button>
            </>
          )}
        </div>
      </Card>
      <OwnershipDialog member={member} opened={opened} onClose={() => setOpened(false)} />
    </Section>
  );
}

function WaitingOffer({ id, expiresAt }: { readonly id: string; readonly expiresAt: string }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.endOwnershipOffer({ params: { id } }),
    onSuccess: () => client.invalidateQueries(ownershipQuery),
  });
  const left = Math.max(0, Date.parse(expiresAt) - now);
  return (
    <>
      <p className={css.hint}>{t("ownership.waits", { duration: formats.duration(left) })}</p>
      <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
        {t("ownership.takeBack")}
      </Button>
      <ProblemCallout error={end.error} />
    </>
  );
}
