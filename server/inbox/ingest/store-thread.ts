import { sql } from "kysely";
import type { AccessTables } from "../../access/tables.ts";
import { listNumberTeams } from "../../access/teams/number-teams.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, SealingKeys, WorkspaceVault } from "../../vault/vault.ts";
import { languageOf } from "../language-of.ts";
import { bodyPlace, type StoredBody, wamidPlace } from "../stored-body.ts";
import type { InboxTables } from "../tables.ts";
import { loadDirectory, type PartySighting } from "./contact-directory.ts";
import { findCandidates, readChanges } from "./contact-profiles.ts";
import { findKnownWamids } from "./known-wamids.ts";
import {
  insertConversations,
  type LockedConversation,
  lockKnown,
  makeMissing,
  pairKey,
} from "./lock-conversations.ts";
import { RaceLost } from "./race-lost.ts";
import { listSubjects, writeContacts } from "./resolve-contacts.ts";
import type { ThreadItem } from "./thread-item.ts";

/** A file that the caller has to queue for fetching, in the same transaction. */
export interface MediaWanted {
  readonly id: string;
  readonly numberId: string;
  readonly contactId: string;
  readonly item: ThreadItem;
}

export interface StoredThread {
  /** What was new, by conversation. */
  readonly stored: readonly StoredItem[];
  readonly duplicates: number;
  readonly media: readonly MediaWanted[];
}

export interface StoredItem {
  readonly id: string;
  readonly item: ThreadItem;
  readonly contactId: string;
  readonly conversationId: string;
  readonly position: number;
  readonly mediaId: string | null;
}

/** What a batch adds to threads, settled and locked, with the writing still to do. */
export interface PlannedThread extends StoredThread {
  /** Writes it. Asks all at once, and waits for no row in between. */
  readonly write: () => Promise<void>;
}

/**
 * Settles what a batch adds to threads: whose each message is, which are new (the same wamid changes nothing), and where
 * in its thread each stands, with keys and conversations held. Planning and writing throw RaceLost when another
 * transaction stores one of the same messages, or meets one of the same strangers, at this moment.
 */
export async function planThread(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  items: readonly ThreadItem[],
): Promise<PlannedThread> {
  if (items.length === 0) return NOTHING;
  const [fresh, directory] = await Promise.all([
    leaveOutKnown(tx, vault, items),
    loadDirectory(tx, vault, items.map(sightingOf)),
  ]);
  if (fresh.length === 0) return { ...NOTHING, duplicates: items.length };

  const contactIds = fresh.map((item) => directory.place(sightingOf(item)));
  const pairs = fresh.map((item, n) => ({ contactId: contactIds[n] ?? "", numberId: item.numberId }));
  const uniquePairs = [
    ...new Map(pairs.map((pair) => [pairKey(pair.contactId, pair.numberId), pair])).values(),
  ];
  const isNew = (contactId: string) => directory.changes.get(contactId)?.isNew === true;
  const candidates = findCandidates(vault, directory);
  const subjects = [
    ...listSubjects(directory, candidates, now),
    ...new Set(contactIds).values().map((contactId) => messageSubject(contactId, now)),
  ];
  const [locked, keys, changed, numbers] = await Promise.all([
    lockKnown(
      tx,
      vault,
      uniquePairs.filter(({ contactId }) => !isNew(contactId)),
    ),
    vault.keysFor(narrow<VaultTables>(tx), subjects),
    readChanges(tx, vault, candidates),
    listNumberTeams(narrow<AccessTables>(tx), vault),
  ]);
  const { conversations, made } = makeMissing(uniquePairs, locked, numbers);
  const stored = placeItems(fresh, pairs, conversations);
  return {
    stored,
    duplicates: items.length - stored.length,
    media: stored.flatMap(mediaOf),
    async write() {
      await Promise.all([
        writeContacts(tx, vault, now, { directory, changed, keys }),
        insertConversations(tx, vault, now, made),
        insertMessages(tx, vault, now, { rows: stored, keys }),
        markTargets(tx, vault, stored),
        touchConversations(tx, vault, now, conversations, stored),
      ]);
    },
  };
}

const NOTHING: PlannedThread = { stored: [], duplicates: 0, media: [], write: async () => undefined };

function messageSubject(contactId: string, now: Date): KeySubject {
  return { subjectId: contactId, keyClass: "conversation", at: now };
}

/** Each message once, and none that is stored. */
async function leaveOutKnown(
  tx: Tx<InboxTables>,
  { workspaceId }: WorkspaceVault,
  items: readonly ThreadItem[],
): Promise<ThreadItem[]> {
  const byHash = new Map<string, ThreadItem>();
  for (const item of items) {
    const key = item.wamidHash.toString("base64");
    if (!byHash.has(key)) byHash.set(key, item);
  }
  if (byHash.size === 0) return [];
  const hashes = [...byHash.values()].map((item) => item.wamidHash);
  for (const key of await findKnownWamids(tx, workspaceId, hashes)) byHash.delete(key);
  return [...byHash.values()];
}

/** Gives each item its place in its thread, which is ours to give while its conversation is locked. */
function placeItems(
  items: readonly ThreadItem[],
  pairs: ReadonlyArray<{ readonly contactId: string; readonly numberId: string }>,
  conversations: ReadonlyMap<string, LockedConversation>,
): StoredItem[] {
  const positions = new Map<string, number>();
  return items.map((item, n) => {
    const { contactId, numberId } = pairs[n] as (typeof pairs)[number];
    const conversation = conversations.get(pairKey(contactId, numberId));
    if (conversation === undefined) throw new Error("a conversation was locked and is gone");
    const position = (positions.get(conversation.id) ?? conversation.lastPosition) + 1;
    positions.set(conversation.id, position);
    const mediaId = item.media === null ? null : newId<string>();
    return { id: newId(), item, contactId, conversationId: conversation.id, position, mediaId };
  });
}

function sightingOf({ party, update }: ThreadItem): PartySighting {
  if (update.kind === "identifier_change") return { party, becomes: update.current };
  if (update.kind !== "identity_change") return { party };
  return {
    party: { ...party, identityKeyHash: update.identityKeyHash ?? party.identityKeyHash },
    uncertain: true,
  };
}

function mediaOf({ mediaId, item, contactId }: StoredItem): MediaWanted[] {
  return mediaId === null ? [] : [{ id: mediaId, numberId: item.numberId, contactId, item }];
}

/** Throws RaceLost when one of them is there after all: another transaction committed it since we looked. */
async function insertMessages(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  { rows, keys }: { readonly rows: readonly StoredItem[]; readonly keys: SealingKeys },
): Promise<void> {
  const seal = (row: StoredItem, place: ReturnType<typeof bodyPlace>, text: string) =>
    keys.seal(messageSubject(row.contactId, now), place, text);

  // What the customer changed or took back before the message itself was here is marked at once.
  const { numAffectedRows } = await sql`
    insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, wamid_hash, wamid_sealed,
      body_sealed, media_id, reply_to_hash, target_hash, meta_at, recorded_at, edited_at, revoked_at)
    select ${vault.workspaceId}, new.*, ${now}, change.edited_at, change.revoked_at
    from unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.conversationId)}::uuid[],
      ${rows.map((row) => row.position)}::bigint[], ${rows.map((row) => row.item.direction)}::text[],
      ${rows.map((row) => row.item.kind)}::text[], ${rows.map((row) => row.item.wamidHash)}::bytea[],
      ${rows.map((row) => seal(row, wamidPlace(row), row.item.update.wamid))}::bytea[],
      ${rows.map((row) => seal(row, bodyPlace(row), JSON.stringify(storedBody(row))))}::bytea[],
      ${rows.map((row) => row.mediaId)}::uuid[], ${rows.map((row) => row.item.replyToHash)}::bytea[],
      ${rows.map((row) => row.item.targetHash)}::bytea[], ${rows.map((row) => row.item.update.metaAt)}::timestamptz[]
    ) as new (id, conversation_id, position, direction, kind, wamid_hash, wamid_sealed, body_sealed, media_id,
      reply_to_hash, target_hash, meta_at)
    left join lateral (
      select max(e.meta_at) filter (where e.kind = 'edit') as edited_at,
             min(e.meta_at) filter (where e.kind = 'revoke') as revoked_at
      from inbox_message e
      where e.workspace_id = ${vault.workspaceId} and e.target_hash = new.wamid_hash
        and e.conversation_id = new.conversation_id and e.kind in ('edit', 'revoke') and e.direction = 'in'
    ) change on new.direction = 'in'
    on conflict (workspace_id, wamid_hash) do nothing
  `.execute(tx);
  if (numAffectedRows !== BigInt(rows.length)) throw new RaceLost("message");
}

function storedBody({ item, mediaId }: StoredItem): StoredBody {
  return mediaId === null ? item.stored : { ...item.stored, mediaId };
}

/**
 * An edit or a revoke also marks what it is about, so that a list need not look for it. Customers change only what
 * customers wrote.
 */
async function markTargets(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  rows: readonly StoredItem[],
): Promise<void> {
  const revisions = rows.filter(({ item }) => item.kind === "edit" || item.kind === "revoke");
  if (revisions.length === 0) return;
  const hashes = revisions.flatMap(({ item }) => item.targetHash ?? []);
  await sql`
    update inbox_message m
    set edited_at = coalesce(change.edited_at, m.edited_at), revoked_at = coalesce(change.revoked_at, m.revoked_at)
    from (
      select conversation_id, target_hash, max(meta_at) filter (where kind = 'edit') as edited_at,
             min(meta_at) filter (where kind = 'revoke') as revoked_at
      from inbox_message
      where workspace_id = ${vault.workspaceId} and target_hash = any(${hashes}::bytea[])
        and kind in ('edit', 'revoke') and direction = 'in'
      group by conversation_id, target_hash
    ) change
    where m.workspace_id = ${vault.workspaceId} and m.conversation_id = change.conversation_id
      and m.wamid_hash = change.target_hash and m.direction = 'in'
  `.execute(tx);
}

interface Touch {
  readonly id: string;
  readonly lastPosition: number;
  readonly unread: number;
  readonly lastInboundAt: Date | null;
  readonly waiting: boolean;
  readonly lastMessageId: string | null;
  readonly language: "en" | "ar" | null;
  readonly reopen: boolean;
}

/**
 * Raises the version of every conversation that got something, brings its summary up to date, and opens an episode where
 * none is open.
 */
async function touchConversations(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  conversations: ReadonlyMap<string, LockedConversation>,
  stored: readonly StoredItem[],
): Promise<void> {
  const byConversation = Map.groupBy(stored, (row) => row.conversationId);
  const touches = [...conversations.values()].flatMap((conversation) => {
    const rows = byConversation.get(conversation.id);
    return rows === undefined ? [] : [touchOf(conversation, rows, now)];
  });
  if (touches.length === 0) return;
  // Each row is found by index (offset 0), and changed where it was found: it is locked, so it stays there. A plan made
  // while there were few would read all of the workspace's for each.
  await sql`
    with touched as (
      update inbox_conversation c
      set last_position = t.last_position,
          inbound_count = c.inbound_count + t.unread,
          last_inbound_at = greatest(c.last_inbound_at, t.last_inbound_at),
          last_activity_at = case when t.last_message_id is null then c.last_activity_at else greatest(c.last_activity_at, ${now}) end,
          waiting_since = case when t.waiting then coalesce(c.waiting_since, ${now}) else c.waiting_since end,
          last_message_id = coalesce(t.last_message_id, c.last_message_id),
          language = coalesce(c.language, t.language),
          state = case when t.reopen then 'open' else c.state end,
          version = c.version + 1
      from unnest(
        ${touches.map((t) => t.id)}::uuid[], ${touches.map((t) => t.lastPosition)}::bigint[], ${touches.map((t) => t.unread)}::bigint[],
        ${touches.map((t) => t.lastInboundAt)}::timestamptz[], ${touches.map((t) => t.waiting)}::boolean[],
        ${touches.map((t) => t.lastMessageId)}::uuid[], ${touches.map((t) => t.language)}::text[], ${touches.map((t) => t.reopen)}::boolean[],
        ${touches.map(() => newId())}::uuid[]
      ) as t (id, last_position, unread, last_inbound_at, waiting, last_message_id, language, reopen, episode_id)
      cross join lateral (
        select one.ctid from inbox_conversation one where one.workspace_id = ${vault.workspaceId} and one.id = t.id offset 0
      ) place
      where c.ctid = place.ctid
      returning c.id, t.reopen, t.episode_id
    )
    insert into inbox_episode (workspace_id, id, conversation_id, opened_at)
    select ${vault.workspaceId}, episode_id, id, ${now} from touched where reopen
    on conflict (workspace_id, conversation_id) where closed_at is null do nothing
  `.execute(tx);
}

function touchOf(conversation: LockedConversation, rows: readonly StoredItem[], now: Date): Touch {
  const opening = rows.filter((row) => row.item.opensWindow);
  const unread = rows.filter((row) => row.item.countsAsUnread).length;
  // Meta's clock opens the window, ours bounds it: a time in the future would hold it open for ever.
  const times = opening.map((row) => Math.min(row.item.update.metaAt.getTime(), now.getTime()));
  const texts = rows.flatMap(({ item }) =>
    item.direction === "in" && item.stored.body.kind === "text" ? [item.stored.body.text] : [],
  );
  return {
    id: conversation.id,
    lastPosition: rows.at(-1)?.position ?? conversation.lastPosition,
    unread,
    lastInboundAt: times.length === 0 ? null : new Date(Math.max(...times)),
    waiting: unread > 0,
    lastMessageId: rows.findLast((row) => row.item.visible)?.id ?? null,
    language: texts.map(languageOf).find((language) => language !== null) ?? null,
    reopen: unread > 0,
  };
}
