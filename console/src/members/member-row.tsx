import { Link } from "@tanstack/react-router";
import type { Member } from "../../../contract/members.ts";
import { useMe } from "../api/me.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Chip } from "../pieces/chip.tsx";
import { FactorResetLine } from "../recovery/factor-reset-line.tsx";
import { useTeams } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import { MemberActions } from "./member-actions.tsx";
import css from "./member-row.module.css";
import { MemberSeen } from "./member-seen.tsx";

export function MemberRow({ member }: { readonly member: Member }) {
  const { t } = useText();
  const me = useMe();
  const isSelf = member.id === me.memberId;
  const isActive = member.state === "active";
  const teams = useTeams().filter(({ id }) => member.teamIds.includes(id));
  return (
    <li className={css.row} data-inactive={!isActive}>
      <Avatar name={member.name} seed={member.id} self={isSelf} />
      <div className={css.words}>
        <div className={css.name}>
          <Link to="/members/$memberId" params={{ memberId: member.id }} className={css.link}>
            <bdi>{member.name}</bdi>
          </Link>
          {isSelf ? <span className={css.you}>{t("members.you")}</span> : null}
        </div>
        {member.email === null ? null : (
          <div className={css.email}>
            <bdi dir="ltr">{member.email}</bdi>
          </div>
        )}
        {teams.length === 0 ? null : (
          <div className={css.teams}>
            {teams.map(({ id, name }) => (
              <bdi key={id}>{name}</bdi>
            ))}
          </div>
        )}
        <FactorResetLine member={member} />
      </div>
      <MemberSeen member={member} isSelf={isSelf} />
      <span className={css.role}>
        <Chip tone={member.role === "owner" ? "brand" : "plain"}>{t(`role.${member.role}`)}</Chip>
      </span>
      <span className={css.menu}>
        <MemberActions member={member} />
      </span>
    </li>
  );
}
