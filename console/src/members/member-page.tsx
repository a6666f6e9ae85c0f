import { IconArrowLeft, IconUserQuestion } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { Member } from "../../../contract/members.ts";
import { useMe } from "../api/me.ts";
import { membersQuery, WALKING } from "../api/queries.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Chip } from "../pieces/chip.tsx";
import { Card } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { MemberActions } from "./member-actions.tsx";
import css from "./member-page.module.css";
import { MemberSeen } from "./member-seen.tsx";
import { MEMBER_SECTIONS } from "./member-slots.ts";

/** One member: who they are here, and what colleagues with the right may do about it. */
export function MemberPage() {
  const { t } = useText();
  const { memberId } = useParams({ strict: false });
  const members = useQuery({ ...membersQuery, ...WALKING });
  const member = members.data?.members.find(({ id }) => id === memberId);
  useTitle(member?.name ?? t("shell.members"));
  return (
    <div className={css.scroll}>
      <div className={css.body}>
        <Link to="/members" className={css.back}>
          <IconArrowLeft className={css.mirrored} size={16} stroke={1.6} aria-hidden="true" />
          {t("shell.members")}
        </Link>
        {members.isPending ? <SkeletonRows rows={2} /> : null}
        {members.isError ? <ErrorState error={members.error} onRetry={() => void members.refetch()} /> : null}
        {members.isSuccess && member === undefined ? (
          <EmptyState icon={<IconUserQuestion size={22} stroke={1.6} />} title={t("members.unknown")} />
        ) : null}
        {member === undefined ? null : <Details member={member} />}
      </div>
    </div>
  );
}

function Details({ member }: { readonly member: Member }) {
  const { t } = useText();
  const isSelf = useMe().memberId === member.id;
  return (
    <>
      <Card>
        <header className={css.head}>
          <Avatar name={member.name} seed={member.id} self={isSelf} size="large" />
          <div className={css.words}>
            <h1 className={css.name}>
              <bdi>{member.name}</bdi>
            </h1>
            {member.email === null ? null : (
              <div className={css.email}>
                <bdi dir="ltr">{member.email}</bdi>
              </div>
            )}
            <div className={css.chips}>
              <Chip tone={member.role === "owner" ? "brand" : "plain"}>{t(`role.${member.role}`)}</Chip>
              <MemberSeen member={member} isSelf={isSelf} />
            </div>
          </div>
          <MemberActions member={member} />
        </header>
      </Card>
      {MEMBER_SECTIONS.map((Part) => (
        <Part key={Part.name} member={member} />
      ))}
    </>
  );
}
