import type { Member } from "../../../contract/members.ts";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./member-row.module.css";

/** The page is open for this long before "now" is in doubt: a browser says hello at least every minute. */
const HERE_MS = 2 * 60_000;

/** Whether a member is here, was, or is suspended. */
export function MemberSeen({ member, isSelf }: { readonly member: Member; readonly isSelf: boolean }) {
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
