/** What an actor may see of a conversation, and what would change that. */
export type Sight =
  | { readonly open: true }
  /** Unassigned: number, language and waiting time show; taking it opens it. */
  | { readonly open: false; readonly why: "take_first" }
  /** Somebody else's, for those who may open it with a reason that is kept. */
  | { readonly open: false; readonly why: "reason_needed" }
  /** Somebody else's, or another team's. It is not even in the list, and asking for it finds nothing. */
  | { readonly open: false; readonly why: "not_yours" };

export interface SightFacts {
  readonly isAssignee: boolean;
  readonly isAssigned: boolean;
  /** Of a team of the actor's, or of none. */
  readonly isInReach: boolean;
  readonly mayViewTeam: boolean;
  readonly mayOpenWithReason: boolean;
  /** Until when an opening with a reason holds, if there is one. */
  readonly openedUntil: Date | null;
}

/**
 * Least privilege for chats (controls.md, C1): one's own are open; the rest by team and role, by taking, or by a
 * reason. Whoever may give a reason may do so in every team, and sees that a chat is there.
 */
export function decideSight(facts: SightFacts, now: Date): Sight {
  if (facts.isAssignee) return { open: true };
  if (facts.mayViewTeam && facts.isInReach) return { open: true };
  if (facts.mayOpenWithReason) {
    if (facts.openedUntil !== null && facts.openedUntil > now) return { open: true };
    return { open: false, why: facts.isAssigned ? "reason_needed" : "take_first" };
  }
  return { open: false, why: facts.isAssigned || !facts.isInReach ? "not_yours" : "take_first" };
}
