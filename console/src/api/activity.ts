/** What a person does with a page; moving the pointer over it is not enough. */
const ACTS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

let actedAt: number | undefined;
let reportedAt = Number.NEGATIVE_INFINITY;

/** Notices from now on when a person does something in this page. Returns how to stop. */
export function noticeActs(): () => void {
  const note = (event: Event) => {
    if (event.isTrusted) actedAt = performance.now();
  };
  for (const act of ACTS) window.addEventListener(act, note, { capture: true, passive: true });
  return () => {
    for (const act of ACTS) window.removeEventListener(act, note, { capture: true });
  };
}

/** How long ago a person last did something here, in ms; undefined when nobody has. */
export function lastActAgo(): number | undefined {
  return actedAt === undefined ? undefined : performance.now() - actedAt;
}

/** Whether something was done that the server has not been told of. */
export function hasUnreportedAct(): boolean {
  return actedAt !== undefined && actedAt > reportedAt;
}

/**
 * The header by which the server knows that a person is here, on the next request after they did something. What the
 * page asks by itself carries none and keeps no session open.
 */
export function activityHeader(): Record<string, string> {
  if (actedAt === undefined || !hasUnreportedAct()) return {};
  reportedAt = performance.now();
  return { "wardroom-acted-ago": String(Math.floor((reportedAt - actedAt) / 1000)) };
}
