import { sql } from "kysely";
import { may } from "../access/permissions.ts";
import { listMemberNames } from "../identity/list-member-names.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { afterCommit, narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import { accessConversation, type Conversation, findConversation } from "./access-conversation.ts";
import { getContact } from "./contacts/show-contact.ts";
import { findConversationRows } from "./conversation-rows.ts";
import { openingMac } from "./opening-mac.ts";
import { type Act, record, recordReading } from "./room.ts";
import { showRows } from "./show-rows.ts";
import type { ContactView, RowView } from "./views.ts";

/** How long an opening with a reason holds, in ms. Ours: long enough to read a chat, too short to forget it open. */
const OPENING_MS = 60 * 60 * 1000;

export interface OpenedConversation extends Omit<RowView, "contact"> {
  readonly contact: ContactView;
  readonly members: Array<{ readonly id: string; readonly name: string }>;
  readonly episodes: Array<{
    readonly id: string;
    readonly openedAt: string;
    readonly closedAt: string | null;
  }>;
  readonly oldestGoesAt: string | null;
}

/** Opens a chat for reading. One event of the log each: a read that cannot be recorded is not answered. */
export async function openConversation(act: Act, id: string): Promise<OpenedConversation> {
  const conversation = await accessConversation(act, id, { lock: false });
  await record(act, openedEvent(conversation));
  afterCommit(act.tx, () => act.room.lists.remember(act.actor.sessionId, `conversation/${id}`, act.now));
  if (!may(act.actor, "contact.list_phone"))
    await recordReading(act, `phone/${conversation.contactId}`, {
      kind: "contact.phone_shown",
      subject: `contact:${conversation.contactId}`,
      contactId: conversation.contactId,
    });
  const row = await showConversationRow(act, id);
  const names = await listMemberNames(narrow<IdentityTables>(act.tx), act.vault);
  return {
    ...row,
    contact: await getContact(act, conversation.contactId, { open: true }),
    members: [...names].map(([memberId, name]) => ({ id: memberId, name })),
    episodes: await listEpisodes(act, id),
    // Nothing goes by itself yet, and a date that nobody keeps would be a promise.
    oldestGoesAt: null,
  };
}

/**
 * A thread or a part of it is shown without having been opened a moment ago: that is an opening, too, however the
 * reader came to it. One event per session, chat and five minutes.
 */
export async function recordSight(act: Act, conversation: Conversation): Promise<void> {
  await recordReading(act, `conversation/${conversation.id}`, openedEvent(conversation));
}

/**
 * A socket is about to hear a chat's messages; says whether it may. One that is not open to the actor is not recorded,
 * and its socket must not remember it: that it changes, or goes, would tell that it is there.
 */
export async function watchConversation(act: Act, id: string): Promise<boolean> {
  // What is hidden is not heard, as what is not there: neither ends the socket.
  const conversation = await findConversation(act, id, { lock: false }).catch((error: unknown) => {
    if (error instanceof Refusal && error.kind === "not_found") return undefined;
    throw error;
  });
  if (conversation?.sight.open !== true) return false;
  await recordSight(act, conversation);
  return true;
}

function openedEvent({ id, contactId }: Conversation): Parameters<typeof record>[1] {
  return { kind: "conversation.opened", subject: `conversation:${id}`, contactId };
}

/** For Admins and Owners: opens a chat that is not theirs for an hour. The reason stays in the log and beside the chat. */
export async function openWithReason(act: Act, id: string, reason: string): Promise<OpenedConversation> {
  const conversation = await findConversation(act, id, { lock: true });
  const opening = {
    conversation_id: id,
    member_id: act.actor.memberId,
    reason,
    opened_at: act.now,
    expires_at: new Date(act.now.getTime() + OPENING_MS),
  };
  const mac = openingMac(act.vault, opening);
  await act.tx
    .insertInto("inbox_opening")
    .values({ workspace_id: act.actor.workspaceId, ...opening, mac })
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "conversation_id", "member_id"]).doUpdateSet((eb) => ({
        reason: eb.ref("excluded.reason"),
        opened_at: eb.ref("excluded.opened_at"),
        expires_at: eb.ref("excluded.expires_at"),
        mac: eb.ref("excluded.mac"),
      })),
    )
    .execute();
  await record(act, {
    kind: "conversation.opened_with_reason",
    subject: `conversation:${id}`,
    contactId: conversation.contactId,
    detail: { reason },
  });
  return openConversation(act, id);
}

/** One list row, as the actor may see it now. */
export async function showConversationRow(act: Act, id: string): Promise<RowView> {
  const { tx, vault, actor } = act;
  const rows = await findConversationRows(tx, {
    vault,
    memberId: actor.memberId,
    where: sql`c.id = ${id}`,
    limit: 1,
  });
  const [row] = await showRows(act, rows);
  if (row === undefined) throw new Refusal("not_found", "inbox.no_conversation");
  return row;
}

async function listEpisodes({ tx, actor }: Act, id: string): Promise<OpenedConversation["episodes"]> {
  const rows = await tx
    .selectFrom("inbox_episode")
    .select(["id", "opened_at", "closed_at"])
    .where("workspace_id", "=", actor.workspaceId)
    .where("conversation_id", "=", id)
    .orderBy("opened_at", "desc")
    .limit(20)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  }));
}
