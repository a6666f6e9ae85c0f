import { Journal } from "./journal.ts";
import type { CustomerRecord, MessageRecord, RecordKind, Records } from "./records.ts";

/** Live records times this, plus the floor, is how long the journal may grow before it is rewritten. Ours. */
const COMPACT_FACTOR = 4;
const COMPACT_FLOOR_ENTRIES = 5_000;

/** What a bounded state neither writes down nor keeps for ever: it comes with each message. */
const PASSING_KINDS: ReadonlySet<RecordKind> = new Set(["message", "delivery", "plannedStatus"]);

export interface StateBounds {
  /** So many messages are remembered; older ones are forgotten as if they had never been. */
  readonly keptMessages: number;
}

type Entry = readonly [kind: RecordKind, id: string, record: Records[RecordKind] | null];

/** All that the simulator knows, in memory; each change is appended to the sealed journal before `put` returns. */
export class State implements Disposable {
  readonly droppedBytes: number;
  readonly #journal: Journal;
  readonly #records = new Map<RecordKind, Map<string, Records[RecordKind]>>();
  readonly #chats = new Map<string, string[]>();
  readonly #customersByAddress = new Map<string, string>();
  readonly #lastInboundAt = new Map<string, number>();
  readonly #bounds: StateBounds | undefined;
  #live = 0;
  #order = 0;

  /** With bounds, messages, statuses and webhooks are in memory only: for load tests. */
  constructor(path: string, key: Buffer, bounds?: StateBounds) {
    this.#bounds = bounds;
    const opened = Journal.open(path, key);
    this.#journal = opened.journal;
    this.droppedBytes = opened.droppedBytes;
    for (const entry of opened.entries) this.#apply(entry as Entry);
    this.#compact();
  }

  find<K extends RecordKind>(kind: K, id: string): Records[K] | undefined {
    return this.#records.get(kind)?.get(id) as Records[K] | undefined;
  }

  get<K extends RecordKind>(kind: K, id: string): Records[K] {
    const record = this.find(kind, id);
    if (record === undefined) throw new Error(`simulator: no ${kind} with this id`);
    return record;
  }

  list<K extends RecordKind>(kind: K): Records[K][] {
    return [...(this.#records.get(kind)?.values() ?? [])] as Records[K][];
  }

  put<K extends RecordKind>(kind: K, id: string, record: Records[K]): void {
    this.#write([kind, id, record]);
  }

  remove(kind: RecordKind, id: string): void {
    if (this.find(kind, id) !== undefined) this.#write([kind, id, null]);
  }

  /** The messages of one customer's phone, oldest first. */
  listChat(customerId: string): MessageRecord[] {
    return (this.#chats.get(customerId) ?? []).map((wamid) => this.get("message", wamid));
  }

  /** When the customer last wrote; known also when the message itself is forgotten. */
  findLastInboundAt(customerId: string): number | undefined {
    return this.#lastInboundAt.get(customerId);
  }

  /** By business-scoped id or by the digits of the phone; per business number, as at Meta. */
  findCustomerByAddress(phoneNumberId: string, address: string): CustomerRecord | undefined {
    const customerId = this.#customersByAddress.get(`${phoneNumberId}/${address}`);
    return customerId === undefined ? undefined : this.find("customer", customerId);
  }

  /** The next position; grows through restarts, because the highest one is among the records. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  [Symbol.dispose](): void {
    this.#journal.close();
  }

  #write(entry: Entry): void {
    if (this.#bounds !== undefined && PASSING_KINDS.has(entry[0])) {
      this.#apply(entry);
      this.#forget(this.#bounds);
      return;
    }
    this.#journal.append(entry);
    this.#apply(entry);
    this.#compact();
  }

  /** The oldest message, as soon as there are too many: one comes at a time. */
  #forget({ keptMessages }: StateBounds): void {
    const messages = this.#records.get("message");
    if (messages === undefined || messages.size <= keptMessages) return;
    for (const oldest of messages.keys()) {
      this.#apply(["message", oldest, null]);
      return;
    }
  }

  #apply([kind, id, record]: Entry): void {
    const records = this.#records.get(kind) ?? new Map<string, Records[RecordKind]>();
    this.#records.set(kind, records);
    const before = records.size;
    if (kind === "message" && record === null) this.#leaveChat(records.get(id) as MessageRecord | undefined);
    if (kind === "customer")
      this.#index(records.get(id) as CustomerRecord | undefined, record as CustomerRecord | null);
    if (record === null) records.delete(id);
    else records.set(id, record);
    this.#live += records.size - before;
    if (record !== null && "order" in record) this.#order = Math.max(this.#order, record.order);
    if (kind === "message" && records.size > before) this.#joinChat(record as MessageRecord);
  }

  #index(before: CustomerRecord | undefined, after: CustomerRecord | null): void {
    for (const address of before === undefined ? [] : addressesOf(before))
      this.#customersByAddress.delete(address);
    for (const address of after === null ? [] : addressesOf(after)) {
      this.#customersByAddress.set(address, after?.customerId ?? "");
    }
  }

  #joinChat(message: MessageRecord): void {
    if (message.from === "customer") this.#lastInboundAt.set(message.customerId, message.at);
    const chat = this.#chats.get(message.customerId);
    if (chat === undefined) this.#chats.set(message.customerId, [message.wamid]);
    else chat.push(message.wamid);
  }

  #leaveChat(message: MessageRecord | undefined): void {
    const chat = message === undefined ? undefined : this.#chats.get(message.customerId);
    const place = chat?.indexOf(message?.wamid ?? "") ?? -1;
    if (place >= 0) chat?.splice(place, 1);
  }

  #compact(): void {
    if (this.#journal.entryCount < COMPACT_FACTOR * this.#live + COMPACT_FLOOR_ENTRIES) return;
    this.#journal.rewrite(this.#entries());
  }

  *#entries(): Iterable<Entry> {
    for (const [kind, records] of this.#records) {
      for (const [id, record] of records) yield [kind, id, record];
    }
  }
}

function addressesOf(customer: CustomerRecord): string[] {
  return [customer.userId, customer.waId]
    .filter((address) => address !== undefined)
    .map((address) => `${customer.phoneNumberId}/${address}`);
}
