import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Invitation, Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { invitationsQuery, WALKING } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card, Section } from "../pieces/page.tsx";
import { ErrorState } from "../pieces/states.tsx";
import { useNow } from "../pieces/use-now.ts";
import { recoveryQuery } from "../recovery/recovery-queries.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./invitation-list.module.css";

/** Invitations that wait; nothing where there are none. */
export function InvitationList({ members }: { readonly members: readonly Member[] }) {
  const { t } = useText();
  const invitations = useQuery({ ...invitationsQuery, ...WALKING });
  const list = invitations.data?.invitations ?? [];
  if (list.length === 0 && !invitations.isError) return null;
  return (
    <Section title={t("members.invited")}>
      <Card>
        {invitations.isError ? (
          <ErrorState error={invitations.error} onRetry={() => void invitations.refetch()} />
        ) : null}
        <ul>
          {list.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              invitedBy={members.find(({ id }) => id === invitation.invitedBy)?.name}
            />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

interface InvitationRowProps {
  readonly invitation: Invitation;
  readonly invitedBy: string | undefined;
}

function InvitationRow({ invitation, invitedBy }: InvitationRowProps) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => api.revokeInvitation({ params: { id: invitation.id } }),
    onSuccess: () => queryClient.invalidateQueries(invitationsQuery),
  });
  const left = Date.parse(invitation.expiresAt) - now;
  // Where no mail goes out the address only says who may accept.
  const byMail = useQuery(recoveryQuery).data?.byMail === true;
  const resend = useMutation({
    mutationFn: () => api.resendInvitation({ params: { id: invitation.id } }),
    onSuccess: () => queryClient.invalidateQueries(invitationsQuery),
  });
  const facts = [
    ...(invitation.email === null ? [] : [invitation.email]),
    t(`role.${invitation.role}`),
    ...(invitedBy === undefined ? [] : [t("members.invitedBy", { name: invitedBy })]),
    left <= 0 ? t("members.expired") : t("members.expires", { duration: formats.duration(left) }),
  ];
  return (
    <li className={css.row}>
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{invitation.name}</bdi>
        </div>
        <div className={css.facts}>{facts.join(" · ")}</div>
        <ProblemCallout error={withdraw.error ?? resend.error} />
      </div>
      {invitation.email === null || left <= 0 || !byMail ? null : (
        <Button
          variant="subtle"
          loading={resend.isPending}
          disabled={resend.isSuccess}
          onClick={() => resend.mutate()}
          aria-label={t("recovery.resendTo", { name: invitation.name })}
        >
          {resend.isSuccess ? t("recovery.resent") : t("recovery.resend")}
        </Button>
      )}
      <Button
        variant="subtle"
        loading={withdraw.isPending}
        onClick={() => withdraw.mutate()}
        aria-label={t("members.withdrawOf", { name: invitation.name })}
      >
        {t("members.withdraw")}
      </Button>
    </li>
  );
}
