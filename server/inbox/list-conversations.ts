import { type RawBuilder, sql } from "kysely";
import { may } from "../access/permissions.ts";
import type { Actor } from "../identity/actor.ts";
import { readCursor, writeCursor } from "../platform/page-cursor.ts";
import { Refusal } from "../platform/refusal.ts";
import { findConversationRows } from "./conversation-rows.ts";
import { type Act, recordReading } from "./room.ts";
import { showRows } from "./show-rows.ts";
import type { RowView } from "./views.ts";

export type View = "mine" | "unassigned" | "all";

export interface ListInput {
  readonly view: View;
  readonly state: "open" | "closed";
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of the inbox, newest activity first. A page is one event of the log per session, view and five minutes. */
export async function listConversations(
  act: Act,
  input: ListInput,
): Promise<{ conversations: RowView[]; next: string | null }> {
  const { tx, vault, actor } = act;
  const after = input.cursor === undefined ? sql`true` : afterCursor(input.cursor);
  const rows = await findConversationRows(tx, {
    vault,
    memberId: actor.memberId,
    where: sql`${viewCondition(actor, input.view)} and c.state = ${input.state} and ${after}`,
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  await recordReading(act, `${input.view}/${input.state}`, {
    kind: "conversation.listed",
    subject: `view:${input.view}`,
    detail: { rows: page.length },
  });
  const last = page.at(-1);
  const more = rows.length > page.length && last !== undefined;
  return {
    conversations: await showRows(act, page),
    next: more ? writeCursor({ at: last.last_activity_at, id: last.id }) : null,
  };
}

/** Which conversations a view holds for an actor. */
export function viewCondition(actor: Actor, view: View): RawBuilder<unknown> {
  switch (view) {
    case "mine":
      return sql`c.assignee_id = ${actor.memberId}`;
    case "unassigned":
      return sql`c.assignee_id is null`;
    case "all":
      if (!maySeeAll(actor)) throw new Refusal("forbidden", "access.permission_missing");
      return sql`true`;
  }
}

/** Leads see into all chats; admins and owners see that they are there, and open one with a reason. */
export function maySeeAll(actor: Actor): boolean {
  return may(actor, "conversation.view_all") || may(actor, "conversation.open_with_reason");
}

function afterCursor(cursor: string): RawBuilder<unknown> {
  const { at, id } = readCursor(cursor);
  return sql`(c.last_activity_at, c.id) < (${at}, ${id}::uuid)`;
}
