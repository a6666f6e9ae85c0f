import { Refusal } from "../platform/refusal.ts";
import type { Actor } from "./actor.ts";

/** How long a second factor counts as fresh, in ms. Ours: an unlocked screen must not be enough to give power away. */
export const FRESH_MS = 5 * 60 * 1000;

/** Refuses an act that gives or takes power when the second factor was proved too long ago (controls.md, C2). */
export function requireFreshFactor(actor: Actor, now: Date): void {
  if (actor.factorAt === null || now.getTime() - actor.factorAt.getTime() >= FRESH_MS)
    throw new Refusal("forbidden", "identity.factor_stale");
}
