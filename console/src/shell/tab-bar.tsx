import { IconAddressBook, IconInbox, IconMenu2, IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { countsQuery } from "../api/queries.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./tab-bar.module.css";

const ELSEWHERE = ["/inbox", "/contacts", "/templates"];

/** On phones, in place of the sidebar. What has no tab stands under More. */
export function TabBar() {
  const { t } = useText();
  const unread = useQuery(countsQuery).data?.unread ?? 0;
  const { pathname } = useLocation();
  const underMore = !ELSEWHERE.some((path) => pathname.startsWith(path));
  return (
    <nav className={css.bar} aria-label={t("shell.main")}>
      <Link
        to="/inbox/$view"
        params={{ view: "mine" }}
        className={css.tab}
        {...(pathname.startsWith("/inbox") ? { "aria-current": "page" as const } : {})}
      >
        <IconInbox size={22} stroke={1.6} aria-hidden="true" />
        {t("shell.inbox")}
        {unread === 0 ? null : (
          <span className={css.pip}>
            <span className={css.hidden}>{t("shell.unread", { count: unread })}</span>
          </span>
        )}
      </Link>
      <Link to="/contacts" className={css.tab}>
        <IconAddressBook size={22} stroke={1.6} aria-hidden="true" />
        {t("shell.contacts")}
      </Link>
      <Link to="/templates" className={css.tab}>
        <IconTemplate size={22} stroke={1.6} aria-hidden="true" />
        {t("shell.templates")}
      </Link>
      <Link to="/more" className={css.tab} {...(underMore ? { "aria-current": "page" as const } : {})}>
        <IconMenu2 size={22} stroke={1.6} aria-hidden="true" />
        {t("shell.more")}
      </Link>
    </nav>
  );
}
