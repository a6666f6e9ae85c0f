import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How near the end still counts as at the end, in px. */
const NEAR_END_PX = 48;

export interface ThreadScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Whether the newest message is in view. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/**
 * Holds what is read in its place: older messages grow upwards without a jump, new ones are followed only by who
 * stands at the end, and one's own sending always leads there.
 * @param edges keys of the oldest and newest thing shown, and how many of one's own wait
 */
export function useThreadScroll(edges: {
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  readonly ownCount: number;
}): ThreadScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const stuck = useRef(true);
  const { oldest, newest, ownCount } = edges;
  const before = useRef({ oldest, ownCount, height: 0, placed: false });

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    stuck.current = true;
    setAtEnd(true);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || newest === undefined) return;
    const last = before.current;
    if (!last.placed) placeFirst(element);
    else if (oldest !== last.oldest) element.scrollTop += element.scrollHeight - last.height;
    else if (ownCount > last.ownCount || stuck.current) element.scrollTop = element.scrollHeight;
    before.current = { oldest, ownCount, height: element.scrollHeight, placed: true };
  }, [oldest, newest, ownCount]);

  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (element === null || content === null || content === undefined) return;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      stuck.current = near;
      setAtEnd(near);
    };
    const observer = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    onScroll();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scroller, atEnd, toEnd };
}

/** Opens at the line above what is unread, or at the end. */
function placeFirst(element: HTMLElement): void {
  const unread = element.querySelector<HTMLElement>("[data-unread-line]");
  element.scrollTop = element.scrollHeight;
  if (unread !== null && unread.offsetTop < element.scrollTop + 24) element.scrollTop = unread.offsetTop - 24;
}
