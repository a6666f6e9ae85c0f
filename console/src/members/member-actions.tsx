import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconKey,
  IconShieldX,
  IconUserCheck,
  IconUserCog,
  IconUserOff,
  IconUsersGroup,
} from "@tabler/icons-react";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { FactorResetDialog } from "../recovery/factor-reset-dialog.tsx";
import { MemberTeamsDialog } from "../teams/member-teams-dialog.tsx";
import { useText } from "../texts/text-context.tsx";
import { AskPasswordDialog } from "./ask-password-dialog.tsx";
import { DeactivateDialog } from "./deactivate-dialog.tsx";
import { ReactivateDialog } from "./reactivate-dialog.tsx";
import { RoleDialog } from "./role-dialog.tsx";
import { useMemberPowers } from "./use-member-powers.ts";

type Dialog = "role" | "teams" | "password" | "factors" | "deactivate" | "reactivate";

/** What the reader may do about a member; nothing where that is nothing. */
export function MemberActions({ member }: { readonly member: Member }) {
  const { t } = useText();
  const powers = useMemberPowers(member);
  const [dialog, setDialog] = useState<Dialog>();
  const isActive = member.state === "active";
  const { changeTeams } = powers;
  const suspend = isActive ? powers.suspend : powers.reactivate;
  const changeRole = powers.changeRole && isActive;
  const resetFactors = powers.resetFactors && isActive;
  const askPassword = powers.askPassword && isActive;
  if (!changeRole && !changeTeams && !suspend && !resetFactors && !askPassword) return null;
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={t("members.actions", { name: member.name })}>
            <IconDots size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {changeRole ? (
            <Menu.Item leftSection={<IconUserCog size={16} stroke={1.6} />} onClick={() => setDialog("role")}>
              {t("members.changeRole")}
            </Menu.Item>
          ) : null}
          {changeTeams ? (
            <Menu.Item
              leftSection={<IconUsersGroup size={16} stroke={1.6} />}
              onClick={() => setDialog("teams")}
            >
              {t("teams.changeOf")}
            </Menu.Item>
          ) : null}
          {askPassword ? (
            <Menu.Item leftSection={<IconKey size={16} stroke={1.6} />} onClick={() => setDialog("password")}>
              {t("members.askPassword")}
            </Menu.Item>
          ) : null}
          {resetFactors ? (
            <Menu.Item
              leftSection={<IconShieldX size={16} stroke={1.6} />}
              onClick={() => setDialog("factors")}
            >
              {t("recovery.resetFactors")}
            </Menu.Item>
          ) : null}
          {suspend ? <SuspendItem isActive={isActive} onChoose={setDialog} /> : null}
        </Menu.Dropdown>
      </Menu>
      <RoleDialog member={member} opened={dialog === "role"} onClose={close} />
      <MemberTeamsDialog member={member} opened={dialog === "teams"} onClose={close} />
      <AskPasswordDialog member={member} opened={dialog === "password"} onClose={close} />
      <FactorResetDialog member={member} opened={dialog === "factors"} onClose={close} />
      <DeactivateDialog member={member} opened={dialog === "deactivate"} onClose={close} />
      <ReactivateDialog member={member} opened={dialog === "reactivate"} onClose={close} />
    </>
  );
}

function SuspendItem(props: { readonly isActive: boolean; readonly onChoose: (dialog: Dialog) => void }) {
  const { t } = useText();
  if (!props.isActive)
    return (
      <Menu.Item
        leftSection={<IconUserCheck size={16} stroke={1.6} />}
        onClick={() => props.onChoose("reactivate")}
      >
        {t("members.reactivate")}
      </Menu.Item>
    );
  return (
    <Menu.Item
      color="red"
      leftSection={<IconUserOff size={16} stroke={1.6} />}
      onClick={() => props.onChoose("deactivate")}
    >
      {t("members.deactivate")}
    </Menu.Item>
  );
}
