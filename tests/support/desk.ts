import type { Conversation, ConversationRow, Message } from "../../contract/conversations.ts";
import type { Quarantined } from "../../contract/quarantine.ts";
import type { TestSession } from "./test-session.ts";

/** What a member who takes every chat sees: how the tests look at what was stored. */
export class Desk {
  readonly #session: TestSession;

  constructor(session: TestSession) {
    this.#session = session;
  }

  async unassigned(): Promise<ConversationRow[]> {
    return (await this.#session.get("/conversations?view=unassigned&limit=100")).conversations;
  }

  /** Takes what nobody has, and answers all chats of one's own. */
  async chats(): Promise<ConversationRow[]> {
    for (const { id } of await this.unassigned()) await this.#session.post(`/conversations/${id}/take`);
    return (await this.#session.get("/conversations?view=mine&limit=100")).conversations;
  }

  async chatOf(name: string): Promise<ConversationRow | undefined> {
    return (await this.chats()).find((row) => row.contact?.name === name);
  }

  async getChat(name: string): Promise<ConversationRow> {
    const row = await this.chatOf(name);
    if (row === undefined) throw new Error("there is no chat with this person");
    return row;
  }

  /** The thread with a person; empty when there is none. */
  async messagesOf(name: string): Promise<Message[]> {
    const row = await this.chatOf(name);
    return row === undefined ? [] : this.messages(row.id);
  }

  async messages(conversationId: string): Promise<Message[]> {
    return (await this.#session.get(`/conversations/${conversationId}/messages?limit=100`)).messages;
  }

  open(conversationId: string): Promise<Conversation> {
    return this.#session.get(`/conversations/${conversationId}`);
  }

  /** What waits in quarantine, newest first. */
  async held(): Promise<Quarantined[]> {
    return (await this.#session.get("/quarantine")).items;
  }

  async contentOf(quarantinedId: string): Promise<string> {
    return (await this.#session.get(`/quarantine/${quarantinedId}`)).content;
  }

  /** How much there is: a refusal leaves both as they were, because every test comes with people of its own. */
  async counts(): Promise<{ chats: number; held: number }> {
    const { mine, unassigned } = await this.#session.get("/conversations/counts");
    return { chats: mine + unassigned, held: (await this.#session.get("/quarantine")).held };
  }
}

/** The texts of a thread, oldest first. */
export function textsOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ body }) => (body.kind === "text" ? [body.text] : []));
}
