import { sql } from "kysely";
import { listMemberNames } from "../identity/list-member-names.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { narrow } from "../platform/database.ts";
import { accessConversation } from "./access-conversation.ts";
import { recordSight } from "./open-conversation.ts";
import type { Act } from "./room.ts";
import { MESSAGE_COLUMNS, type MessageRow, showMessages } from "./show-messages.ts";
import type { MessageView } from "./views.ts";

export interface PageInput {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** A page of a thread in order of arrival: the newest, or what stands before or after a position. */
export async function listMessages(
  act: Act,
  conversationId: string,
  page: PageInput,
): Promise<{ messages: MessageView[]; more: boolean }> {
  const { tx, vault, actor } = act;
  const conversation = await accessConversation(act, conversationId, { lock: false });
  await recordSight(act, conversation);
  const forward = page.after !== undefined;
  const { rows } = await sql<MessageRow>`
    select ${MESSAGE_COLUMNS} from inbox_message m
    where m.workspace_id = ${actor.workspaceId} and m.conversation_id = ${conversation.id}
      and m.kind not in ('reaction', 'edit', 'revoke')
      ${page.before === undefined ? sql`` : sql`and m.position < ${page.before}`}
      ${page.after === undefined ? sql`` : sql`and m.position > ${page.after}`}
    order by m.position ${forward ? sql`asc` : sql`desc`}
    limit ${page.limit + 1}
  `.execute(tx);
  const shown = rows.slice(0, page.limit);
  if (!forward) shown.reverse();
  const names = await listMemberNames(narrow<IdentityTables>(tx), vault);
  return {
    messages: await showMessages(tx, { vault, names, forged: act.forged }, shown),
    more: rows.length > shown.length,
  };
}

/** Messages by id, for a socket or an answer; the caller has been through the door of their conversation. */
export async function findMessages(
  act: Pick<Act, "tx" | "vault" | "forged">,
  ids: readonly string[],
): Promise<MessageView[]> {
  const { tx, vault, forged } = act;
  const [{ rows }, names] = await Promise.all([
    sql<MessageRow>`
      select ${MESSAGE_COLUMNS} from inbox_message m
      where m.workspace_id = ${vault.workspaceId} and m.id = any(${ids}::uuid[]) order by m.position
    `.execute(tx),
    listMemberNames(narrow<IdentityTables>(tx), vault),
  ]);
  return showMessages(tx, { vault, names, forged }, rows);
}

/**
 * Messages by id as lines of their threads: what stands at another message (a reaction, an edit, a revoke) is
 * replaced by that message, which is what a reader sees change. For sockets, which have been through the door.
 */
export async function findLines(
  act: Pick<Act, "tx" | "vault" | "forged">,
  ids: readonly string[],
): Promise<Array<{ readonly conversationId: string; readonly message: MessageView }>> {
  const { tx, vault, forged } = act;
  const { rows } = await sql<MessageRow>`
    select ${MESSAGE_COLUMNS} from inbox_message m
    where m.workspace_id = ${vault.workspaceId} and m.id in (
      select coalesce(line.id, given.id) from inbox_message given
      left join inbox_message line on line.workspace_id = given.workspace_id
        and line.conversation_id = given.conversation_id and line.wamid_hash = given.target_hash
      where given.workspace_id = ${vault.workspaceId} and given.id = any(${ids}::uuid[])
    ) and m.kind not in ('reaction', 'edit', 'revoke')
    order by m.conversation_id, m.position
  `.execute(tx);
  const names = await listMemberNames(narrow<IdentityTables>(tx), vault);
  const views = await showMessages(tx, { vault, names, forged }, rows);
  const threads = new Map(rows.map((row) => [row.id, row.conversation_id]));
  return views.flatMap((message) => {
    const conversationId = threads.get(message.id);
    return conversationId === undefined ? [] : [{ conversationId, message }];
  });
}
