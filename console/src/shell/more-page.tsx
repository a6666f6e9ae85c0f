import {
  IconBuildingStore,
  IconChartBar,
  IconChevronRight,
  IconDeviceMobile,
  IconLock,
  IconLogout,
  IconNetwork,
  IconReceipt,
  IconShieldLock,
  IconShieldQuestion,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay, useMe } from "../api/me.ts";
import { useLock } from "../lock/use-lock.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Card, Page } from "../pieces/page.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./more-page.module.css";
import { useSignOut } from "./use-sign-out.ts";

const LINKS = [
  { to: "/profile", text: "shell.profile", icon: IconUser, permission: undefined },
  { to: "/numbers", text: "shell.numbers", icon: IconDeviceMobile, permission: undefined },
  { to: "/members", text: "shell.members", icon: IconUsers, permission: undefined },
  { to: "/performance", text: "shell.performance", icon: IconChartBar, permission: "metrics.read" },
  { to: "/quarantine", text: "shell.quarantine", icon: IconShieldQuestion, permission: "quarantine.read" },
  { to: "/security", text: "shell.security", icon: IconShieldLock, permission: "policy.read" },
  { to: "/networks", text: "shell.networks", icon: IconNetwork, permission: "network_rule.read" },
  { to: "/billing", text: "shell.billing", icon: IconReceipt, permission: "billing.read" },
  {
    to: "/workspace",
    text: "shell.workspaceSettings",
    icon: IconBuildingStore,
    permission: "workspace.cancel_deletion",
  },
] as const;

/** On phones: what has no tab of its own. */
export function MorePage() {
  const { t } = useText();
  const me = useMe();
  const may = useMay();
  const signOut = useSignOut();
  const { lock } = useLock();
  return (
    <Page title={t("shell.more")}>
      <Card>
        <div className={css.self}>
          <Avatar name={me.name} self />
          <div>
            <div className={css.name}>
              <bdi>{me.name}</bdi>
            </div>
            <div className={css.role}>
              {t(`role.${me.role}`)} · <bdi>{me.workspace.name}</bdi>
            </div>
          </div>
        </div>
        {LINKS.filter(({ permission }) => permission === undefined || may(permission)).map(
          ({ to, text, icon: Icon }) => (
            <Link key={to} to={to} className={css.row}>
              <Icon size={20} stroke={1.6} aria-hidden="true" />
              <span className={css.word}>{t(text)}</span>
              <IconChevronRight className={css.chevron} size={16} stroke={1.8} aria-hidden="true" />
            </Link>
          ),
        )}
        <button type="button" className={css.row} onClick={() => void lock()}>
          <IconLock size={20} stroke={1.6} aria-hidden="true" />
          <span className={css.word}>{t("lock.lock")}</span>
        </button>
        <button type="button" className={css.row} onClick={() => signOut.mutate()}>
          <IconLogout size={20} stroke={1.6} aria-hidden="true" />
          <span className={css.word}>{t("shell.signOut")}</span>
        </button>
      </Card>
    </Page>
  );
}
