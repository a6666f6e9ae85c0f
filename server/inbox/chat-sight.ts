import type { Reach } from "../access/teams/reach.ts";
import { type BoundConversation, isGenuineConversation } from "./conversation-mac.ts";
import type { Sight } from "./decide-sight.ts";
import { forgedSubject } from "./forged-row.ts";
import { type OpeningColumns, openedUntil } from "./opening-mac.ts";
import type { Act } from "./room.ts";
import { sightOf } from "./show-rows.ts";

/** What an actor may see of a chat; what the program did not write is noted, and gives nothing. */
export function chatSight(
  { vault, actor, now, forged }: Act,
  reach: Reach,
  row: BoundConversation & OpeningColumns & { readonly mac: Buffer },
): Sight | "forged" {
  if (!isGenuineConversation(vault, row)) {
    forged.add(forgedSubject("inbox_conversation", row.id));
    return "forged";
  }
  const opened_until = openedUntil(vault, { conversationId: row.id, memberId: actor.memberId }, row);
  if (opened_until === "forged") forged.add(forgedSubject("inbox_opening", `${row.id}/${actor.memberId}`));
  return sightOf(actor, reach, { ...row, opened_until }, now);
}
