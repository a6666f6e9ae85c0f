import { type RefCallback, useCallback, useRef } from "react";

/** Calls back when the element comes within a screen of view. Put its ref on the last element of a list. */
export function useEndReached(onReached: () => void): RefCallback<HTMLElement> {
  const latest = useRef(onReached);
  latest.current = onReached;
  return useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current();
      },
      { root: element.closest("[data-scroller]"), rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
