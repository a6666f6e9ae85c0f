import { sql } from "kysely";
import { narrow, type Tx } from "../platform/database.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { OpeningKeys, WorkspaceVault } from "../vault/vault.ts";
import { listMediaStates } from "../whatsapp/media/list-media-states.ts";
import type { MessageBody } from "../whatsapp/message-body.ts";
import { type Doubt, listDoubts } from "../whatsapp/outbound/list-doubts.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import { type DeliveryColumns, deliveryOf, failureOf } from "./delivery.ts";
import { type ForgedRows, forgedSubject, openOrForged } from "./forged-row.ts";
import { previewOf } from "./preview-of.ts";
import { bodyPlace, type StoredBody } from "./stored-body.ts";
import type { Direction, InboxTables } from "./tables.ts";
import type { BodyView, MediaView, MessageView } from "./views.ts";

/** A message row as a thread reads it, still sealed. */
export interface MessageRow extends DeliveryColumns {
  readonly id: string;
  readonly conversation_id: string;
  readonly position: string;
  readonly direction: Direction;
  readonly kind: string;
  readonly author_id: string | null;
  readonly wamid_hash: Buffer | null;
  readonly body_sealed: Buffer;
  readonly media_id: string | null;
  readonly reply_to_hash: Buffer | null;
  readonly target_hash: Buffer | null;
  readonly meta_at: Date | null;
  readonly recorded_at: Date;
  readonly edited_at: Date | null;
  readonly revoked_at: Date | null;
}

/** The columns of `MessageRow`, of `inbox_message m`. */
export const MESSAGE_COLUMNS = sql`m.id, m.conversation_id, m.position, m.direction, m.kind, m.author_id, m.wamid_hash,
  m.body_sealed, m.media_id, m.reply_to_hash, m.target_hash, m.meta_at, m.recorded_at, m.edited_at, m.revoked_at,
  m.send_state, m.sent_at, m.delivered_at, m.read_at, m.played_at, m.failed_at, m.failure_code`;

/** Kinds that stand at their target instead of in the thread. */
const FOLDED = new Set(["reaction", "edit", "revoke"]);

export interface ShowContext {
  readonly vault: WorkspaceVault;
  /** Names of members by id, for authors. */
  readonly names: ReadonlyMap<string, string>;
  readonly forged: ForgedRows;
}

/**
 * Opens messages for a reader who may see their conversation, with quotes, reactions, edits and files filled in. What
 * was sealed for another thread does not open: it is left out, and noted.
 */
export async function showMessages(
  tx: Tx<InboxTables>,
  context: ShowContext,
  rows: readonly MessageRow[],
): Promise<MessageView[]> {
  if (rows.length === 0) return [];
  const related = await findRelated(tx, context.vault, rows);
  const sealed = [...rows, ...related.quoted, ...related.about].map((row) => row.body_sealed);
  const keys = await context.vault.keysOf(narrow<VaultTables>(tx), sealed);
  const opened = openBodies(context, keys, [...rows, ...related.quoted, ...related.about]);
  const mediaIds = rows.flatMap((row) => opened.get(row.id)?.mediaId ?? []);
  const media = await listMediaStates(narrow<WhatsappTables>(tx), context.vault.workspaceId, mediaIds);
  const inDoubt = rows.filter((row) => row.send_state === "in_doubt").map(({ id }) => id);
  const doubts = await listDoubts(narrow<WhatsappTables>(tx), context.vault.workspaceId, inDoubt);
  const opening = { ...context, opened, media, related, doubts };
  return rows.flatMap((row) => {
    const stored = opened.get(row.id);
    return stored === undefined ? [] : [showMessage(row, stored, opening)];
  });
}

function openBodies(
  { forged }: ShowContext,
  keys: OpeningKeys,
  rows: readonly MessageRow[],
): Map<string, StoredBody> {
  const opened = new Map<string, StoredBody>();
  for (const row of rows) {
    const stored = openBody(keys, row);
    if (stored === undefined) forged.add(forgedSubject("inbox_message", row.id));
    else opened.set(row.id, stored);
  }
  return opened;
}

interface Related {
  /** Messages that others quote. */
  readonly quoted: readonly MessageRow[];
  /** Reactions and edits, in order of arrival. */
  readonly about: readonly MessageRow[];
}

async function findRelated(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  rows: readonly MessageRow[],
): Promise<Related> {
  const quotedHashes = rows.flatMap((row) => row.reply_to_hash ?? []);
  const ownHashes = rows.flatMap((row) => row.wamid_hash ?? []);
  const conversationIds = [...new Set(rows.map((row) => row.conversation_id))];
  const { rows: found } = await sql<MessageRow & { is_quote: boolean }>`
    select ${MESSAGE_COLUMNS}, true as is_quote from inbox_message m
    where m.workspace_id = ${vault.workspaceId} and m.wamid_hash = any(${quotedHashes}::bytea[])
      and m.conversation_id = any(${conversationIds}::uuid[])
    union all
    select ${MESSAGE_COLUMNS}, false from inbox_message m
    where m.workspace_id = ${vault.workspaceId} and m.target_hash = any(${ownHashes}::bytea[])
      and m.conversation_id = any(${conversationIds}::uuid[])
    order by position
  `.execute(tx);
  return { quoted: found.filter((row) => row.is_quote), about: found.filter((row) => !row.is_quote) };
}

interface OpenContext extends ShowContext {
  /** By message; a forged one is not among them. */
  readonly opened: ReadonlyMap<string, StoredBody>;
  readonly media: ReadonlyMap<string, MediaView>;
  readonly related: Related;
  readonly doubts: ReadonlyMap<string, Doubt>;
}

function showMessage(row: MessageRow, stored: StoredBody, context: OpenContext): MessageView {
  const edit = row.edited_at === null ? undefined : findLast(context.related.about, row, "edit");
  const body = (edit === undefined ? undefined : context.opened.get(edit.id)?.body) ?? stored.body;
  return {
    id: row.id,
    position: Number(row.position),
    direction: row.direction,
    body: showBody(body, stored.mediaId === undefined ? undefined : context.media.get(stored.mediaId)),
    author:
      row.author_id === null ? null : { id: row.author_id, name: context.names.get(row.author_id) ?? "" },
    at: (row.meta_at ?? row.recorded_at).toISOString(),
    sendState: row.send_state,
    delivery: deliveryOf(row),
    playedAt: row.played_at?.toISOString() ?? null,
    failure: failureOf(row),
    doubt: showDoubt(row, context.doubts.get(row.id)),
    replyTo: showQuote(row, context),
    reactions: showReactions(row, context),
    editedAt: row.edited_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    forwarded: stored.forwarded ?? false,
    referral: stored.referral ?? null,
  };
}

/** Nothing once a status has come: then WhatsApp has it, whatever the request came to. */
function showDoubt(row: MessageRow, doubt: Doubt | undefined): MessageView["doubt"] {
  if (doubt === undefined || deliveryOf(row) !== null) return null;
  return {
    reason: doubt.reason,
    since: doubt.since.toISOString(),
    decidableAt: doubt.decidableAt.toISOString(),
  };
}

/** Opens a message's body; the caller has asked for its keys. Undefined when it is not sealed for this thread. */
export function openBody(
  keys: OpeningKeys,
  { id, conversation_id, body_sealed }: Pick<MessageRow, "id" | "conversation_id" | "body_sealed">,
): StoredBody | undefined {
  const place = bodyPlace({ id, conversationId: conversation_id });
  const text = openOrForged(() => keys.openText(place, body_sealed));
  return text === undefined ? undefined : (JSON.parse(text) as StoredBody);
}

function showBody(body: MessageBody, media: MediaView | undefined): BodyView {
  switch (body.kind) {
    case "image":
    case "video":
    case "sticker":
    case "audio":
    case "document":
      return { ...body, media: media ?? NO_MEDIA };
    case "order":
      return { ...body, totals: totalsOf(body.items) };
    case "template":
      return {
        ...body,
        header: body.header === null ? null : { text: body.header.text, media: media ?? null },
      };
    case "unsupported":
      return { kind: "unsupported", type: body.type, code: body.code };
    default:
      return body;
  }
}

/** A file whose row is gone. */
const NO_MEDIA: MediaView = {
  id: "00000000-0000-4000-8000-000000000000",
  state: "failed",
  mimeType: "application/octet-stream",
  byteSize: null,
  failure: "media.gone",
};

function totalsOf(
  items: Extract<MessageBody, { kind: "order" }>["items"],
): Array<{ amount: number; currency: string }> {
  const totals = new Map<string, number>();
  for (const item of items)
    totals.set(item.currency, (totals.get(item.currency) ?? 0) + item.price * item.quantity);
  return [...totals].map(([currency, amount]) => ({ currency, amount: Math.round(amount * 100) / 100 }));
}

function showQuote(row: MessageRow, { related, opened }: OpenContext): MessageView["replyTo"] {
  const { reply_to_hash: hash } = row;
  if (hash === null) return null;
  const quoted = related.quoted.find((other) => other.wamid_hash?.equals(hash));
  const stored = quoted === undefined ? undefined : opened.get(quoted.id);
  if (quoted === undefined || stored === undefined) return { messageId: null, preview: "", direction: null };
  const direction = quoted.direction === "in" ? "in" : "out";
  return { messageId: quoted.id, preview: previewOf(stored.body), direction };
}

/** The last reaction of each side; an empty one takes it back. */
function showReactions(row: MessageRow, { related, opened }: OpenContext): MessageView["reactions"] {
  const last = new Map<"contact" | "us", string | null>();
  for (const other of related.about) {
    if (other.kind !== "reaction" || !isAbout(other, row) || other.send_state === "failed") continue;
    const body = opened.get(other.id)?.body;
    if (body?.kind === "reaction") last.set(other.direction === "in" ? "contact" : "us", body.emoji);
  }
  return [...last].flatMap(([from, emoji]) => (emoji === null || emoji === "" ? [] : [{ emoji, from }]));
}

function findLast(about: readonly MessageRow[], row: MessageRow, kind: string): MessageRow | undefined {
  return about.findLast((other) => other.kind === kind && isAbout(other, row));
}

function isAbout(other: MessageRow, row: MessageRow): boolean {
  return row.wamid_hash !== null && (other.target_hash?.equals(row.wamid_hash) ?? false);
}

/** Whether a row is a line of the thread, or stands at its target. */
export function isLine(row: Pick<MessageRow, "kind">): boolean {
  return !FOLDED.has(row.kind);
}
