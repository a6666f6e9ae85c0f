import { sql } from "kysely";
import type { Foundation } from "../../server/compose/foundation.ts";
import { bodyPlace, type StoredBody } from "../../server/inbox/stored-body.ts";
import type { InboxTables } from "../../server/inbox/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import type { WorkspaceVault } from "../../server/vault/vault.ts";
import {
  messageOf,
  STATUSES,
  type Stretch,
  takenUpdates,
  textOf,
  textWamid,
  UPDATES_A_GROUP,
} from "./webhook-plan.ts";

/** What of a stretch is in the database. */
export interface Verified {
  /**
   * Texts that are not there, or were to be opened and have no key any more, and statuses that are not there; of `verify`
   * only those whose POST was answered 200.
   */
  readonly lost: number;
  /** Texts whose body was opened and compared. */
  readonly opened: number;
}

const TEXTS_A_QUERY = 5_000;
const OPENED_EVERY = 50;

/**
 * Looks for the updates that were answered 200, one by one, and opens every fiftieth text that is there. Throws when
 * one of them says something else. What was refused is not lost, and may be there all the same.
 */
export async function verify(
  foundation: Pick<Foundation, "db" | "vault">,
  workspaceId: WorkspaceId,
  { stretch, untaken, batch }: Answered,
): Promise<Verified> {
  const { opened } = await verifyTexts(foundation, workspaceId, stretch);
  const updates = takenUpdates(stretch, { untaken, batch });
  return { lost: await countMissing(foundation, workspaceId, { stretch, updates }), opened };
}

/** A stretch that was sent, `batch` updates in a POST, and the places of the POSTs that got no 200. */
export interface Answered {
  readonly stretch: Stretch;
  readonly untaken: readonly number[];
  readonly batch: number;
}

/** Counts the texts of a stretch and opens every fiftieth, where every POST of it was answered 200. */
export async function verifyTexts(
  { db, vault }: Pick<Foundation, "db" | "vault">,
  workspaceId: WorkspaceId,
  stretch: Pick<Stretch, "firstGroup" | "groups">,
): Promise<Verified> {
  const workspace = await vault.openWorkspace(workspaceId);
  let [lost, opened] = [0, 0];
  for (let from = 0; from < stretch.groups; from += TEXTS_A_QUERY) {
    const count = Math.min(TEXTS_A_QUERY, stretch.groups - from);
    const groups = Array.from({ length: count }, (_, n) => stretch.firstGroup + from + n);
    const piece = await inWorkspace(db, workspaceId, (tx) =>
      verifyPiece(narrow<InboxTables>(tx), workspace, groups),
    );
    lost += piece.lost;
    opened += piece.opened;
  }
  return { lost, opened };
}

/** How many of these updates of a stretch are not there, each of which was answered 200. */
export async function countMissing(
  { db, vault }: Pick<Foundation, "db" | "vault">,
  workspaceId: WorkspaceId,
  { stretch, updates }: { readonly stretch: Stretch; readonly updates: readonly number[] },
): Promise<number> {
  const workspace = await vault.openWorkspace(workspaceId);
  let missing = 0;
  for (let from = 0; from < updates.length; from += TEXTS_A_QUERY) {
    const piece = updates.slice(from, from + TEXTS_A_QUERY);
    const offsets = (part: number) =>
      piece.filter((u) => u % UPDATES_A_GROUP === part).map((u) => Math.floor(u / UPDATES_A_GROUP));
    missing += await inWorkspace(db, workspaceId, async (all) => {
      const tx = narrow<InboxTables>(all);
      const texts = offsets(0).map((offset) => stretch.firstGroup + offset);
      let absent = (await verifyPiece(tx, workspace, texts)).lost;
      for (const [n, [kind, later]] of STATUSES.entries()) {
        const ids = offsets(n + 1).map((offset) => messageOf(stretch, offset, later).id);
        absent += await countWithout(tx, workspaceId, { kind, ids });
      }
      return absent;
    });
  }
  return missing;
}

async function countWithout(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  { kind, ids }: { readonly kind: (typeof STATUSES)[number][0]; readonly ids: readonly string[] },
): Promise<number> {
  const { rows } = await sql<{ known: number }>`
    select count(m.id)::int as known from unnest(${ids}::uuid[]) as wanted (id)
    join inbox_message m on m.workspace_id = ${workspaceId} and m.id = wanted.id and ${sql.ref(`m.${kind}_at`)} is not null`.execute(
    tx,
  );
  return ids.length - (rows[0]?.known ?? 0);
}

async function verifyPiece(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  groups: readonly number[],
): Promise<Verified> {
  const { rows } = await sql<{
    id: string;
    conversation_id: string;
    wamid_hash: Buffer;
    body_sealed: Buffer;
  }>`
    select id, conversation_id, wamid_hash, body_sealed from inbox_message
    where workspace_id = ${vault.workspaceId} and direction = 'in'
      and wamid_hash = any(${groups.map((group) => vault.hash("wamid", textWamid(group)))}::bytea[])`.execute(
    tx,
  );
  const byHash = new Map(rows.map((row) => [row.wamid_hash.toString("hex"), row]));
  const sample = groups.filter((group) => group % OPENED_EVERY === 0);
  const picked = sample.flatMap((group) => {
    const row = byHash.get(vault.hash("wamid", textWamid(group)).toString("hex"));
    return row === undefined ? [] : [{ group, row }];
  });
  const keys = await vault.keysOf(
    narrow(tx),
    picked.map(({ row }) => row.body_sealed),
  );
  const readable = picked.filter(({ row }) => keys.canOpen(row.body_sealed));
  for (const { group, row } of readable) {
    const place = bodyPlace({ id: row.id, conversationId: row.conversation_id });
    const { body } = JSON.parse(keys.openText(place, row.body_sealed)) as StoredBody;
    if (body.kind !== "text" || body.text !== textOf(group))
      throw new Error(`text ${group} says something else`);
  }
  const erased = picked.length - readable.length;
  return { lost: groups.length - rows.length + erased, opened: readable.length };
}
