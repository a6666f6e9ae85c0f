import { Menu, UnstyledButton } from "@mantine/core";
import { IconChevronUp, IconLock, IconLogout, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay, useMe } from "../api/me.ts";
import { countsQuery } from "../api/queries.ts";
import { LOCK_KEYS } from "../lock/lock-keys.ts";
import { useLock } from "../lock/use-lock.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Keys } from "../pieces/keys.tsx";
import { Mark } from "../pieces/mark.tsx";
import { useText } from "../texts/text-context.tsx";
import { INBOX_SECTIONS, WORKSPACE_SECTIONS } from "./sections.ts";
import css from "./sidebar.module.css";
import { SimulatorSign } from "./simulator-sign.tsx";
import { useSignOut } from "./use-sign-out.ts";

/** Only what exists, and of that only what this member may see. Under 1024 px a rail of icons. */
export function Sidebar() {
  const { t } = useText();
  const me = useMe();
  return (
    <nav className={css.side} aria-label={t("shell.main")}>
      <div className={css.workspace}>
        <Mark />
        <span className={css.name}>
          <bdi>{me.workspace.name}</bdi>
        </span>
      </div>
      <SimulatorSign />
      <InboxLinks />
      <h2 className={css.heading}>{t("shell.workspace")}</h2>
      <WorkspaceLinks />
      <div className={css.grow} />
      <Self />
    </nav>
  );
}

function InboxLinks() {
  const { t } = useText();
  const counts = useQuery(countsQuery).data;
  const shown = INBOX_SECTIONS.filter(({ view }) => view !== "all" || typeof counts?.all === "number");
  return (
    <ul className={css.list}>
      {shown.map(({ view, text, icon: Icon }) => (
        <li key={view}>
          <Link to="/inbox/$view" params={{ view }} className={css.link} title={t(text)}>
            <Icon size={18} stroke={1.6} aria-hidden="true" />
            <span className={css.word}>{t(text)}</span>
            <Count value={counts?.[view]} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function WorkspaceLinks() {
  const { t } = useText();
  const may = useMay();
  const shown = WORKSPACE_SECTIONS.filter(({ permission }) => permission === undefined || may(permission));
  return (
    <ul className={css.list}>
      {shown.map(({ to, text, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className={css.link} title={t(text)}>
            <Icon size={18} stroke={1.6} aria-hidden="true" />
            <span className={css.word}>{t(text)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Count(props: { readonly value: number | null | undefined }) {
  if (typeof props.value !== "number" || props.value === 0) return null;
  return <span className={css.count}>{props.value}</span>;
}

function Self() {
  const { t } = useText();
  const me = useMe();
  const signOut = useSignOut();
  const { lock } = useLock();
  return (
    <Menu position="top-start" width={208}>
      <Menu.Target>
        <UnstyledButton className={css.self} aria-label={t("shell.account")}>
          <Avatar name={me.name} size="small" self />
          <span className={css.selfName}>
            <bdi>{me.name}</bdi>
            <span className={css.role}>{t(`role.${me.role}`)}</span>
          </span>
          <IconChevronUp className={css.chevron} size={14} stroke={1.8} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} stroke={1.6} />}>
          {t("shell.profile")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLock size={16} stroke={1.6} />}
          rightSection={<Keys>{LOCK_KEYS}</Keys>}
          onClick={() => void lock()}
        >
          {t("lock.lock")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => signOut.mutate()}>
          {t("shell.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
