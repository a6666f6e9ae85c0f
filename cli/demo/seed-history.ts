import type { Wardroom } from "../../server/compose.ts";
import type { Actor } from "../../server/identity/actor.ts";
import { accessConversation, type Conversation } from "../../server/inbox/access-conversation.ts";
import {
  assignConversation,
  closeConversation,
  takeConversation,
} from "../../server/inbox/assign-conversation.ts";
import { importSentMessage } from "../../server/inbox/import-sent-message.ts";
import type { IngestPart } from "../../server/inbox/ingest/part.ts";
import { takeIn } from "../../server/inbox/ingest/take-in.ts";
import { markRead } from "../../server/inbox/mark-read.ts";
import type { Act, InboxRoom } from "../../server/inbox/room.ts";
import type { InboxTables } from "../../server/inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import type { WorkspaceVault } from "../../server/vault/vault.ts";
import { readWebhook } from "../../server/whatsapp/inbound/read-webhook.ts";
import { storeUpload } from "../../server/whatsapp/media/store-upload.ts";
import type { MessageBody } from "../../server/whatsapp/message-body.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import type { ImportedMessage, PastMessage } from "../../simulator/import-chat.ts";
import type { PlannedChat } from "./plan.ts";

/** A chat as it was put on the simulated phone: what was written, and what Meta would have sent of it. */
export interface SeededChat {
  readonly plan: PlannedChat;
  readonly past: readonly PastMessage[];
  readonly imported: readonly ImportedMessage[];
  /** What our own messages say, by their place in the chat. */
  readonly bodies: ReadonlyMap<number, MessageBody>;
}

export interface SeedHistory {
  readonly wardroom: Wardroom;
  readonly workspaceId: WorkspaceId;
  readonly number: { readonly id: string; readonly phoneNumberId: string; readonly wabaId: string };
  readonly appId: string;
  /** By name, as the plan knows them. */
  readonly agents: ReadonlyMap<string, Actor>;
  readonly lead: Actor;
}

/** Steps in one transaction. Ours: a commit waits for the disk, and two thousand of them would be felt. */
const STEPS_PER_TRANSACTION = 100;

/** Messages of the customer within this come in together, as after a short loss of signal. */
const ONE_BREATH_MS = 5 * 60 * 1000;

/** Every how manieth chat the lead hands out; the others are taken by whoever answers. */
const HANDED_OUT = 4;

type Step = { readonly at: Date; readonly chat: number } & (
  | { readonly kind: "in"; readonly from: number; readonly to: number }
  | { readonly kind: "out"; readonly place: number }
  | { readonly kind: "take" | "read" | "close" }
);

/** Lives through the chats in the order of time, through the rooms that real messages pass. */
export async function seedHistory(seed: SeedHistory, chats: readonly SeededChat[]): Promise<void> {
  const { foundation, rooms } = seed.wardroom;
  const vault = await foundation.vault.openWorkspace(seed.workspaceId);
  const replay = new Replay(seed, vault, { ...rooms.inbox, wakeSender: () => undefined }, chats);
  const steps = chats.flatMap((chat, n) => stepsOf(chat, n)).sort((a, b) => a.at.getTime() - b.at.getTime());
  for (let start = 0; start < steps.length; ) {
    const first = steps[start] as Step;
    const mediaId = await replay.upload(first);
    let end = start + 1;
    // A file is sealed before the transaction of its message, so it begins one.
    while (end < steps.length && end - start < STEPS_PER_TRANSACTION && !replay.hasFile(steps[end] as Step))
      end += 1;
    await inWorkspace(rooms.inbox.db, seed.workspaceId, async (tx) => {
      for (const step of steps.slice(start, end)) await replay.run(tx, step, step === first ? mediaId : null);
      await replay.flushStatuses(tx, (steps[end - 1] as Step).at);
    });
    start = end;
  }
}

function stepsOf({ plan }: SeededChat, chat: number): Step[] {
  const steps: Step[] = [];
  let taken = plan.assignee === undefined;
  plan.messages.forEach(({ from, at }, place) => {
    const last = steps.at(-1);
    if (from === "business") {
      if (!taken) steps.push({ kind: "take", chat, at });
      taken = true;
      steps.push({ kind: "out", chat, at, place });
    } else if (
      last?.kind === "in" &&
      last.to === place - 1 &&
      at.getTime() - last.at.getTime() < ONE_BREATH_MS
    ) {
      steps.splice(-1, 1, { ...last, at, to: place });
    } else steps.push({ kind: "in", chat, at, from: place, to: place });
  });
  const end = plan.messages.at(-1)?.at ?? new Date(0);
  if (!taken) steps.push({ kind: "take", chat, at: end });
  if (plan.readAt !== undefined) steps.push({ kind: "read", chat, at: plan.readAt });
  if (plan.closedAt !== undefined) steps.push({ kind: "close", chat, at: plan.closedAt });
  return steps;
}

class Replay {
  readonly #seed: SeedHistory;
  readonly #vault: WorkspaceVault;
  readonly #room: InboxRoom;
  readonly #chats: readonly SeededChat[];
  readonly #conversations = new Map<number, Pick<Conversation, "id" | "contactId">>();
  #statuses: object[] = [];

  constructor(seed: SeedHistory, vault: WorkspaceVault, room: InboxRoom, chats: readonly SeededChat[]) {
    this.#seed = seed;
    this.#vault = vault;
    this.#room = room;
    this.#chats = chats;
  }

  hasFile(step: Step): boolean {
    return this.#fileOf(step) !== undefined;
  }

  /** Seals the file that an agent sends, as an upload of the console; null where there is none. */
  async upload(step: Step): Promise<string | null> {
    const file = this.#fileOf(step);
    if (file === undefined) return null;
    const { wardroom, number } = this.#seed;
    const store = {
      db: narrow<WhatsappTables>(wardroom.foundation.db),
      vault: this.#vault,
      clock: () => step.at,
      folder: wardroom.foundation.mediaDir,
    };
    const { id } = await storeUpload(store, {
      numberId: number.id,
      contactId: this.#conversation(step.chat).contactId,
      declaredType: file.mimeType,
      bytes: oneChunk(file.bytes),
    });
    return id;
  }

  async run(tx: Tx<InboxTables>, step: Step, mediaId: string | null): Promise<void> {
    switch (step.kind) {
      case "in":
        return this.#receive(tx, step);
      case "take":
        return this.#take(tx, step);
      case "out":
        return this.#send(tx, step, mediaId);
      case "read":
        return this.#read(tx, step);
      case "close":
        return closeConversation(this.#act(tx, step), this.#conversation(step.chat).id);
    }
  }

  /** Statuses need their message only: they come in by the hundred, as Meta's do after a busy hour. */
  async flushStatuses(tx: Tx<InboxTables>, now: Date): Promise<void> {
    const webhooks = this.#statuses;
    this.#statuses = [];
    if (webhooks.length > 0) await this.#takeIn(tx, now, webhooks);
  }

  async #receive(tx: Tx<InboxTables>, { chat, from, to, at }: Extract<Step, { kind: "in" }>): Promise<void> {
    const { imported } = this.#chat(chat);
    const messages = imported.slice(from, to + 1);
    await this.#takeIn(
      tx,
      at,
      messages.flatMap((message) => message.webhooks),
    );
    if (this.#conversations.has(chat)) return;
    const row = await tx
      .selectFrom("inbox_message as message")
      .innerJoin("inbox_conversation as conversation", (join) =>
        join
          .onRef("conversation.workspace_id", "=", "message.workspace_id")
          .onRef("conversation.id", "=", "message.conversation_id"),
      )
      .select(["conversation.id", "conversation.contact_id"])
      .where("message.workspace_id", "=", this.#seed.workspaceId)
      .where("message.wamid_hash", "=", this.#vault.hash("wamid", messages[0]?.wamid ?? ""))
      .executeTakeFirstOrThrow();
    this.#conversations.set(chat, { id: row.id, contactId: row.contact_id });
  }

  async #take(tx: Tx<InboxTables>, step: Step): Promise<void> {
    const act = this.#act(tx, step);
    const { id } = this.#conversation(step.chat);
    if (step.chat % HANDED_OUT !== 0) return takeConversation(act, id);
    await assignConversation({ ...act, actor: this.#seed.lead }, id, act.actor.memberId);
  }

  /** Queues the blue ticks as well; they leave once everything is there. */
  async #read(tx: Tx<InboxTables>, step: Step): Promise<void> {
    const act = this.#act(tx, step);
    const { id, lastPosition } = await accessConversation(act, this.#conversation(step.chat).id, {
      lock: false,
    });
    await markRead(act, id, lastPosition);
  }

  async #send(
    tx: Tx<InboxTables>,
    step: Extract<Step, { kind: "out" }>,
    mediaId: string | null,
  ): Promise<void> {
    const { imported, bodies } = this.#chat(step.chat);
    const message = imported[step.place];
    const body = bodies.get(step.place);
    if (message === undefined || body === undefined) throw new Error("a message of ours has no body");
    const act = this.#act(tx, step);
    const conversation = await accessConversation(act, this.#conversation(step.chat).id, { lock: true });
    await importSentMessage(act, conversation, { wamid: message.wamid, body, mediaId, replyToWamid: null }, [
      this.#seed.lead.memberId,
    ]);
    this.#statuses.push(...message.webhooks);
  }

  #takeIn(tx: Tx<InboxTables>, now: Date, webhooks: readonly object[]): ReturnType<typeof takeIn> {
    const parts = webhooks.map((webhook) => this.#partOf(webhook));
    const updates = parts.flatMap((part) => part.updates);
    const [part] = parts;
    if (part === undefined) throw new Error("nothing to take in");
    const tools = {
      vault: this.#vault,
      audit: this.#room.audit,
      now,
      webhookTimes: new Map(),
      acceptsAnyAge: true,
    };
    return takeIn(tx, tools, [{ ...part, updates }]);
  }

  #partOf(webhook: object): IngestPart {
    const { workspaceId, number, appId } = this.#seed;
    const reading = readWebhook(Buffer.from(JSON.stringify(webhook)));
    if (!reading.readable) throw new Error("the simulator made a webhook that cannot be read");
    const updates = reading.groups.flatMap((group) => group.updates);
    const { id: numberId, wabaId, phoneNumberId } = number;
    return { workspaceId, appId, wabaId, phoneNumberId, numberId, updates };
  }

  #act(tx: Tx<InboxTables>, step: Step): Act {
    const actor = this.#seed.agents.get(this.#chat(step.chat).plan.assignee ?? "");
    if (actor === undefined) throw new Error("nobody of this name is in the team");
    const reach = async () => "everything" as const;
    return { room: this.#room, tx, vault: this.#vault, actor, now: step.at, forged: new Set(), reach };
  }

  #fileOf(step: Step): { bytes: Buffer; mimeType: string } | undefined {
    if (step.kind !== "out") return undefined;
    const past = this.#chat(step.chat).past[step.place];
    if (past?.from !== "business" || !("bytes" in past.message)) return undefined;
    return past.message;
  }

  #chat(n: number): SeededChat {
    return this.#chats[n] as SeededChat;
  }

  #conversation(n: number): Pick<Conversation, "id" | "contactId"> {
    const known = this.#conversations.get(n);
    if (known === undefined)
      throw new Error("a chat of the sample business begins with no message of the customer");
    return known;
  }
}

async function* oneChunk(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}
