import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useMe } from "../api/me.ts";
import { useNow } from "../pieces/use-now.ts";
import { policiesQuery } from "../security/policies-query.ts";
import { useFormats } from "../texts/text-context.tsx";
import css from "./watermark.module.css";

/**
 * The reader's name and the time, over and over, faint above a chat. It takes no click, no selection and no place, and
 * a screen reader passes over it.
 */
export function Watermark() {
  const policies = useQuery(policiesQuery).data;
  const me = useMe();
  const formats = useFormats();
  const pattern = useId();
  const now = useNow();
  if (policies?.screenProtection.watermark !== true) return null;
  const time = timeIn(formats.timeZone).format(now);
  return (
    <svg className={css.mark} aria-hidden="true" focusable="false">
      <defs>
        <pattern
          id={pattern}
          width="320"
          height="150"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-24)"
        >
          <text x="8" y="48" className={css.words}>
            {me.name}
          </text>
          <text x="8" y="66" className={css.words}>
            {time}
          </text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${pattern})`} />
    </svg>
  );
}

/** "2026-11-24 03:24": read the same way in every language, whoever finds the photograph. */
function timeIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
}
