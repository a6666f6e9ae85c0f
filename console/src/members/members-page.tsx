import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../api/me.ts";
import { membersQuery, WALKING } from "../api/queries.ts";
import { Card, Page, Section } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberRow } from "./member-row.tsx";

/** The people of the workspace, who is invited, and who was here before. */
export function MembersPage() {
  const { t } = useText();
  useTitle(t("shell.members"));
  const may = useMay();
  const members = useQuery({ ...membersQuery, ...WALKING });
  const [inviting, setInviting] = useState(false);
  const all = members.data?.members ?? [];
  const active = all.filter(({ state }) => state === "active");
  const former = all.filter(({ state }) => state === "deactivated");
  return (
    <Page
      title={t("shell.members")}
      lede={t("members.lede")}
      actions={
        may("member.invite") ? (
          <Button leftSection={<IconUserPlus size={16} stroke={1.6} />} onClick={() => setInviting(true)}>
            {t("members.invite")}
          </Button>
        ) : undefined
      }
    >
      <Card>
        {members.isPending ? <SkeletonRows rows={4} /> : null}
        {members.isError ? <ErrorState error={members.error} onRetry={() => void members.refetch()} /> : null}
        <ul>
          {active.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </ul>
      </Card>
      {may("member.list_invited") ? <InvitationList members={all} /> : null}
      {former.length === 0 ? null : (
        <Section title={t("members.former")}>
          <Card>
            <ul>
              {former.map((member) => (
                <MemberRow key={member.id} member={member} />
              ))}
            </ul>
          </Card>
        </Section>
      )}
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}
