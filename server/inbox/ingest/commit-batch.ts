import type { Kysely } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace } from "../../platform/database.ts";
import { isDuplicate, isUnavailable } from "../../platform/database-errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/log.ts";
import { Refusal } from "../../platform/refusal.ts";
import { KeyErased } from "../../vault/key-erased.ts";
import type { Vault } from "../../vault/vault.ts";
import type { WebhookTimes } from "../../whatsapp/numbers/note-webhook.ts";
import { ForgedRow } from "../forged-row.ts";
import type { InboxTables } from "../tables.ts";
import type { IngestPart } from "./part.ts";
import { isRace } from "./race-lost.ts";
import { type TakenIn, takeIn } from "./take-in.ts";

export interface CommitDeps {
  readonly db: Kysely<InboxTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly webhookTimes: WebhookTimes;
  /** Called after each commit. */
  readonly onTakenIn: (workspaceId: WorkspaceId, taken: TakenIn) => void;
}

/** Attempts at a batch that others got in the way of. Each loser finds the winner's rows, so few are ever needed. */
const MAX_ATTEMPTS = 8;

/**
 * Makes a batch durable. A batch that fails for a reason of its own is tried in halves, and what fails alone goes to
 * quarantine: one wrong update never costs its neighbours their place, and finding it takes few transactions. A
 * database that is away is nobody's fault: the POST is refused with 503 and Meta sends it again.
 */
export async function commitBatch(
  deps: CommitDeps,
  workspaceId: WorkspaceId,
  parts: readonly IngestPart[],
): Promise<void> {
  try {
    await commitOnce(deps, workspaceId, parts);
  } catch (error) {
    if (isUnavailable(error))
      throw new Refusal("unavailable", "ingest.database", { cause: error, retryAfterSeconds: 5 });
    if (error instanceof Refusal && error.kind === "unavailable") throw error;
    deps.log.error({ err: error, parts: parts.length }, "ingest: a batch failed, trying its pieces");
    const pieces = splitBatch(parts, error instanceof ForgedRow ? "forged_row" : "database");
    if (pieces === undefined) throw error;
    await commitPieces(deps, workspaceId, pieces);
  }
}

/** Every piece gets its chance, whatever becomes of those before it; only a database that is away ends it at once. */
async function commitPieces(
  deps: CommitDeps,
  workspaceId: WorkspaceId,
  pieces: ReadonlyArray<readonly IngestPart[]>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const piece of pieces) {
    try {
      await commitBatch(deps, workspaceId, piece);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function commitOnce(
  deps: CommitDeps,
  workspaceId: WorkspaceId,
  parts: readonly IngestPart[],
): Promise<void> {
  const { db, vault, audit, clock, webhookTimes } = deps;
  const workspaceVault = await vault.openWorkspace(workspaceId);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const taken = await inWorkspace(db, workspaceId, (tx) =>
        takeIn(tx, { vault: workspaceVault, audit, now: clock(), webhookTimes }, parts),
      );
      deps.onTakenIn(workspaceId, taken);
      return;
    } catch (error) {
      if (!isRace(error)) throw error;
      if (attempt === MAX_ATTEMPTS) throw contended(error);
    }
  }
}

/** Nothing is wrong with what lost every race: Meta sends it again. A key that is gone and a row that is there stay. */
function contended(error: unknown): unknown {
  if (error instanceof KeyErased || isDuplicate(error)) return error;
  return new Refusal("unavailable", "ingest.contended", { cause: error, retryAfterSeconds: 1 });
}

/** The halves of a batch; an update that is alone, on its way to quarantine; undefined when that failed, too. */
function splitBatch(parts: readonly IngestPart[], reason: string): IngestPart[][] | undefined {
  if (parts.length > 1) return halves(parts);
  const [part] = parts;
  if (part === undefined) return undefined;
  if (part.updates.length > 1) return halves(part.updates).map((updates) => [{ ...part, updates }]);
  return part.quarantine === undefined ? [[{ ...part, quarantine: reason }]] : undefined;
}

function halves<Item>(items: readonly Item[]): [Item[], Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
