import { useEffect, useRef } from "react";
import { hasUnreportedAct, lastActAgo, noticeActs } from "../api/activity.ts";
import { api } from "../api/client.ts";

/** How often it is looked at, in ms. */
const LOOK_MS = 5_000;

/** How long somebody may do things that ask nothing of the server before it is told, in ms: typing a long answer. */
const TELL_MS = 45_000;

/**
 * Locks once nobody has done anything for so long; undefined: there is nothing to lock. The server does the same and is
 * the wall; this one hides the screen also where the server is away.
 */
export function useIdleLock(minutes: number | undefined, lock: () => void): void {
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => noticeActs(), []);
  useEffect(() => {
    if (minutes === undefined) return;
    const since = performance.now();
    let told = since;
    const timer = setInterval(() => {
      const now = performance.now();
      const idle = Math.min(lastActAgo() ?? Number.POSITIVE_INFINITY, now - since);
      if (idle >= minutes * 60_000) return latest.current();
      if (now - told < TELL_MS || !hasUnreportedAct()) return;
      told = now;
      void api.getSession().catch(() => undefined);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [minutes]);
}
