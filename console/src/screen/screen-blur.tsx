import { IconEyeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { policiesQuery } from "../security/policies-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./screen-blur.module.css";

/** Covers the page while its window is not the one in front, where the workspace asks for it. */
export function ScreenBlur() {
  const { t } = useText();
  const asked = useQuery(policiesQuery).data?.screenProtection.blur === true;
  const away = useAway(asked);
  if (!away) return null;
  return (
    <div className={css.cover} data-blurred>
      <span className={css.words}>
        <IconEyeOff size={18} stroke={1.6} aria-hidden="true" />
        {t("security.blurred")}
      </span>
    </div>
  );
}

function useAway(asked: boolean): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!asked) {
      setAway(false);
      return;
    }
    const look = () => setAway(document.hidden || !document.hasFocus());
    look();
    const events = ["focus", "blur"] as const;
    for (const name of events) window.addEventListener(name, look);
    document.addEventListener("visibilitychange", look);
    return () => {
      for (const name of events) window.removeEventListener(name, look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [asked]);
  return away;
}
