import { sql } from "kysely";
import { Refusal } from "../platform/refusal.ts";
import { chatSight } from "./chat-sight.ts";
import type { Sight } from "./decide-sight.ts";
import { ForgedRow } from "./forged-row.ts";
import { Hidden } from "./hidden.ts";
import { OPENING_COLUMNS, type OpeningColumns } from "./opening-mac.ts";
import type { Act } from "./room.ts";

/** A conversation that the actor may see into, locked or not. */
export interface Conversation {
  readonly id: string;
  readonly contactId: string;
  readonly numberId: string;
  readonly state: "open" | "closed";
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly lastPosition: number;
  readonly inboundCount: number;
  readonly lastInboundAt: Date | null;
  readonly sight: Sight;
}

/**
 * The door to a conversation: whoever wants one comes through here. `lock` holds it until the transaction ends.
 *
 * Refuses with not_found when there is none in the actor's workspace, and in the same words when there is one that is
 * not even in their lists; otherwise, when it is not open to them, with `inbox.take_first` or `inbox.reason_needed`. A
 * row that the program did not write as it stands is refused with `inbox.forged_row`.
 */
export async function accessConversation(
  act: Act,
  id: string,
  options: { readonly lock: boolean },
): Promise<Conversation> {
  const conversation = await findConversation(act, id, options);
  const { sight } = conversation;
  if (sight.open) return conversation;
  throw new Refusal("forbidden", sight.why === "take_first" ? "inbox.take_first" : "inbox.reason_needed");
}

/** The same without the last step, for the acts that open a conversation: taking it, assigning it, giving a reason. */
export async function findConversation(
  act: Act,
  id: string,
  { lock }: { readonly lock: boolean },
): Promise<Conversation> {
  const { tx, actor } = act;
  const reading = sql<
    OpeningColumns & {
      id: string;
      contact_id: string;
      number_id: string;
      state: "open" | "closed";
      assignee_id: string | null;
      team_id: string | null;
      last_position: string;
      inbound_count: string;
      last_inbound_at: Date | null;
      mac: Buffer;
    }
  >`
    select c.id, c.contact_id, c.number_id, c.state, c.assignee_id, c.team_id, c.last_position, c.inbound_count, c.last_inbound_at,
           c.mac, ${OPENING_COLUMNS}
    from inbox_conversation c
    left join inbox_opening o
      on o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.member_id = ${actor.memberId}
    where c.workspace_id = ${actor.workspaceId} and c.id = ${id} ${lock ? sql`for update of c` : sql``}
  `.execute(tx);
  const [{ rows }, reach] = await Promise.all([reading, act.reach()]);
  const [row] = rows;
  if (row === undefined) throw new Refusal("not_found", "inbox.no_conversation");
  const sight = chatSight(act, reach, row);
  if (sight === "forged") throw new ForgedRow("inbox_conversation", id);
  if (!sight.open && sight.why === "not_yours") throw new Hidden("inbox.no_conversation");
  return {
    id: row.id,
    contactId: row.contact_id,
    numberId: row.number_id,
    state: row.state,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    lastPosition: Number(row.last_position),
    inboundCount: Number(row.inbound_count),
    lastInboundAt: row.last_inbound_at,
    sight,
  };
}
