import type { RotationWish } from "./rotation-request.ts";
import type { KeyVersion } from "./rotation-store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How old a workspace key may become (architecture.md, "Keys and sealing"): a copy that holds data keys and not their
 * workspace key opens nothing once the version is destroyed, and this makes a date of it.
 */
export const MAX_WORKSPACE_KEY_AGE_MS = 30 * DAY_MS;

/** Ours: days on which a rotation may fail, or the program be stopped, before the limit is missed. */
const MARGIN_MS = 3 * DAY_MS;

export type RotationVerdict =
  | { readonly verdict: "nothing" }
  /** A rotation was begun and not finished: its version is there already. */
  | { readonly verdict: "finish"; readonly to: number; readonly from: readonly number[] }
  | { readonly verdict: "begin"; readonly to: number; readonly from: readonly number[] };

/**
 * What to do about the versions of one workspace's key. Two living versions are a rotation that was cut off: it is
 * finished before another may begin, so that there are never more than two.
 */
export function decideRotation(
  versions: readonly KeyVersion[],
  wish: RotationWish,
  now: Date,
): RotationVerdict {
  const living = versions.filter(({ isLiving }) => isLiving);
  const newest = living.at(-1);
  if (newest === undefined) return { verdict: "nothing" };
  const earlier = living.slice(0, -1).map(({ version }) => version);
  if (earlier.length > 0) return { verdict: "finish", to: newest.version, from: earlier };
  if (wish === "when_due" && !isRotationDue(newest.createdAt, now)) return { verdict: "nothing" };
  const highest = Math.max(...versions.map(({ version }) => version));
  return { verdict: "begin", to: highest + 1, from: [newest.version] };
}

/** Whether a version made at `createdAt` is to be replaced. */
export function isRotationDue(createdAt: Date, now: Date): boolean {
  return now.getTime() - createdAt.getTime() >= MAX_WORKSPACE_KEY_AGE_MS - MARGIN_MS;
}
