import type { Message, Outgoing } from "../../../../contract/conversations.ts";

/** A message that was sent here and is not yet in the server's hands. */
export interface PendingMessage {
  readonly clientId: string;
  readonly conversationId: string;
  readonly draft: PendingDraft;
  readonly createdAt: string;
  /** "waiting": behind another, or for the network. "refused": the server said no; it stays until a person decides. */
  readonly state: "waiting" | "sending" | "refused";
  /** 0 to 1 while a file goes up. */
  readonly progress: number | null;
  /** The code of the refusal. */
  readonly code: string | null;
}

export type PendingDraft =
  | { readonly kind: "text"; readonly text: string; readonly replyToId?: string }
  | { readonly kind: "file"; readonly file: File; readonly caption: string; readonly replyToId?: string }
  | {
      readonly kind: "template";
      readonly template: Extract<Outgoing, { kind: "template" }>["template"];
      /** The body as the customer will read it. */
      readonly text: string;
    };

/** What the queue needs of the world. `send` and `upload` throw `SendRefused` for a no, anything else for no answer. */
export interface SendPort {
  send(conversationId: string, outgoing: Outgoing): Promise<Message>;
  upload(conversationId: string, file: File, onProgress: (share: number) => void): Promise<string>;
  wait(ms: number): Promise<void>;
  newId(): string;
  now(): string;
}

/** The server answered no: sending the same again would not help. */
export class SendRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Between tries, in ms; the last repeats. Ours: quick enough after a lift, slow enough for a server coming up. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Sends in the order of the clicks, one at a time per chat, and tries again with the same client id until the server
 * answers: the same id twice is one message, so a retry never doubles. Memory only: nothing personal stays in the browser.
 */
export class SendQueue {
  readonly #port: SendPort;
  readonly #onSent: (pending: PendingMessage, message: Message) => void;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Set<string>();
  readonly #uploads = new Map<string, string>();
  #pending: readonly PendingMessage[] = [];

  constructor(port: SendPort, onSent: (pending: PendingMessage, message: Message) => void) {
    this.#port = port;
    this.#onSent = onSent;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly list = (): readonly PendingMessage[] => this.#pending;

  add(conversationId: string, draft: PendingDraft): PendingMessage {
    const pending: PendingMessage = {
      clientId: this.#port.newId(),
      conversationId,
      draft,
      createdAt: this.#port.now(),
      state: "waiting",
      progress: null,
      code: null,
    };
    this.#set([...this.#pending, pending]);
    void this.#run(conversationId);
    return pending;
  }

  /** After a refusal: the same words, as a new message. */
  retry(clientId: string): void {
    const found = this.#pending.find((pending) => pending.clientId === clientId);
    if (found?.state !== "refused") return;
    this.remove(clientId);
    this.add(found.conversationId, found.draft);
  }

  remove(clientId: string): void {
    this.#set(this.#pending.filter((pending) => pending.clientId !== clientId));
  }

  /** Signing out: what waits must not be sent by the next person. */
  clear(): void {
    this.#set([]);
  }

  async #run(conversationId: string): Promise<void> {
    if (this.#running.has(conversationId)) return;
    this.#running.add(conversationId);
    try {
      for (let next = this.#next(conversationId); next !== undefined; next = this.#next(conversationId))
        await this.#deliver(next);
    } finally {
      this.#running.delete(conversationId);
    }
  }

  #next(conversationId: string): PendingMessage | undefined {
    return this.#pending.find((one) => one.conversationId === conversationId && one.state !== "refused");
  }

  async #deliver(pending: PendingMessage): Promise<void> {
    for (let attempt = 0; this.#holds(pending); attempt += 1) {
      this.#change(pending, { state: "sending" });
      try {
        const message = await this.#port.send(pending.conversationId, await this.#prepare(pending));
        this.#onSent(pending, message);
        this.remove(pending.clientId);
        return;
      } catch (error) {
        if (error instanceof SendRefused) {
          this.#change(pending, { state: "refused", code: error.code, progress: null });
          return;
        }
        this.#change(pending, { state: "waiting", progress: null });
        await this.#port.wait(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0);
      }
    }
  }

  async #prepare({ clientId, conversationId, draft }: PendingMessage): Promise<Outgoing> {
    const reply = "replyToId" in draft && draft.replyToId !== undefined ? { replyToId: draft.replyToId } : {};
    if (draft.kind === "text") return { kind: "text", clientId, text: draft.text, ...reply };
    if (draft.kind === "template") return { kind: "template", clientId, template: draft.template };
    const uploaded = this.#uploads.get(clientId);
    const uploadId =
      uploaded ??
      (await this.#port.upload(conversationId, draft.file, (progress) =>
        this.#changeById(clientId, { progress }),
      ));
    this.#uploads.set(clientId, uploadId);
    const caption = draft.caption === "" ? {} : { caption: draft.caption };
    return {
      kind: "media",
      clientId,
      uploadId,
      fileName: draft.file.name.slice(0, 240),
      ...caption,
      ...reply,
    };
  }

  #holds({ clientId }: PendingMessage): boolean {
    return this.#pending.some((pending) => pending.clientId === clientId);
  }

  #change({ clientId }: PendingMessage, change: Partial<PendingMessage>): void {
    this.#changeById(clientId, change);
  }

  #changeById(clientId: string, change: Partial<PendingMessage>): void {
    this.#set(this.#pending.map((one) => (one.clientId === clientId ? { ...one, ...change } : one)));
  }

  #set(pending: readonly PendingMessage[]): void {
    this.#pending = pending;
    for (const listener of this.#listeners) listener();
  }
}
