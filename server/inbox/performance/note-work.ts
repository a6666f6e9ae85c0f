import { sql } from "kysely";
import { newId } from "../../platform/ids.ts";
import type { Act } from "../room.ts";

/** A chat became a member's: taken, given to them, or begun by them. For the team's figures, in the act's transaction. */
export async function noteTaking(
  { tx, actor, now }: Act,
  { conversationId, memberId }: { readonly conversationId: string; readonly memberId: string },
): Promise<void> {
  const { workspaceId } = actor;
  const row = { workspace_id: workspaceId, id: newId<string>(), conversation_id: conversationId };
  await tx
    .insertInto("inbox_taking")
    .values({ ...row, member_id: memberId, taken_at: now })
    .execute();
}

/**
 * Notes an answer with its open episode, if the customer waits and it is the first of the episode. Ask before the
 * conversation stops waiting, under its lock.
 */
export async function noteFirstAnswer({ tx, actor, now }: Act, conversationId: string): Promise<void> {
  const { workspaceId, memberId } = actor;
  await sql`
    update inbox_episode e
    set answered_from = c.waiting_since, answered_at = ${now}, answered_by = ${memberId}
    from inbox_conversation c
    where c.workspace_id = ${workspaceId} and c.id = ${conversationId} and c.waiting_since is not null
      and e.workspace_id = ${workspaceId} and e.conversation_id = ${conversationId}
      and e.closed_at is null and e.answered_at is null
  `.execute(tx);
}
