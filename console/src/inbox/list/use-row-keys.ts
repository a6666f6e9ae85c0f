import { type RefObject, useEffect, useRef } from "react";
import { isTyping } from "../is-typing.ts";

/** J and K walk through the rows; Enter opens the one in focus, as on any link. Never while typing. */
export function useRowKeys(): RefObject<HTMLDivElement | null> {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const rows = [...(scroller.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      if (rows.length === 0) return;
      const here = rows.indexOf(document.activeElement as HTMLElement);
      const from = here === -1 ? rows.findIndex((row) => row.getAttribute("aria-current") !== null) : here;
      const target = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
      target?.focus();
      target?.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return scroller;
}
