import { may } from "../../access/permissions.ts";
import { isInReach } from "../../access/teams/reach.ts";
import { chatSight } from "../chat-sight.ts";
import type { Sight } from "../decide-sight.ts";
import { Hidden } from "../hidden.ts";
import type { Act } from "../room.ts";

interface ContactChat {
  readonly id: string;
  readonly sight: Sight;
}

/**
 * The door to a contact by id: of one's own chats, of one's teams' for a Team Lead, any for an Admin. Gives their chats
 * (without those that the program did not write) with what the actor sees of each. Refuses with `inbox.no_contact`,
 * whether there is none or none for them.
 */
export async function requireContact(act: Act, contactId: string): Promise<readonly ContactChat[]> {
  const { tx, actor } = act;
  const [rows, reach] = await Promise.all([
    tx
      .selectFrom("inbox_conversation as c")
      .leftJoin("inbox_opening as o", (join) =>
        join
          .onRef("o.workspace_id", "=", "c.workspace_id")
          .onRef("o.conversation_id", "=", "c.id")
          .on("o.member_id", "=", actor.memberId),
      )
      .select(["c.id", "c.contact_id", "c.number_id", "c.assignee_id", "c.team_id", "c.mac"])
      .select([
        "o.reason as o_reason",
        "o.opened_at as o_opened_at",
        "o.expires_at as o_expires_at",
        "o.mac as o_mac",
      ])
      .where("c.workspace_id", "=", actor.workspaceId)
      .where("c.contact_id", "=", contactId)
      .execute(),
    act.reach(),
  ]);
  const chats = rows.flatMap((row) => {
    const sight = chatSight(act, reach, row);
    if (sight === "forged") return [];
    const isOwn = row.assignee_id === actor.memberId;
    const isTeams = may(actor, "contact.view_team") && isInReach(reach, row);
    return [{ id: row.id, sight, isTheirs: isOwn || isTeams }];
  });
  if (!chats.some(({ isTheirs }) => isTheirs) && !may(actor, "contact.view_all"))
    throw new Hidden("inbox.no_contact");
  return chats;
}
