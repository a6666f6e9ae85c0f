import { type RawBuilder, sql } from "kysely";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { may } from "../../access/permissions.ts";
import type { Reach } from "../../access/teams/reach.ts";
import type { Actor } from "../../identity/actor.ts";
import { narrow } from "../../platform/database.ts";
import { readCursor, writeCursor } from "../../platform/page-cursor.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { chatSight } from "../chat-sight.ts";
import { OPENING_COLUMNS, type OpeningColumns } from "../opening-mac.ts";
import { type Profile, profilePlace } from "../profile.ts";
import { type Act, recordReading } from "../room.ts";
import type { ContactView } from "../views.ts";
import { showContact } from "./show-contact.ts";

export interface ContactRowView extends ContactView {
  readonly conversationId: string | null;
  readonly lastActivityAt: string | null;
  readonly open: boolean;
}

export interface ContactListInput {
  readonly cursor?: string | undefined;
  /** Finds an exact number, whatever its spelling; nothing else can be searched without opening every seal. */
  readonly phone?: string | undefined;
  readonly limit: number;
}

interface Row extends OpeningColumns {
  id: string;
  profile_sealed: Buffer;
  identity: "known" | "uncertain";
  identity_since: Date | null;
  created_at: Date;
  conversation_id: string | null;
  number_id: string | null;
  assignee_id: string | null;
  team_id: string | null;
  mac: Buffer | null;
  last_activity_at: Date | null;
}

/** Contacts, newest first: all of them, for a Team Lead those of their teams' chats, for an Agent those of their own. */
export async function listContacts(
  act: Act,
  input: ContactListInput,
): Promise<{ contacts: ContactRowView[]; next: string | null }> {
  const { tx, vault, actor } = act;
  const reach = await act.reach();
  const after = input.cursor === undefined ? sql`true` : afterCursor(input.cursor);
  const byPhone = input.phone === undefined ? sql`true` : phoneCondition(act, input.phone);
  const theirs = chatsOf(actor, reach);
  const everybody = may(actor, "contact.view_all");
  // Of an Agent's few chats the contacts are found by them, and not each contact looked at.
  const own = everybody
    ? sql`true`
    : may(actor, "contact.view_team")
      ? sql`c.id is not null`
      : sql`p.id in (select x.contact_id from inbox_conversation x
          where x.workspace_id = ${actor.workspaceId} and x.assignee_id = ${actor.memberId})`;
  const { rows } = await sql<Row>`
    select p.id, p.profile_sealed, p.identity, p.identity_since, p.created_at,
           c.id as conversation_id, c.number_id, c.assignee_id, c.team_id, c.mac, c.last_activity_at,
           ${OPENING_COLUMNS}
    from inbox_contact p
    left join lateral (
      select id, number_id, assignee_id, team_id, mac, last_activity_at from inbox_conversation x
      where workspace_id = p.workspace_id and contact_id = p.id and ${theirs}
      order by last_activity_at desc limit 1) c on true
    left join inbox_opening o on o.workspace_id = p.workspace_id and o.conversation_id = c.id and o.member_id = ${actor.memberId}
    where p.workspace_id = ${actor.workspaceId} and ${own} and ${byPhone} and ${after}
    order by p.created_at desc, p.id desc limit ${input.limit + 1}
  `.execute(tx);
  const page = rows.slice(0, input.limit);
  await recordReading(act, input.phone === undefined ? "contacts" : "contacts/phone", {
    kind: "contact.listed",
    subject: "contacts",
    detail: { rows: page.length, byPhone: input.phone !== undefined },
  });
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    page.map((row) => row.profile_sealed),
  );
  const last = page.at(-1);
  return {
    contacts: page.flatMap((row) => {
      const chat = chatOf(act, reach, row);
      if (chat === "forged" && !may(actor, "contact.view_all")) return [];
      const profile = JSON.parse(keys.openText(profilePlace(row.id), row.profile_sealed)) as Profile;
      const known = chat === "forged" ? null : chat;
      const open = known?.open ?? false;
      return [
        {
          ...showContact(actor, row, profile, { open, listed: true }),
          conversationId: known?.id ?? null,
          lastActivityAt: known === null ? null : (row.last_activity_at?.toISOString() ?? null),
          open,
        },
      ];
    }),
    next:
      rows.length > page.length && last !== undefined
        ? writeCursor({ at: last.created_at, id: last.id })
        : null,
  };
}

/** On `x`, a conversation: those by which a contact is in the actor's list. */
function chatsOf(actor: Actor, reach: Reach): RawBuilder<unknown> {
  if (may(actor, "contact.view_all") || reach === "everything") return sql`true`;
  const own = sql`x.assignee_id = ${actor.memberId}`;
  if (!may(actor, "contact.view_team")) return own;
  return sql`(${own} or ((x.team_id is null or x.team_id = any(${[...reach.teamIds]}::uuid[]))
    and x.number_id <> all(${[...reach.hiddenNumbers]}::uuid[])))`;
}

/** Their newest chat, and whether it is open to the actor; "forged" gives nobody sight of anybody. */
function chatOf(act: Act, reach: Reach, row: Row): { id: string; open: boolean } | null | "forged" {
  const { conversation_id: id, number_id, assignee_id, team_id, mac } = row;
  if (id === null || number_id === null || mac === null) return null;
  const sight = chatSight(act, reach, {
    ...row,
    id,
    contact_id: row.id,
    number_id,
    assignee_id,
    team_id,
    mac,
  });
  return sight === "forged" ? sight : { id, open: sight.open };
}

function phoneCondition({ vault }: Act, phone: string) {
  const digits = toWaId(phone);
  if (digits === undefined) return sql`false`;
  return sql`exists (select 1 from inbox_contact_identifier i where i.workspace_id = p.workspace_id
    and i.contact_id = p.id and i.kind = 'wa_id' and i.hash = ${vault.hash("wa_id", digits)})`;
}

/** A phone number with its country code, as WhatsApp writes it: digits only. Undefined when it cannot be one. */
export function toWaId(phone: string): string | undefined {
  const text = phone.trim().startsWith("00") ? `+${phone.trim().slice(2)}` : phone.trim();
  const parsed = parsePhoneNumberFromString(text.startsWith("+") ? text : `+${text}`);
  return parsed?.isPossible() === true ? parsed.number.slice(1) : undefined;
}

function afterCursor(cursor: string) {
  const { at, id } = readCursor(cursor);
  return sql`(p.created_at, p.id) < (${at}, ${id}::uuid)`;
}
