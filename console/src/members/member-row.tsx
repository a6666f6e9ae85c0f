import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconShieldX, IconUserCog, IconUserOff } from "@tabler/icons-react";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { useMay, useMe } from "../api/me.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Chip } from "../pieces/chip.tsx";
import { useNow } from "../pieces/use-now.ts";
import { FactorResetDialog } from "../recovery/factor-reset-dialog.tsx";
import { FactorResetLine } from "../recovery/factor-reset-line.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DeactivateDialog } from "./deactivate-dialog.tsx";
import css from "./member-row.module.css";
import { RoleDialog } from "./role-dialog.tsx";
import { ROLES } from "./roles.ts";

/** The page is open for this long before "now" is in doubt: a browser says hello at least every minute. */
const HERE_MS = 2 * 60_000;

export function MemberRow({ member }: { readonly member: Member }) {
  const { t } = useText();
  const me = useMe();
  const isSelf = member.id === me.memberId;
  const isActive = member.state === "active";
  return (
    <li className={css.row} data-inactive={!isActive}>
      <Avatar name={member.name} seed={member.id} self={isSelf} />
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{member.name}</bdi>
          {isSelf ? <span className={css.you}>{t("members.you")}</span> : null}
        </div>
        {member.email === null ? null : (
          <div className={css.email}>
            <bdi dir="ltr">{member.email}</bdi>
          </div>
        )}
        <FactorResetLine member={member} />
      </div>
      <Seen member={member} isSelf={isSelf} />
      <span className={css.role}>
        <Chip tone={member.role === "owner" ? "brand" : "plain"}>{t(`role.${member.role}`)}</Chip>
      </span>
      <span className={css.menu}>{isSelf || !isActive ? null : <RowMenu member={member} />}</span>
    </li>
  );
}

function Seen({ member, isSelf }: { readonly member: Member; readonly isSelf: boolean }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  if (member.state === "deactivated") return <span className={css.seen}>{t("members.deactivated")}</span>;
  const isHere = isSelf || (member.lastSeenAt !== null && now - Date.parse(member.lastSeenAt) < HERE_MS);
  if (isHere) {
    return (
      <span className={css.seen}>
        <span className={css.dot} aria-hidden="true" />
        {t("members.here")}
      </span>
    );
  }
  if (member.lastSeenAt === null) return <span className={css.seen}>{t("members.neverSeen")}</span>;
  return <span className={css.seen}>{t("members.seen", { ago: formats.ago(member.lastSeenAt, now) })}</span>;
}

function RowMenu({ member }: { readonly member: Member }) {
  const { t } = useText();
  const me = useMe();
  const may = useMay();
  const [dialog, setDialog] = useState<"role" | "factors" | "deactivate">();
  const isAbove = ROLES.indexOf(member.role) > ROLES.indexOf(me.role);
  const mayChange = may("member.change_role") && !isAbove;
  const mayDeactivate = may("member.deactivate") && !isAbove;
  const mayReset = may("member.reset_factors") && !isAbove;
  if (!mayChange && !mayDeactivate && !mayReset) return null;
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={t("members.actions", { name: member.name })}>
            <IconDots size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange ? (
            <Menu.Item leftSection={<IconUserCog size={16} stroke={1.6} />} onClick={() => setDialog("role")}>
              {t("members.changeRole")}
            </Menu.Item>
          ) : null}
          {mayReset ? (
            <Menu.Item
              leftSection={<IconShieldX size={16} stroke={1.6} />}
              onClick={() => setDialog("factors")}
            >
              {t("recovery.resetFactors")}
            </Menu.Item>
          ) : null}
          {mayDeactivate ? (
            <Menu.Item
              color="red"
              leftSection={<IconUserOff size={16} stroke={1.6} />}
              onClick={() => setDialog("deactivate")}
            >
              {t("members.deactivate")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <RoleDialog member={member} opened={dialog === "role"} onClose={() => setDialog(undefined)} />
      <FactorResetDialog member={member} opened={dialog === "factors"} onClose={() => setDialog(undefined)} />
      <DeactivateDialog
        member={member}
        opened={dialog === "deactivate"}
        onClose={() => setDialog(undefined)}
      />
    </>
  );
}
