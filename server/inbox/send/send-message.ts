import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { type StoredUpload, takeUpload } from "../../whatsapp/media/take-upload.ts";
import { requireConnected } from "../../whatsapp/numbers/require-connected.ts";
import type { Recipient } from "../../whatsapp/outbound/send-payload.ts";
import { serviceWindow } from "../../whatsapp/service-window.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { fillTemplate, type TemplateInput } from "../../whatsapp/templates/fill-template.ts";
import { accessConversation, type Conversation } from "../access-conversation.ts";
import { reopen } from "../assign-conversation.ts";
import { findMessages } from "../list-messages.ts";
import type { Act } from "../room.ts";
import type { MessageView } from "../views.ts";
import { addOutgoing, type NewOutgoing } from "./add-outgoing.ts";
import { recipientOf } from "./recipient-of.ts";
import { findSentBefore } from "./sent-before.ts";
import { wamidOf } from "./wamid-of.ts";

/** What an agent sends; the contract's `outgoing`. */
export type Outgoing =
  | {
      readonly kind: "text";
      readonly clientId: string;
      readonly text: string;
      readonly replyToId?: string | undefined;
    }
  | {
      readonly kind: "media";
      readonly clientId: string;
      readonly uploadId: string;
      readonly caption?: string | undefined;
      readonly fileName?: string | undefined;
      readonly voice?: boolean | undefined;
      readonly replyToId?: string | undefined;
    }
  | {
      readonly kind: "reaction";
      readonly clientId: string;
      readonly messageId: string;
      readonly emoji: string;
    }
  | { readonly kind: "template"; readonly clientId: string; readonly template: TemplateInput };

/**
 * Sends into a conversation that the actor may see. The same `clientId` again returns the message that is there, so a
 * console that lost the answer may ask twice.
 *
 * Refuses with `inbox.window_closed` when only a template may go, `inbox.number_disconnected`, and what the parts of a
 * message refuse with.
 */
export async function sendMessage(
  act: Act,
  conversationId: string,
  outgoing: Outgoing,
): Promise<MessageView> {
  const conversation = await accessConversation(act, conversationId, { lock: true });
  // Asked together, judged in this order.
  const [before, connected, recipient] = await Promise.allSettled([
    findSentBefore(act, conversation.id, outgoing.clientId),
    requireConnected(narrow<WhatsappTables>(act.tx), act.actor.workspaceId, conversation.numberId),
    recipientOf(act, conversation.contactId),
  ]);
  const known = settledValue(before);
  if (known !== undefined) return getMessage(act, known);

  settledValue(connected);
  if (outgoing.kind !== "template" && !serviceWindow(conversation.lastInboundAt, act.now).open) {
    throw new Refusal("conflict", "inbox.window_closed");
  }
  if (conversation.state === "closed") await reopen(act, conversation);
  const to = settledValue(recipient);
  const id = await addOutgoing(act, conversation, await composeMessage(act, conversation, outgoing, to));
  return getMessage(act, id);
}

function settledValue<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

async function getMessage(act: Act, id: string): Promise<MessageView> {
  const [message] = await findMessages(act, [id]);
  if (message === undefined) throw new Error("a message was added and is gone");
  return message;
}

async function composeMessage(
  act: Act,
  conversation: Conversation,
  outgoing: Outgoing,
  to: Recipient,
): Promise<NewOutgoing> {
  switch (outgoing.kind) {
    case "text":
      return composeText(act, conversation, outgoing, to);
    case "media":
      return composeMedia(act, conversation, outgoing, to);
    case "reaction": {
      const target = await wamidOf(act, conversation.id, outgoing.messageId);
      const emoji = outgoing.emoji === "" ? null : outgoing.emoji;
      return {
        clientId: outgoing.clientId,
        body: { kind: "reaction", emoji },
        payload: { kind: "reaction", to, targetWamid: target.wamid, emoji },
        mediaId: null,
        replyToHash: null,
        targetHash: target.hash,
      };
    }
    case "template":
      return composeTemplate(act, conversation, outgoing, to);
  }
}

async function composeText(
  act: Act,
  conversation: Conversation,
  { clientId, text, replyToId }: Extract<Outgoing, { kind: "text" }>,
  to: Recipient,
): Promise<NewOutgoing> {
  const quoted = replyToId === undefined ? undefined : await wamidOf(act, conversation.id, replyToId);
  return {
    clientId,
    body: { kind: "text", text },
    payload: { kind: "text", to, text, replyToWamid: quoted?.wamid ?? null },
    mediaId: null,
    replyToHash: quoted?.hash ?? null,
    targetHash: null,
  };
}

async function composeMedia(
  act: Act,
  conversation: Conversation,
  outgoing: Extract<Outgoing, { kind: "media" }>,
  to: Recipient,
): Promise<NewOutgoing> {
  const quoted =
    outgoing.replyToId === undefined ? undefined : await wamidOf(act, conversation.id, outgoing.replyToId);
  const upload = await takeUpload(narrow<WhatsappTables>(act.tx), act.actor.workspaceId, {
    id: outgoing.uploadId,
    contactId: conversation.contactId,
    numberId: conversation.numberId,
  });
  const caption = upload.kind === "audio" || upload.kind === "sticker" ? null : (outgoing.caption ?? null);
  const fileName = upload.kind === "document" ? (outgoing.fileName ?? null) : null;
  const voice = upload.kind === "audio" && (outgoing.voice ?? false);
  return {
    clientId: outgoing.clientId,
    body: mediaBody(upload, { caption, fileName, voice }),
    payload: {
      kind: "media",
      to,
      type: upload.kind,
      mediaId: outgoing.uploadId,
      caption,
      fileName,
      voice,
      replyToWamid: quoted?.wamid ?? null,
    },
    mediaId: outgoing.uploadId,
    replyToHash: quoted?.hash ?? null,
    targetHash: null,
  };
}

function mediaBody(
  { kind }: StoredUpload,
  { caption, fileName, voice }: { caption: string | null; fileName: string | null; voice: boolean },
): NewOutgoing["body"] {
  if (kind === "audio") return { kind, caption, voice };
  if (kind === "document") return { kind, caption, fileName };
  return { kind, caption };
}

export async function composeTemplate(
  act: Act,
  conversation: Pick<Conversation, "contactId" | "numberId">,
  { clientId, template }: Extract<Outgoing, { kind: "template" }>,
  to: Recipient,
): Promise<NewOutgoing> {
  if (template.headerUploadId !== undefined) {
    await takeUpload(narrow<WhatsappTables>(act.tx), act.actor.workspaceId, {
      id: template.headerUploadId,
      contactId: conversation.contactId,
      numberId: conversation.numberId,
    });
  }
  const filled = await fillTemplate(
    narrow<WhatsappTables>(act.tx),
    act.vault,
    conversation.numberId,
    template,
  );
  return {
    clientId,
    body: filled.rendered,
    payload: { kind: "template", to, ...filled.payload },
    mediaId: template.headerUploadId ?? null,
    replyToHash: null,
    targetHash: null,
  };
}
