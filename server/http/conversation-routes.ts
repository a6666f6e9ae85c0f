import { contract } from "../../contract/contract.ts";
import {
  assignConversation,
  closeConversation,
  moveConversation,
  reopenConversation,
  takeConversation,
} from "../inbox/assign-conversation.ts";
import { listContacts } from "../inbox/contacts/list-contacts.ts";
import { renameContact } from "../inbox/contacts/rename-contact.ts";
import { countChats, countsFor } from "../inbox/count-conversations.ts";
import { listConversations } from "../inbox/list-conversations.ts";
import { listMessages } from "../inbox/list-messages.ts";
import { markRead, showTyping } from "../inbox/mark-read.ts";
import { openConversation, openWithReason, showConversationRow } from "../inbox/open-conversation.ts";
import { type Act, type InboxRoom, perform } from "../inbox/room.ts";
import { decideMessage } from "../inbox/send/decide-message.ts";
import { sendMessage } from "../inbox/send/send-message.ts";
import { startConversation } from "../inbox/send/start-conversation.ts";
import type { RowView } from "../inbox/views.ts";
import type { Api } from "./api.ts";
import { mutable } from "./mutable.ts";

/** The inbox: lists, threads, sending, assignment, and contacts. */
export function registerConversationRoutes(api: Api, room: InboxRoom): void {
  registerReading(api, room);
  registerWriting(api, room);
  registerOwning(api, room);
  registerContacts(api, room);
}

function registerReading(api: Api, room: InboxRoom): void {
  api.route(contract.listConversations, { access: "conversation.list" }, ({ actor, query }) =>
    perform(room, actor, async (act) => mutable(await listConversations(act, query))),
  );
  api.route(contract.countConversations, { access: "conversation.list" }, ({ actor }) =>
    perform(room, actor, async (act) => {
      const [reach, counted] = await Promise.all([act.reach(), countChats(act.tx, actor.workspaceId)]);
      return countsFor(actor, reach, counted);
    }),
  );
  api.route(contract.getConversation, { access: "conversation.list" }, ({ actor, params }) =>
    perform(room, actor, async (act) => mutable(await openConversation(act, params.id))),
  );
  api.route(contract.listMessages, { access: "conversation.list" }, ({ actor, params, query }) =>
    perform(room, actor, async (act) => mutable(await listMessages(act, params.id, query))),
  );
  api.route(contract.openWithReason, { access: "conversation.open_with_reason" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => mutable(await openWithReason(act, params.id, body.reason))),
  );
  api.route(contract.markRead, { access: "conversation.list" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => {
      await markRead(act, params.id, body.position);
      return {};
    }),
  );
}

function registerWriting(api: Api, room: InboxRoom): void {
  api.route(contract.sendMessage, { access: "message.send" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => mutable(await sendMessage(act, params.id, body))),
  );
  api.route(contract.startConversation, { access: "message.send" }, ({ actor, body }) =>
    perform(room, actor, async (act) => ({ conversationId: await startConversation(act, body) })),
  );
  api.route(contract.showTyping, { access: "message.send" }, ({ actor, params }) =>
    perform(room, actor, async (act) => {
      await showTyping(act, params.id);
      return {};
    }),
  );
  api.route(contract.decideInDoubt, { access: "message.send" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => mutable(await decideMessage(act, params.id, body.decision))),
  );
}

function registerOwning(api: Api, room: InboxRoom): void {
  const row = async (act: Act, id: string) => mutable<RowView>(await showConversationRow(act, id));
  api.route(contract.takeConversation, { access: "conversation.take" }, ({ actor, params }) =>
    perform(room, actor, async (act) => {
      await takeConversation(act, params.id);
      return row(act, params.id);
    }),
  );
  api.route(contract.assignConversation, { access: "conversation.take" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => {
      await assignConversation(act, params.id, body.memberId);
      return row(act, params.id);
    }),
  );
  api.route(contract.moveConversation, { access: "conversation.take" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => {
      await moveConversation(act, params.id, body.teamId);
      return row(act, params.id);
    }),
  );
  api.route(contract.closeConversation, { access: "message.send" }, ({ actor, params }) =>
    perform(room, actor, async (act) => {
      await closeConversation(act, params.id);
      return row(act, params.id);
    }),
  );
  api.route(contract.reopenConversation, { access: "message.send" }, ({ actor, params }) =>
    perform(room, actor, async (act) => {
      await reopenConversation(act, params.id);
      return row(act, params.id);
    }),
  );
}

function registerContacts(api: Api, room: InboxRoom): void {
  api.route(contract.listContacts, { access: "contact.list" }, ({ actor, query }) =>
    perform(room, actor, async (act) => mutable(await listContacts(act, query))),
  );
  api.route(contract.renameContact, { access: "contact.rename" }, ({ actor, params, body }) =>
    perform(room, actor, async (act) => mutable(await renameContact(act, params.id, body.name))),
  );
}
