/** What an actor may see of a conversation, and what would change that. */
export type Sight =
  | { readonly open: true }
  /** Unassigned: number, language and waiting time show; taking it opens it. */
  | { readonly open: false; readonly why: "take_first" }
  /** Somebody else's, for those who may open it with a reason that is kept. */
  | { readonly open: false; readonly why: "reason_needed" }
  /** Somebody else's. It is not even in the list. */
  | { readonly open: false; readonly why: "not_yours" };

export interface SightFacts {
  readonly isAssignee: boolean;
  readonly isAssigned: boolean;
  readonly mayViewAll: boolean;
  readonly mayOpenWithReason: boolean;
  /** Until when an opening with a reason holds, if there is one. */
  readonly openedUntil: Date | null;
}

/** Least privilege for chats (controls.md, C1): one's own are open; the rest by role, by taking, or by a reason. */
export function decideSight(facts: SightFacts, now: Date): Sight {
  if (facts.isAssignee || facts.mayViewAll) return { open: true };
  if (facts.mayOpenWithReason && facts.openedUntil !== null && facts.openedUntil > now) return { open: true };
  if (facts.mayOpenWithReason && facts.isAssigned) return { open: false, why: "reason_needed" };
  return facts.isAssigned ? { open: false, why: "not_yours" } : { open: false, why: "take_first" };
}
