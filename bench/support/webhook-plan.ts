import { webhookBytes, webhookSignature } from "../../simulator/signed-body.ts";

/** Whose webhooks they are. */
export interface WebhookDoor {
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
}

/** Customers who have written before. */
export const KNOWN_CONTACTS = 20_000;

/** Of the texts, how many come from somebody new: one in twenty. */
const NEW_EVERY = 20;

/** Of the POSTs, how many were sent before, byte for byte: one in ten. */
export const DUPLICATE_EVERY = 10;

/** How many requests later one is repeated: no multiple of DUPLICATE_EVERY, or only the repeats would be repeated. */
const REPEATED_LATER = 61;

/** How many groups later a message is delivered, and read. Ours: so that three statuses of one message spread. */
const DELIVERED_LATER = 20;
const READ_LATER = 100;

/**
 * A stretch of the traffic. Group g is one inbound text and three statuses: sent of outgoing message g, delivered and
 * read of earlier ones, round the stretch, so that each of its messages gets all three. Numbers of groups never repeat
 * between stretches of one bench, so what was stored of each can be counted.
 */
export interface Stretch {
  readonly firstGroup: number;
  readonly groups: number;
  /** Customers who have written before; KNOWN_CONTACTS unless told. */
  readonly contacts?: number;
  /** Messages 0 to this are what statuses name, round and round; each group's own unless told. */
  readonly outgoing?: number;
}

export const UPDATES_A_GROUP = 4;

/** The text of group g: what the bench finds again, opened, in the database. */
export function textOf(group: number): string {
  return `Does it come in another colour? I would like to have two of them by Friday, order ${group}.`;
}

export function textWamid(group: number): string {
  return wamid("inbound", group);
}

/** Our message, as its seed stores it and its statuses name it. */
export function outgoing(
  group: number,
  contacts = KNOWN_CONTACTS,
): {
  readonly id: string;
  readonly wamid: string;
  readonly contact: number;
} {
  const id = `01930000-0000-7000-8000-${group.toString(16).padStart(12, "0")}`;
  return { id, wamid: wamid("outbound", group), contact: group % contacts };
}

export function phoneOf(contact: number): string {
  return `9715${String(contact).padStart(8, "0")}`;
}

/** Who writes text g: somebody known, in no order that a cache could like, or somebody new. */
export function writerOf(group: number, contacts = KNOWN_CONTACTS): number {
  if (group % NEW_EVERY === NEW_EVERY - 1) return contacts + group;
  return (Math.imul(group, 2_654_435_761) >>> 0) % contacts;
}

function wamid(direction: string, group: number): string {
  return `wamid.${Buffer.from(`HBgM${direction}${String(group).padStart(24, "0")}FQIAERgS`).toString("base64")}`;
}

/** A text as Meta's webhook brings it, of contact number `contact`. */
export function textUpdate(contact: number, id: string, body: string, at: number): UpdateJson {
  const phone = phoneOf(contact);
  return {
    contact: { profile: { name: `Customer ${contact}` }, wa_id: phone },
    message: { from: phone, id, timestamp: String(at), type: "text", text: { body } },
  };
}

export interface UpdateJson {
  readonly contact?: object;
  readonly message?: object;
  readonly status?: object;
}

/** The statuses of a group, in the order of its updates, and how many groups after its message each comes. */
export const STATUSES = [
  ["sent", 0],
  ["delivered", DELIVERED_LATER],
  ["read", READ_LATER],
] as const;

/** Whose status it is that group number `offset` of a stretch brings `later` groups after the message. */
export function messageOf(
  { firstGroup, groups, contacts, outgoing: total }: Stretch,
  offset: number,
  later: number,
) {
  const [start, round] = total === undefined ? [firstGroup, groups] : [0, total];
  const place = total === undefined ? offset : firstGroup + offset;
  return outgoing(start + ((place + round - (later % round)) % round), contacts);
}

/** Update number u of a stretch: 0 of each four is the text. */
export function updateOf(stretch: Stretch, u: number, at: number): UpdateJson {
  const { firstGroup, contacts } = stretch;
  const [offset, part] = [Math.floor(u / UPDATES_A_GROUP), u % UPDATES_A_GROUP];
  if (part === 0) {
    const group = firstGroup + offset;
    return textUpdate(writerOf(group, contacts), textWamid(group), textOf(group), at);
  }
  const [kind, later] = STATUSES[part - 1] ?? [];
  if (kind === undefined || later === undefined) throw new Error("a group has three statuses");
  return { status: statusJson(messageOf(stretch, offset, later), kind, at) };
}

function statusJson(
  message: ReturnType<typeof outgoing>,
  kind: "sent" | "delivered" | "read",
  at: number,
): object {
  const pricing = { billable: true, pricing_model: "PMP", type: "regular", category: "utility" };
  return {
    id: message.wamid,
    status: kind,
    timestamp: String(at),
    recipient_id: phoneOf(message.contact),
    biz_opaque_callback_data: message.id,
    ...(kind === "read" ? {} : { pricing }),
  };
}

/** A webhook body with these updates, in Meta's bytes. */
export function bodyOf(door: WebhookDoor, updates: readonly UpdateJson[]): Buffer {
  const [contacts, messages, statuses] = [
    updates.flatMap(({ contact }) => contact ?? []),
    updates.flatMap(({ message }) => message ?? []),
    updates.flatMap(({ status }) => status ?? []),
  ];
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: door.phoneNumberId },
    ...(contacts.length === 0 ? {} : { contacts }),
    ...(messages.length === 0 ? {} : { messages }),
    ...(statuses.length === 0 ? {} : { statuses }),
  };
  return webhookBytes({
    object: "whatsapp_business_account",
    entry: [{ id: door.wabaId, changes: [{ value, field: "messages" }] }],
  });
}

/** A whole HTTP request with this body, signed. */
export function requestOf(door: WebhookDoor, host: string, body: Buffer): Buffer {
  const head =
    `POST /webhooks/whatsapp/${door.appId} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `User-Agent: facebookexternalua\r\nX-Hub-Signature-256: ${webhookSignature(door.appSecret, body)}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** Which update a request brings for the first time, where each brings one; undefined of one that repeats another. */
export function updateOfRequest(place: number): number | undefined {
  const isRepeat = place % DUPLICATE_EVERY === DUPLICATE_EVERY - 1;
  return isRepeat ? undefined : place - Math.floor(place / DUPLICATE_EVERY);
}

/** The updates of a stretch that one of their POSTs brought in: the first, or the one that repeats it. */
export function takenUpdates(
  stretch: Stretch,
  { untaken, batch }: { readonly untaken: readonly number[]; readonly batch: number },
): number[] {
  const all = stretch.groups * UPDATES_A_GROUP;
  const refused = new Set(untaken);
  const taken = new Set<number>();
  for (const [place, first] of firstUpdates(all, batch).entries()) {
    if (refused.has(place)) continue;
    for (let u = first; u < Math.min(all, first + batch); u += 1) taken.add(u);
  }
  return [...taken];
}

/** Of each request of a stretch, in the order of their sending, the first update that it brings. */
function firstUpdates(all: number, batch: number): number[] {
  const firsts: number[] = [];
  for (let u = 0; u < all; u += batch) {
    firsts.push(u);
    if (firsts.length % DUPLICATE_EVERY === DUPLICATE_EVERY - 1)
      firsts.push(firsts[Math.max(0, firsts.length - REPEATED_LATER)] as number);
  }
  return firsts;
}

/** Every request of a stretch in the order of its sending; each tenth one repeats an earlier one. */
export function requestsOf(
  stretch: Stretch,
  { door, host, batch }: { readonly door: WebhookDoor; readonly host: string; readonly batch: number },
): Buffer[] {
  const at = Math.floor(Date.now() / 1000);
  const all = stretch.groups * UPDATES_A_GROUP;
  const made = new Map<number, Buffer>();
  return firstUpdates(all, batch).map((first) => {
    const known = made.get(first);
    if (known !== undefined) return known;
    const count = Math.min(batch, all - first);
    const updates = Array.from({ length: count }, (_, n) => updateOf(stretch, first + n, at));
    const request = requestOf(door, host, bodyOf(door, updates));
    made.set(first, request);
    return request;
  });
}
