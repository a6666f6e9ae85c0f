import { IconWifiOff } from "@tabler/icons-react";
import { useLostSince } from "../live/live-context.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./offline-strip.module.css";

/** Amber while nothing is heard from the server: of when the state shown is, and what becomes of replies. */
export function OfflineStrip() {
  const { t } = useText();
  const formats = useFormats();
  const lostAt = useLostSince();
  return (
    <div role="status">
      {lostAt === undefined ? null : (
        <div className={css.strip}>
          <IconWifiOff size={16} stroke={1.6} aria-hidden="true" />
          <span>{t("shell.offline", { time: formats.time(new Date(lostAt).toISOString()) })}</span>
        </div>
      )}
    </div>
  );
}
