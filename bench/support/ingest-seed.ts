import { sql } from "kysely";
import type { Wardroom } from "../../server/compose.ts";
import { bodyPlace, wamidPlace } from "../../server/inbox/stored-body.ts";
import type { InboxTables } from "../../server/inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../server/platform/database.ts";
import { newId, type WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import type { KeySubject, WorkspaceVault } from "../../server/vault/vault.ts";
import { keepNumber } from "../../server/whatsapp/numbers/keep-number.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import { bodyOf, KNOWN_CONTACTS, outgoing, phoneOf, textUpdate, type WebhookDoor } from "./webhook-plan.ts";

/** What the bench's installation holds before the first webhook comes. */
export interface Seed {
  readonly door: WebhookDoor;
  /** Outgoing messages 0 to this, that statuses name. */
  readonly outgoing: number;
  /** Customers who have all written once; KNOWN_CONTACTS unless told. */
  readonly contacts?: number;
}

const CONTACTS_A_BATCH = 500;
const MESSAGES_A_BATCH = 2_000;

/** A connected number, customers who have all written once, and messages to them that Meta has accepted. */
export async function seed(wardroom: Wardroom, workspaceId: WorkspaceId, seed: Seed): Promise<void> {
  const { db, vault, audit } = wardroom.foundation;
  const workspaceVault = await vault.openWorkspace(workspaceId);
  const numberId = await inWorkspace(db, workspaceId, (tx) =>
    keepNumber(
      narrow<WhatsappTables>(tx),
      { vault: workspaceVault, audit },
      numberOf(workspaceId, seed.door),
    ),
  );
  await seedTraffic(wardroom, workspaceId, numberId, seed);
}

/** The customers and the messages alone, of a number that is connected. */
export async function seedTraffic(
  wardroom: Wardroom,
  workspaceId: WorkspaceId,
  numberId: string,
  { door, outgoing, contacts = KNOWN_CONTACTS }: Seed,
): Promise<void> {
  const { db } = wardroom.foundation;
  const vault = await wardroom.foundation.vault.openWorkspace(workspaceId);
  await seedContacts(wardroom, workspaceId, { door, contacts });
  const chats = await inWorkspace(db, workspaceId, (tx) =>
    findChats(narrow<InboxTables>(tx), vault, contacts),
  );
  for (let from = 0; from < outgoing; from += MESSAGES_A_BATCH) {
    const count = Math.min(MESSAGES_A_BATCH, outgoing - from);
    await inWorkspace(db, workspaceId, (tx) =>
      seedMessages(narrow<InboxTables>(tx), vault, numberId, chats, from, count),
    );
  }
  await inWorkspace(db, workspaceId, (tx) => raisePositions(narrow<InboxTables>(tx), workspaceId));
}

function numberOf(workspaceId: WorkspaceId, door: WebhookDoor): Parameters<typeof keepNumber>[2] {
  const { appId, appSecret, wabaId, phoneNumberId } = door;
  const secrets = { appSecret: new Secret(appSecret), accessToken: new Secret("EAAJB-bench-token") };
  return {
    claim: {
      ...{ workspaceId, host: "meta", baseUrl: "https://graph.facebook.com", actor: "operator" },
      credentials: { appId, wabaId, phoneNumberId, ...secrets },
    },
    facts: {
      displayPhoneNumber: "+1 555 078 3881",
      verifiedName: "Falcon",
      quality: "GREEN",
      throughput: 1_000,
    },
    now: new Date(),
  };
}

/** By the way every message takes: so that whatever a contact needs is there. */
async function seedContacts(
  { rooms }: Wardroom,
  workspaceId: WorkspaceId,
  { door, contacts }: { readonly door: WebhookDoor; readonly contacts: number },
): Promise<void> {
  const at = Math.floor(Date.now() / 1000);
  for (let from = 0; from < contacts; from += CONTACTS_A_BATCH) {
    const updates = Array.from({ length: Math.min(CONTACTS_A_BATCH, contacts - from) }, (_, n) =>
      textUpdate(from + n, `wamid.seed${from + n}`, "Hello, is anybody there?", at),
    );
    const raw = bodyOf(door, updates);
    await rooms.intake.take({ appId: door.appId, raw, signers: new Set([workspaceId]) });
  }
}

interface Chat {
  readonly id: string;
  readonly contactId: string;
}

/** The conversation of every contact, in the contacts' order. */
async function findChats(tx: Tx<InboxTables>, vault: WorkspaceVault, contacts: number): Promise<Chat[]> {
  const hashes = Array.from({ length: contacts }, (_, n) => vault.hash("wa_id", phoneOf(n)));
  const { rows } = await sql<Chat>`
    select c.id, c.contact_id as "contactId"
    from unnest(${hashes}::bytea[]) with ordinality as wanted (hash, n)
    join inbox_contact_identifier i on i.workspace_id = ${vault.workspaceId} and i.kind = 'wa_id' and i.hash = wanted.hash
    join inbox_conversation c on c.workspace_id = i.workspace_id and c.contact_id = i.contact_id
    order by wanted.n`.execute(tx);
  return rows;
}

async function seedMessages(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  numberId: string,
  chats: readonly Chat[],
  from: number,
  count: number,
): Promise<void> {
  const at = new Date();
  const rows = Array.from({ length: count }, (_, n) => {
    const { id, wamid, contact } = outgoing(from + n, chats.length);
    const chat = chats[contact];
    if (chat === undefined) throw new Error("a chat was seeded and is not there");
    return { id, wamid, chat, position: 2 + Math.floor((from + n) / chats.length) };
  });
  const subjectOf = (chat: Chat): KeySubject => ({ subjectId: chat.contactId, keyClass: "conversation", at });
  const keys = await vault.keysFor(
    narrow(tx),
    rows.map(({ chat }) => subjectOf(chat)),
  );
  const key = (row: (typeof rows)[number]) => ({ id: row.id, conversationId: row.chat.id });
  const body = JSON.stringify({
    body: { kind: "text", text: "Your order is on its way, and should be there by noon." },
  });
  await sql`
    insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, author_id, wamid_hash,
      wamid_sealed, body_sealed, recorded_at, send_state)
    select ${vault.workspaceId}, id, conversation_id, position, 'out', 'text', ${newId()}, hash, wamid, body, ${at}, 'accepted'
    from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.chat.id)}::uuid[], ${rows.map((r) => r.position)}::bigint[],
      ${rows.map((r) => vault.hash("wamid", r.wamid))}::bytea[],
      ${rows.map((r) => keys.seal(subjectOf(r.chat), wamidPlace(key(r)), r.wamid))}::bytea[],
      ${rows.map((r) => keys.seal(subjectOf(r.chat), bodyPlace(key(r)), body))}::bytea[])
      as new (id, conversation_id, position, hash, wamid, body)`.execute(tx);
  await sql`
    insert into whatsapp_outbox (workspace_id, id, number_id, contact_id, kind, state, payload_sealed, attempts, due_at,
      attempted_at, created_at, settled_at)
    select ${vault.workspaceId}, id, ${numberId}, contact_id, 'message', 'accepted', '', 1, ${at}, ${at}, ${at}, ${at}
    from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.chat.contactId)}::uuid[]) as new (id, contact_id)`.execute(
    tx,
  );
}

async function raisePositions(tx: Tx<InboxTables>, workspaceId: WorkspaceId): Promise<void> {
  await sql`
    update inbox_conversation c set last_position = m.position
    from (select conversation_id, max(position) as position from inbox_message where workspace_id = ${workspaceId}
          group by conversation_id) m
    where c.workspace_id = ${workspaceId} and c.id = m.conversation_id`.execute(tx);
}
