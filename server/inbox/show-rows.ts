import { may } from "../access/permissions.ts";
import { isInReach, type Reach } from "../access/teams/reach.ts";
import type { Actor } from "../identity/actor.ts";
import { narrow, type Tx } from "../platform/database.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { OpeningKeys } from "../vault/vault.ts";
import { listNumberNames, type NumberName } from "../whatsapp/numbers/list-number-names.ts";
import { serviceWindow } from "../whatsapp/service-window.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import type { ConversationRow, LastMessage } from "./conversation-rows.ts";
import { decideSight, type Sight } from "./decide-sight.ts";
import { deliveryOf, failureOf } from "./delivery.ts";
import { forgedSubject, openOrForged } from "./forged-row.ts";
import { previewOf } from "./preview-of.ts";
import { displayName, maskPhone, type Profile, profilePlace } from "./profile.ts";
import type { Act } from "./room.ts";
import { bodyPlace, type StoredBody } from "./stored-body.ts";
import type { InboxTables } from "./tables.ts";
import type { RowView } from "./views.ts";

/** What a member brings to a row: whether it is theirs, how far they read, what they opened. */
export type MemberColumns = Pick<
  ConversationRow,
  "assignee_id" | "team_id" | "number_id" | "inbound_seen" | "opened_until"
>;

/** What an actor may see of a conversation now. */
export function sightOf(
  actor: Actor,
  reach: Reach,
  row: Omit<MemberColumns, "inbound_seen">,
  now: Date,
): Sight {
  return decideSight(
    {
      isAssignee: row.assignee_id === actor.memberId,
      isAssigned: row.assignee_id !== null,
      isInReach: isInReach(reach, row),
      mayViewTeam: may(actor, "conversation.view_team"),
      mayOpenWithReason: may(actor, "conversation.open_with_reason"),
      openedUntil: row.opened_until === "forged" ? null : row.opened_until,
    },
    now,
  );
}

/** A row with its seals open, not yet shown to anybody. */
export interface OpenedRow {
  readonly row: ConversationRow;
  readonly number: NumberName | undefined;
  /** Null where nobody who is asked for may see it. */
  readonly profile: Profile | null;
  readonly last: RowView["last"];
}

/** List rows as one actor may see them: only what is open to them is opened, and forged rows are left out. */
export async function showRows(act: Act, rows: readonly ConversationRow[]): Promise<RowView[]> {
  const { tx, vault, actor, now, forged } = act;
  const reach = await act.reach();
  for (const row of rows)
    if (row.opened_until === "forged")
      forged.add(forgedSubject("inbox_opening", `${row.id}/${actor.memberId}`));
  const opened = await openRows(tx, { vault, forged }, rows, (row) => sightOf(actor, reach, row, now).open);
  return opened.map((one) => showRow(one, one.row, { actor, reach, now }));
}

/** Opens those rows that somebody may see; the others keep their seals. Forged rows are left out, and noted. */
export async function openRows(
  tx: Tx<InboxTables>,
  { vault, forged }: Pick<Act, "vault" | "forged">,
  stored: readonly ConversationRow[],
  mayOpen: (row: ConversationRow) => boolean,
): Promise<OpenedRow[]> {
  const rows = stored.filter((row) => row.genuine);
  for (const row of stored) if (!row.genuine) forged.add(forgedSubject("inbox_conversation", row.id));
  const open = new Set(rows.filter(mayOpen).map((row) => row.id));
  const sealed = rows.flatMap((row) =>
    open.has(row.id) ? [row.profile_sealed, row.last?.body_sealed ?? null] : [],
  );
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  const numbers = await listNumberNames(narrow<WhatsappTables>(tx), vault);
  return rows.map((row) => {
    const isOpen = open.has(row.id);
    return {
      row,
      number: numbers.get(row.number_id),
      profile: isOpen ? openProfile(keys, row) : null,
      last: isOpen && row.last !== null ? openLast(keys, row.id, row.last) : null,
    };
  });
}

/** A row as one actor may see it; `own` are the actor's columns, which may differ from those it was read with. */
export function showRow(
  { row, number, profile, last }: OpenedRow,
  own: MemberColumns,
  { actor, reach, now }: { readonly actor: Actor; readonly reach: Reach; readonly now: Date },
): RowView {
  const isOpen = sightOf(actor, reach, own, now).open;
  const window = serviceWindow(row.last_inbound_at, now);
  return {
    id: row.id,
    version: Number(row.version),
    sight: isOpen ? "open" : "closed_to_you",
    state: row.state,
    number: { id: row.number_id, verifiedName: number?.verifiedName ?? "", host: number?.host ?? "meta" },
    language: row.language,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    waitingSince: row.waiting_since?.toISOString() ?? null,
    lastActivityAt: row.last_activity_at.toISOString(),
    windowClosesAt: window.open ? window.closesAt.toISOString() : null,
    unread: isOpen ? Math.max(0, Number(row.inbound_count) - Number(own.inbound_seen ?? 0)) : 0,
    contact: isOpen && profile !== null ? { id: row.contact_id, name: listedName(actor, profile) } : null,
    last: isOpen ? last : null,
  };
}

/** A name for a list. Where a number stands in for it, it is masked for those who see numbers in an open chat only. */
function listedName(actor: Actor, profile: Profile): string {
  const name = displayName({ ...profile, phone: null });
  if (name !== "" || profile.phone === null) return name;
  return may(actor, "contact.list_phone") ? `+${profile.phone}` : maskPhone(profile.phone);
}

export function openProfile(keys: OpeningKeys, row: { contact_id: string; profile_sealed: Buffer }): Profile {
  return JSON.parse(keys.openText(profilePlace(row.contact_id), row.profile_sealed)) as Profile;
}

/** Null where it names another thread's message: its own thread says so when it is opened. */
function openLast(keys: OpeningKeys, conversationId: string, last: LastMessage): RowView["last"] {
  const text = openOrForged(() =>
    keys.openText(bodyPlace({ id: last.id, conversationId }), last.body_sealed),
  );
  if (text === undefined) return null;
  const { body } = JSON.parse(text) as StoredBody;
  return {
    direction: last.direction,
    kind: body.kind === "audio" && body.voice ? "voice" : last.kind,
    preview: previewOf(body),
    sendState: last.send_state,
    delivery: deliveryOf(last),
    failure: failureOf(last),
  };
}
