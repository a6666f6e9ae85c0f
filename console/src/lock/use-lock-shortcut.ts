import { useEffect, useRef } from "react";
import { isLockKey } from "./lock-keys.ts";

/** Locks by the keyboard, from anywhere in the console. */
export function useLockShortcut(lock: () => void): void {
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isLockKey(event)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}
