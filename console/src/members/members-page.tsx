import { Button } from "@mantine/core";
import { IconUserPlus, IconUserQuestion, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../api/me.ts";
import { membersQuery, WALKING } from "../api/queries.ts";
import { Card, Page, Section } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useTeams } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { EVERYBODY, findMembers, MemberFilters } from "./member-filters.tsx";
import { MemberRow } from "./member-row.tsx";
import { OfferedOwnership } from "./offered-ownership.tsx";

/** From this many people on they are searched and filtered. Ours: about what fits without scrolling. */
const SEARCH_FROM = 8;

/** The people of the workspace, who is invited, and who was here before. */
export function MembersPage() {
  const { t } = useText();
  useTitle(t("shell.members"));
  const members = useQuery({ ...membersQuery, ...WALKING });
  const [inviting, setInviting] = useState(false);
  const [wanted, setWanted] = useState(EVERYBODY);
  const all = members.data?.members ?? [];
  const found = findMembers(all, wanted);
  const active = found.filter(({ state }) => state === "active");
  const former = found.filter(({ state }) => state === "deactivated");
  const may = useMay();
  return (
    <Page
      title={t("shell.members")}
      lede={t("members.lede")}
      actions={<Actions onInvite={() => setInviting(true)} />}
    >
      <OfferedOwnership />
      {all.length < SEARCH_FROM ? null : <MemberFilters value={wanted} onChange={setWanted} />}
      <Card>
        {members.isPending ? <SkeletonRows rows={4} /> : null}
        {members.isError ? <ErrorState error={members.error} onRetry={() => void members.refetch()} /> : null}
        {members.isSuccess && active.length === 0 ? (
          <EmptyState icon={<IconUserQuestion size={22} stroke={1.6} />} title={t("members.noneFound")} />
        ) : null}
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

/** Teams are for those who have some, or may make some: a small business is not asked about them. */
function Actions({ onInvite }: { readonly onInvite: () => void }) {
  const { t } = useText();
  const may = useMay();
  const hasTeams = useTeams().length > 0;
  return (
    <>
      {hasTeams || may("team.manage") ? (
        <Button
          variant="default"
          leftSection={<IconUsersGroup size={16} stroke={1.6} />}
          renderRoot={(props) => <Link {...props} to="/members/teams" />}
        >
          {t("teams.title")}
        </Button>
      ) : null}
      {may("member.invite") ? (
        <Button leftSection={<IconUserPlus size={16} stroke={1.6} />} onClick={onInvite}>
          {t("members.invite")}
        </Button>
      ) : null}
    </>
  );
}
