import { sql } from "kysely";
import { type Verified, verifyTexts } from "../../../bench/support/ingest-verify.ts";
import type { Foundation } from "../../../server/compose/foundation.ts";
import type { InboxTables } from "../../../server/inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../../server/platform/database.ts";
import type { WorkspaceId } from "../../../server/platform/ids.ts";

/** All that can be counted of a workspace once the fire is out. */
export interface Counted extends Verified {
  /** Statuses of the messages that the load names. */
  readonly statuses: number;
  /** Messages of customers. */
  readonly inbound: number;
  /** Chats whose positions are not 1 to last, each once. */
  readonly gaps: number;
  /** Chats whose count of customers' messages, which is what unread is made of, is not what is there. */
  readonly miscounted: number;
  /** Customers' messages by the log: counted in, less what was counted as known. */
  readonly logged: number;
  /** Sends by the log. */
  readonly loggedSends: number;
  /** Entries of the log without a pending row that the sequencer would find, and the other way about. */
  readonly unsequenced: number;
  readonly quarantined: number;
  readonly waitingStatuses: number;
  /** Every message of ours that a person sent: what its row says, and what its place in the outbox says. */
  readonly sends: ReadonlyArray<{
    readonly id: string;
    readonly clientId: string;
    readonly message: string;
    readonly outbox: string;
    /** It waits for an earlier one of its chat that is in doubt. */
    readonly held: boolean;
  }>;
  /** Leases of senders that nobody has given back. */
  readonly heldLeases: number;
}

/** `groups`: so many groups of the load were brought, from the first on. */
export async function count(
  foundation: Pick<Foundation, "db" | "vault">,
  workspaceId: WorkspaceId,
  groups: number,
): Promise<Counted> {
  const verified = await verifyTexts(foundation, workspaceId, { firstGroup: 0, groups });
  return inWorkspace(foundation.db, workspaceId, async (all) => {
    const tx = narrow<InboxTables>(all);
    const logged = await countLog(tx);
    return {
      ...verified,
      ...logged,
      statuses: await one(
        tx,
        `select count(sent_at) + count(delivered_at) + count(read_at) as count from inbox_message
         where direction = 'out' and client_id is null`,
      ),
      inbound: await one(tx, `select count(*) from inbox_message where direction = 'in'`),
      gaps: await one(
        tx,
        `select count(*) from inbox_conversation c where (c.last_position, c.last_position) is distinct from (
           select (count(*), max(position)) from inbox_message m where m.conversation_id = c.id)`,
      ),
      miscounted: await one(
        tx,
        `select count(*) from inbox_conversation c where inbound_count <> (
           select count(*) from inbox_message m where m.conversation_id = c.id and m.direction = 'in')`,
      ),
      quarantined: await one(tx, "select count(*) from whatsapp_quarantine"),
      waitingStatuses: await one(tx, "select count(*) from inbox_waiting_status"),
      sends: await listSends(tx),
      heldLeases: await one(
        tx,
        `select count(*) from platform_lease where name like 'whatsapp.send:%' and expires_at > clock_timestamp()`,
      ),
    };
  });
}

async function countLog(tx: Tx<InboxTables>) {
  const { rows } = await sql<{ kind: string; bytes: Buffer }>`
    select kind, bytes from audit_event where kind in ('webhook.accepted', 'message.sent')`.execute(tx);
  let [logged, loggedSends] = [0, 0];
  for (const { kind, bytes } of rows) {
    const { detail } = JSON.parse(bytes.toString("utf8")) as {
      detail: { counts?: { message?: number }; duplicates?: number };
    };
    if (kind === "message.sent") loggedSends += 1;
    else logged += (detail.counts?.message ?? 0) - (detail.duplicates ?? 0);
  }
  const unsequenced = await one(
    tx,
    `select count(*) from audit_event e full join audit_pending p on p.event_id = e.id and p.workspace_id = e.workspace_id
     where e.id is null or p.event_id is null`,
  );
  return { logged, loggedSends, unsequenced };
}

async function listSends(tx: Tx<InboxTables>): Promise<Counted["sends"]> {
  const { rows } = await sql<Counted["sends"][number]>`
    select m.id, m.client_id as "clientId", m.send_state as message, o.state as outbox,
      o.state = 'queued' and exists (
        select from whatsapp_outbox e where e.workspace_id = o.workspace_id and e.contact_id = o.contact_id
          and e.sequence < o.sequence and e.state = 'in_doubt') as held
    from inbox_message m left join whatsapp_outbox o on o.workspace_id = m.workspace_id and o.id = m.id
    where m.direction = 'out' and m.client_id is not null`.execute(tx);
  return rows;
}

async function one(tx: Tx<InboxTables>, query: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`${sql.raw(query)}`.execute(tx);
  return Number(rows[0]?.count);
}
