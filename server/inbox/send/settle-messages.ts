import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { KeyErased } from "../../vault/key-erased.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, SealingKeys, Vault, WorkspaceVault } from "../../vault/vault.ts";
import type { Settlement } from "../../whatsapp/outbound/outbox.ts";
import { applyWaiting } from "../ingest/waiting-statuses.ts";
import { announce, type LiveChange } from "../live/live-change.ts";
import { failurePlace, wamidPlace } from "../stored-body.ts";
import type { InboxTables } from "../tables.ts";

/**
 * Writes to messages what became of them in the outbox, in the transaction that settles them there; all of one
 * workspace, and in a few statements whatever their number. Statuses that came before the answer are applied as soon
 * as the wamid is known.
 */
export async function settleMessages(
  tx: Tx<InboxTables>,
  vault: Vault,
  settlements: readonly Settlement[],
): Promise<void> {
  const [first] = settlements;
  if (first === undefined) return;
  const workspace = await vault.openWorkspace(first.workspaceId);
  const [conversations, sealing] = await Promise.all([
    findConversations(tx, workspace, settlements),
    keysFor(tx, workspace, settlements),
  ]);
  const settled = settlements.toSorted(byId).flatMap((settlement) => {
    const conversationId = conversations.get(settlement.id);
    return conversationId === undefined ? [] : [{ settlement, conversationId }];
  });
  const wamids = settlements.flatMap(({ wamid }) => wamid ?? []);
  // In this order, and together: what waits for a wamid finds it.
  await Promise.all([
    updateLines(tx, workspace, settled, sealing),
    applyWaiting(
      tx,
      workspace,
      wamids.map((wamid) => workspace.hash("wamid", wamid)),
    ),
    settled.length > 0 ? announce(tx, changeOf(workspace, settled)) : undefined,
  ]);
}

function changeOf({ workspaceId }: WorkspaceVault, settled: readonly SettledLine[]): LiveChange {
  return {
    workspaceId,
    conversations: [...new Set(settled.map(({ conversationId }) => conversationId))],
    messages: settled.map(({ settlement, conversationId }) => ({ conversationId, messageId: settlement.id })),
  };
}

function byId(one: Settlement, other: Settlement): number {
  return one.id < other.id ? -1 : 1;
}

/** The conversation of each, which never changes: the rows are locked as they are updated, in the order of their ids. */
async function findConversations(
  tx: Tx<InboxTables>,
  { workspaceId }: WorkspaceVault,
  settlements: readonly Settlement[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; conversation_id: string }>`
    select id, conversation_id from inbox_message
    where workspace_id = ${workspaceId} and id = any(${settlements.map(({ id }) => id)}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row.conversation_id]));
}

interface SettledLine {
  readonly settlement: Settlement;
  readonly conversationId: string;
}

async function updateLines(
  tx: Tx<InboxTables>,
  workspace: WorkspaceVault,
  settled: readonly SettledLine[],
  { keys, erased }: Sealing,
): Promise<void> {
  if (settled.length === 0) return;
  const columns = settled.map((line) =>
    erased.has(line.settlement.contactId) ? stateOnly(line) : columnsOf(workspace, keys, line),
  );
  await sql`
    update inbox_message m
    set send_state = s.state,
        wamid_hash = coalesce(m.wamid_hash, s.wamid_hash),
        wamid_sealed = coalesce(m.wamid_sealed, s.wamid_sealed),
        failed_at = s.failed_at, failure_code = s.failure_code, failure_sealed = s.failure_sealed
    from unnest(
      ${settled.map(({ settlement }) => settlement.id)}::uuid[], ${settled.map(({ settlement }) => settlement.state)}::text[],
      ${columns.map((column) => column.wamidHash)}::bytea[], ${columns.map((column) => column.wamidSealed)}::bytea[],
      ${columns.map((column) => column.failedAt)}::timestamptz[], ${columns.map((column) => column.failureCode)}::int[],
      ${columns.map((column) => column.failureSealed)}::bytea[]
    ) as s (id, state, wamid_hash, wamid_sealed, failed_at, failure_code, failure_sealed)
    where m.workspace_id = ${workspace.workspaceId} and m.id = s.id
  `.execute(tx);
}

interface Sealing {
  readonly keys: SealingKeys;
  /** Contacts who have none any more. */
  readonly erased: ReadonlySet<string>;
}

/**
 * The keys to seal findings with. A contact who was erased while their message was on its way has none: of that message
 * only the state is written, because a result that can never be written would hold up everybody's.
 */
async function keysFor(
  tx: Tx<InboxTables>,
  workspace: WorkspaceVault,
  settlements: readonly Settlement[],
): Promise<Sealing> {
  const erased = new Set<string>();
  for (;;) {
    const subjects = settlements
      .filter((settlement) => hasSomethingToSeal(settlement) && !erased.has(settlement.contactId))
      .map(subjectOf);
    try {
      return { keys: await workspace.keysFor(narrow<VaultTables>(tx), subjects), erased };
    } catch (error) {
      if (!(error instanceof KeyErased)) throw error;
      for (const subjectId of error.subjectIds) erased.add(subjectId);
    }
  }
}

function hasSomethingToSeal(settlement: Settlement): boolean {
  return settlement.wamid !== undefined || settlement.state === "failed";
}

function subjectOf({ contactId, at }: Settlement): KeySubject {
  return { subjectId: contactId, keyClass: "conversation", at };
}

interface LineColumns {
  readonly wamidHash: Buffer | null;
  readonly wamidSealed: Buffer | null;
  readonly failedAt: Date | null;
  readonly failureCode: number | null;
  readonly failureSealed: Buffer | null;
}

function stateOnly({ settlement: { state, at, failure } }: SettledLine): LineColumns {
  const failed = state === "failed";
  return {
    ...{ wamidHash: null, wamidSealed: null, failureSealed: null },
    ...{ failedAt: failed ? at : null, failureCode: failed ? (failure?.code ?? null) : null },
  };
}

function columnsOf(workspace: WorkspaceVault, keys: SealingKeys, line: SettledLine): LineColumns {
  const { settlement, conversationId } = line;
  const { id, wamid, failure, state } = settlement;
  const key = { id, conversationId };
  const subject = subjectOf(settlement);
  const failed = state === "failed" ? failure : undefined;
  return {
    ...stateOnly(line),
    wamidHash: wamid === undefined ? null : workspace.hash("wamid", wamid),
    wamidSealed: wamid === undefined ? null : keys.seal(subject, wamidPlace(key), wamid),
    failureSealed:
      failed === undefined ? null : keys.seal(subject, failurePlace(key), JSON.stringify(failed)),
  };
}
