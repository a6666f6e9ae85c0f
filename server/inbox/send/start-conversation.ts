import { sql } from "kysely";
import { may } from "../../access/permissions.ts";
import { isInReach } from "../../access/teams/reach.ts";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Party } from "../../whatsapp/inbound/update.ts";
import { requireConnected } from "../../whatsapp/numbers/require-connected.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import type { TemplateInput } from "../../whatsapp/templates/fill-template.ts";
import { startEpisode } from "../assign-conversation.ts";
import { requireContact } from "../contacts/access-contact.ts";
import { toWaId } from "../contacts/list-contacts.ts";
import { conversationMac } from "../conversation-mac.ts";
import { type LockedConversation, lockConversations, pairKey } from "../ingest/lock-conversations.ts";
import { resolveContacts } from "../ingest/resolve-contacts.ts";
import { announce } from "../live/live-change.ts";
import { noteTaking } from "../performance/note-work.ts";
import { type Act, record } from "../room.ts";
import { addOutgoing } from "./add-outgoing.ts";
import { recipientOf } from "./recipient-of.ts";
import { composeTemplate } from "./send-message.ts";
import { findSentBefore } from "./sent-before.ts";

/** Nobody's. */
const NO_NUMBER = "00000000-0000-0000-0000-000000000000";

export interface StartInput {
  readonly numberId: string;
  readonly to:
    | { readonly phone: string; readonly name?: string | undefined }
    | { readonly contactId: string };
  readonly clientId: string;
  readonly template: TemplateInput;
}

/**
 * Writes first. The chat becomes the actor's own, unless it is somebody's already: then it refuses with
 * `inbox.not_your_chat`, because writing into a colleague's chat unseen is how customers get two answers. The same
 * `clientId` again returns the chat and sends nothing.
 * Throws RaceLost when another transaction meets the same stranger; `perform` starts again.
 */
export async function startConversation(act: Act, input: StartInput): Promise<string> {
  const { tx, now } = act;
  await requireNumber(act, input.numberId);
  const contactId = await contactOf(act, input.to);
  const pair = { contactId, numberId: input.numberId };
  const locked = await lockConversations(tx, act.vault, now, [pair]);
  const conversation = locked.get(pairKey(contactId, input.numberId));
  if (conversation === undefined) throw new Error("a conversation was locked and is gone");

  if ((await findSentBefore(act, conversation.id, input.clientId)) !== undefined) return conversation.id;
  await claim(act, conversation);
  await startEpisode(act, conversation.id);
  const to = await recipientOf(act, contactId);
  const message = await composeTemplate(
    act,
    pair,
    { kind: "template", clientId: input.clientId, template: input.template },
    to,
  );
  await addOutgoing(act, { ...conversation, contactId }, message);
  await record(act, { kind: "conversation.started", subject: `conversation:${conversation.id}`, contactId });
  return conversation.id;
}

/** A number of other teams is as one that is not there. */
async function requireNumber(act: Act, numberId: string): Promise<void> {
  const { tx, actor } = act;
  const reach = await act.reach();
  const hidden = reach !== "everything" && reach.hiddenNumbers.has(numberId);
  await requireConnected(narrow<WhatsappTables>(tx), actor.workspaceId, hidden ? NO_NUMBER : numberId);
}

/** The chat becomes the actor's, unless it is somebody else's whose chats the actor may not see. */
async function claim(act: Act, conversation: LockedConversation): Promise<void> {
  const { tx, vault, actor } = act;
  const { id, contactId, numberId, teamId } = conversation;
  const assignee = conversation.assigneeId ?? actor.memberId;
  const mine = { contact_id: contactId, number_id: numberId, team_id: teamId };
  const inReach = isInReach(await act.reach(), mine);
  const isTheirs = assignee === actor.memberId || may(actor, "conversation.view_team");
  const isOwn = conversation.assigneeId === actor.memberId;
  if (!isOwn && !(isTheirs && inReach)) throw new Refusal("forbidden", "inbox.not_your_chat");
  const bound = { id, ...mine, assignee_id: assignee };
  const moved = [{ id, assigneeId: conversation.assigneeId, teamId }];
  if (conversation.assigneeId === null) await noteTaking(act, { conversationId: id, memberId: assignee });
  if (!isOwn) await announce(tx, { workspaceId: actor.workspaceId, conversations: [id], moved });
  await sql`
    update inbox_conversation
    set state = 'open', assignee_id = ${assignee}, mac = ${conversationMac(vault, bound)}, version = version + 1
    where workspace_id = ${actor.workspaceId} and id = ${id}
  `.execute(tx);
}

async function contactOf(act: Act, whom: StartInput["to"]): Promise<string> {
  if ("contactId" in whom) {
    await requireContact(act, whom.contactId);
    return whom.contactId;
  }
  const waId = toWaId(whom.phone);
  if (waId === undefined) throw new Refusal("invalid", "inbox.not_a_phone_number");
  const party: Party = {
    userId: null,
    parentUserId: null,
    waId,
    name: whom.name ?? null,
    username: null,
    identityKeyHash: null,
  };
  const [contactId] = await resolveContacts(act.tx, act.vault, act.now, [{ party }]);
  if (contactId === undefined) throw new Error("a contact was resolved and is gone");
  return contactId;
}
