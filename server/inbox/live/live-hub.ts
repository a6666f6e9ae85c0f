import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { AccessTables } from "../../access/tables.ts";
import { type Reach, readReaches } from "../../access/teams/reach.ts";
import type { Actor } from "../../identity/actor.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/log.ts";
import { type ConversationRow, findConversationRows } from "../conversation-rows.ts";
import { type Counts, countChats, countsFor } from "../count-conversations.ts";
import type { Sight } from "../decide-sight.ts";
import { type ForgedRows, forgedSubject, recordForgeries } from "../forged-row.ts";
import { findLines } from "../list-messages.ts";
import { OPENING_COLUMNS, type OpeningColumns, openedUntil } from "../opening-mac.ts";
import type { Act, InboxRoom } from "../room.ts";
import { type MemberColumns, type OpenedRow, openRows, showRow, sightOf } from "../show-rows.ts";
import type { InboxTables } from "../tables.ts";
import type { MessageView, RowView } from "../views.ts";
import type { ChangedThing, LiveChange, MovedConversation } from "./live-change.ts";

/** What a socket is told; the contract's `liveEvent`. */
export type LiveEvent =
  | { readonly event: "hello" | "gap" | "locked" | "signed_out" }
  | { readonly event: "conversation"; readonly row: RowView }
  | { readonly event: "conversation_gone"; readonly conversationId: string }
  | { readonly event: "message"; readonly conversationId: string; readonly message: MessageView }
  | ({ readonly event: "counts" } & Counts)
  | { readonly event: "changed"; readonly what: ChangedThing };

/** One open console. */
export interface LiveSocket {
  readonly actor: Actor;
  /** The conversation it shows, if any. */
  readonly watching: string | null;
  send(event: LiveEvent): void;
}

/** Conversations a socket is told of one by one; beyond it the console asks for its views again. */
const MAX_PATCHES = 50;

/**
 * How long a workspace rests after its consoles were told to ask again, in ms. Ours: asking again is some queries a
 * console, and under a flood of messages every transaction would be too much to name.
 */
const GAP_REST_MS = 1_000;

/**
 * Brings committed changes to open consoles. Each change is read and opened once per workspace, whatever the number of
 * sockets; who gets which part is decided in memory from access. One workspace is served at a time, and changes that
 * come meanwhile are merged, so a burst costs two rounds and not a thousand.
 */
export class LiveHub {
  readonly #room: InboxRoom;
  readonly #log: Logger;
  readonly #sockets = new Map<WorkspaceId, Set<LiveSocket>>();
  readonly #waiting = new Map<WorkspaceId, MergedChange>();
  readonly #busy = new Set<WorkspaceId>();

  constructor(room: InboxRoom, log: Logger) {
    this.#room = room;
    this.#log = log;
  }

  add(socket: LiveSocket): () => void {
    const { workspaceId } = socket.actor;
    const sockets = this.#sockets.get(workspaceId) ?? new Set();
    this.#sockets.set(workspaceId, sockets.add(socket));
    return () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#sockets.delete(workspaceId);
    };
  }

  /** All open sockets, to ask whether their sessions still stand. */
  sockets(): LiveSocket[] {
    return [...this.#sockets.values()].flatMap((sockets) => [...sockets]);
  }

  /** The feed was cut: every console asks for what it shows. */
  announceGap(): void {
    for (const socket of this.sockets()) socket.send({ event: "gap" });
  }

  handle(change: LiveChange): void {
    if (!this.#sockets.has(change.workspaceId)) return;
    const merged = this.#waiting.get(change.workspaceId) ?? new MergedChange();
    merged.add(change);
    this.#waiting.set(change.workspaceId, merged);
    if (!this.#busy.has(change.workspaceId)) void this.#serve(change.workspaceId);
  }

  async #serve(workspaceId: WorkspaceId): Promise<void> {
    this.#busy.add(workspaceId);
    for (;;) {
      const change = this.#waiting.get(workspaceId);
      if (change === undefined) break;
      this.#waiting.delete(workspaceId);
      try {
        if (isTooMuch(change)) await this.#tellGap(workspaceId);
        else await this.#deliver(workspaceId, change);
      } catch (error) {
        this.#log.warn({ err: error }, "live: a change was not delivered, consoles ask again");
        await this.#tellGap(workspaceId);
      }
    }
    this.#busy.delete(workspaceId);
  }

  /** What comes during the rest is merged, and told after it. */
  async #tellGap(workspaceId: WorkspaceId): Promise<void> {
    for (const socket of this.#sockets.get(workspaceId) ?? []) socket.send({ event: "gap" });
    await sleep(GAP_REST_MS, undefined, { ref: false });
  }

  async #deliver(workspaceId: WorkspaceId, change: MergedChange): Promise<void> {
    const sockets = [...(this.#sockets.get(workspaceId) ?? [])];
    for (const what of change.things) for (const socket of sockets) socket.send({ event: "changed", what });
    // Somebody is in other teams now: whatever is on a screen is looked at again.
    if (change.things.has("teams"))
      for (const { watching } of sockets) if (watching !== null) change.conversations.add(watching);
    if (change.conversations.size > 0) await this.#deliverRows(workspaceId, sockets, change);
  }

  async #deliverRows(
    workspaceId: WorkspaceId,
    sockets: readonly LiveSocket[],
    change: MergedChange,
  ): Promise<void> {
    const vault = await this.#room.vault.openWorkspace(workspaceId);
    const now = this.#room.clock();
    const forged: ForgedRows = new Set();
    await inWorkspace(this.#room.db, workspaceId, async (tx) => {
      const ids = [...change.conversations];
      const where = sql`c.id = any(${ids}::uuid[])`;
      const [anyone] = sockets;
      if (anyone === undefined) return;
      const rows = await findConversationRows(tx, {
        vault,
        memberId: anyone.actor.memberId,
        where,
        limit: ids.length,
      });
      const opened = await openRows(tx, { vault, forged }, rows, () => true);
      const columns = await memberColumns(tx, { vault, forged }, sockets, ids);
      const reachOf = await reachesOf(tx, { vault, forged }, sockets);

      sendForged(sockets, rows);
      const visible = new Map<LiveSocket, Set<string>>();
      for (const socket of sockets) {
        const seen = opened.filter((one) => {
          const own = columns.get(`${socket.actor.memberId}/${one.row.id}`) ?? {
            inbound_seen: null,
            opened_until: null,
          };
          const { assignee_id, team_id, number_id } = one.row;
          const mine = { ...own, assignee_id, team_id, number_id };
          const moved = change.moved.get(one.row.id) ?? [];
          return sendRow(socket, one, mine, { reach: reachOf(socket), moved, now });
        });
        visible.set(socket, new Set(seen.map((one) => one.row.id)));
      }
      await this.#deliverMessages({ tx, vault, forged }, sockets, visible, change);
      const counted = await countChats(tx, workspaceId);
      for (const socket of sockets)
        socket.send({ event: "counts", ...countsFor(socket.actor, reachOf(socket), counted) });
    });
    await recordForgeries(this.#room, { workspaceId, actor: "system:live" }, forged);
  }

  async #deliverMessages(
    reading: Pick<Act, "tx" | "vault" | "forged">,
    sockets: readonly LiveSocket[],
    visible: ReadonlyMap<LiveSocket, ReadonlySet<string>>,
    change: MergedChange,
  ): Promise<void> {
    const watched = new Set(sockets.flatMap((socket) => socket.watching ?? []));
    const ids = [...change.messages]
      .filter(([, conversationId]) => watched.has(conversationId))
      .map(([id]) => id);
    if (ids.length === 0) return;
    for (const { conversationId, message } of await findLines(reading, ids)) {
      for (const socket of sockets) {
        const shows =
          socket.watching === conversationId && (visible.get(socket)?.has(conversationId) ?? false);
        if (shows) socket.send({ event: "message", conversationId, message });
      }
    }
  }
}

function isTooMuch({ gap, conversations }: MergedChange): boolean {
  return gap || conversations.size > MAX_PATCHES;
}

class MergedChange {
  gap = false;
  readonly conversations = new Set<string>();
  /** Whose each was before, each time. */
  readonly moved = new Map<string, MovedConversation[]>();
  /** Message id to conversation id. */
  readonly messages = new Map<string, string>();
  readonly things = new Set<ChangedThing>();

  add(change: LiveChange): void {
    this.gap ||= change.gap ?? false;
    for (const id of change.conversations ?? []) this.conversations.add(id);
    for (const one of change.moved ?? []) this.moved.set(one.id, [...(this.moved.get(one.id) ?? []), one]);
    for (const { conversationId, messageId } of change.messages ?? []) {
      this.conversations.add(conversationId);
      this.messages.set(messageId, conversationId);
    }
    for (const thing of change.things ?? []) this.things.add(thing);
  }
}

/** Whatever consoles showed of a row that the program did not write: it is gone. */
function sendForged(sockets: readonly LiveSocket[], rows: readonly ConversationRow[]): void {
  for (const { id } of rows.filter((row) => !row.genuine))
    for (const socket of sockets) socket.send({ event: "conversation_gone", conversationId: id });
}

/** Sends a row as the socket's actor may see it, or that it is gone; returns whether its content is open to them. */
function sendRow(
  socket: LiveSocket,
  opened: OpenedRow,
  own: MemberColumns,
  { reach, moved, now }: { reach: Reach; moved: readonly MovedConversation[]; now: Date },
): boolean {
  const sight = sightOf(socket.actor, reach, own, now);
  if (isHidden(sight)) {
    const { id } = opened.row;
    const wasShown = moved.some(({ assigneeId, teamId }) => {
      const before = { ...own, assignee_id: assigneeId, team_id: teamId };
      return !isHidden(sightOf(socket.actor, reach, before, now));
    });
    // Nobody hears of a chat that was never theirs to see, not even that it changed.
    if (wasShown || socket.watching === id) socket.send({ event: "conversation_gone", conversationId: id });
    return false;
  }
  socket.send({ event: "conversation", row: showRow(opened, own, { actor: socket.actor, reach, now }) });
  return sight.open;
}

function isHidden(sight: Sight): boolean {
  return !sight.open && sight.why === "not_yours";
}

/** What concerns each connected member at all, as it is now: not as it was when they connected. */
async function reachesOf(
  tx: Tx<InboxTables>,
  { vault, forged }: Pick<Act, "vault" | "forged">,
  sockets: readonly LiveSocket[],
): Promise<(socket: LiveSocket) => Reach> {
  const read = await readReaches(
    narrow<AccessTables>(tx),
    vault,
    sockets.map(({ actor }) => actor),
  );
  for (const subject of read.forged) forged.add(subject);
  return ({ actor }) => read.reaches.get(actor.memberId) ?? NOTHING;
}

const NOTHING: Reach = { teamIds: new Set(), hiddenNumbers: new Set() };

/** Read cursors and openings of all connected members for these conversations, by "member/conversation". */
async function memberColumns(
  tx: Tx<InboxTables>,
  { vault, forged }: Pick<Act, "vault" | "forged">,
  sockets: readonly LiveSocket[],
  conversationIds: readonly string[],
): Promise<Map<string, Pick<MemberColumns, "inbound_seen" | "opened_until">>> {
  const members = [...new Set(sockets.map((socket) => socket.actor.memberId))];
  const { workspaceId } = vault;
  const { rows } = await sql<
    OpeningColumns & { member_id: string; conversation_id: string; inbound_seen: string | null }
  >`
    select m.member_id, c.conversation_id, r.inbound_seen,
           ${OPENING_COLUMNS}
    from unnest(${members}::uuid[]) as m (member_id)
    cross join unnest(${conversationIds}::uuid[]) as c (conversation_id)
    left join inbox_read_cursor r on r.workspace_id = ${workspaceId} and r.member_id = m.member_id and r.conversation_id = c.conversation_id
    left join inbox_opening o on o.workspace_id = ${workspaceId} and o.member_id = m.member_id and o.conversation_id = c.conversation_id
  `.execute(tx);
  return new Map(
    rows.map((row) => {
      const { member_id: memberId, conversation_id: conversationId, inbound_seen } = row;
      const opened_until = openedUntil(vault, { conversationId, memberId }, row);
      if (opened_until === "forged")
        forged.add(forgedSubject("inbox_opening", `${conversationId}/${memberId}`));
      return [`${memberId}/${conversationId}`, { inbound_seen, opened_until }];
    }),
  );
}
