import type { Kysely } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Logger } from "../../platform/log.ts";
import type { Vault } from "../../vault/vault.ts";
import { readWebhook } from "../../whatsapp/inbound/read-webhook.ts";
import { createRouteFinder, type FindRoutes } from "../../whatsapp/numbers/route-finder.ts";
import { keepQuarantined } from "../../whatsapp/quarantine/keep-quarantined.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { announce } from "../live/live-change.ts";
import type { InboxTables } from "../tables.ts";
import { commitBatch } from "./commit-batch.ts";
import { IngestQueue } from "./ingest-queue.ts";
import type { IngestPart } from "./part.ts";
import { placeGroups } from "./place-groups.ts";
import { splitByPerson } from "./split-by-person.ts";
import type { TakenIn } from "./take-in.ts";

/** The body of a POST whose signature holds, for at least one workspace. */
export interface SignedBody {
  readonly appId: string;
  readonly raw: Buffer;
  /** The workspaces that hold the secret which signed. */
  readonly signers: ReadonlySet<WorkspaceId>;
}

/** What a POST came to beside the rows. */
export interface Taken {
  /** Accounts that no signing workspace has, as the body names them: nothing of them was kept. */
  readonly unknownAccounts: readonly string[];
}

/** Where signed bodies become rows. */
export interface Intake extends AsyncDisposable {
  /** Whether what comes now is refused, as long as it stays like this. */
  readonly isFull: boolean;
  /** Updates that wait for a transaction. */
  readonly waiting: number;
  /** Resolves when all that is in the body is durable. Throws Refusal `unavailable` when Meta has to come again. */
  take(body: SignedBody): Promise<Taken>;
}

export interface IntakeDeps {
  /** Connections of its own: a flood of one side cannot take the other's. */
  readonly db: Kysely<InboxTables>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told after each commit. */
  readonly onTakenIn: (
    workspaceId: WorkspaceId,
    taken: Pick<TakenIn, "mediaQueued" | "templatesWanted">,
  ) => void;
}

/**
 * Ours. Two transactions at once keep both cores busy; 250 updates in one keep it at a quarter of a second.
 * What waits longer than 250 ms would, with its transaction and its way here and back, come near the second that Meta asks for, so it is refused;
 * 5,000 waiting updates are some MB.
 */
const QUEUE = { writers: 2, maxWaiting: 5_000, maxWaitMs: 250, maxBatch: 250 };

/** Reads bodies, finds whose they are and stores them, in the thread that calls it. Disposing it finishes what it took. */
export function createIntake(deps: IntakeDeps): Intake {
  const findRoutes = createRouteFinder(deps.db as unknown as Kysely<WhatsappTables>);
  const committing = { ...deps, webhookTimes: new Map() };
  const queue = new IngestQueue({
    ...QUEUE,
    commit: (workspaceId, parts) => commitBatch(committing, workspaceId, parts),
  });
  return {
    get isFull() {
      return queue.isFull;
    },
    get waiting() {
      return queue.waiting;
    },
    take: (body) => take(deps, { queue, findRoutes }, body),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

async function take(
  deps: IntakeDeps,
  { queue, findRoutes }: { readonly queue: IngestQueue; readonly findRoutes: FindRoutes },
  { appId, raw, signers }: SignedBody,
): Promise<Taken> {
  const reading = readWebhook(raw);
  if (!reading.readable) {
    const [owner] = signers;
    if (owner !== undefined) await quarantine(deps, owner, { appId, reason: reading.reason, raw });
    return { unknownAccounts: [] };
  }
  const { groups } = reading;
  const routes = await findRoutes({
    wabaIds: groups.map((group) => group.wabaId),
    phoneNumberIds: groups.flatMap((group) => group.phoneNumberId ?? []),
  });
  const { parts, unknownAccounts } = placeGroups(groups, { appId, signers, ...routes });
  await submitAll(queue, parts.flatMap(splitByPerson));
  return { unknownAccounts };
}

/** Waits until every part is durable or one is refused; no part is left running when the POST is answered. */
async function submitAll(queue: IngestQueue, parts: readonly IngestPart[]): Promise<void> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return queue.submit(only);
  const results = await Promise.allSettled(parts.map((part) => queue.submit(part)));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Keeps bytes that are signed and not a webhook in the signing workspace's quarantine. */
async function quarantine(
  { db, vault, audit, clock }: IntakeDeps,
  workspaceId: WorkspaceId,
  { appId, reason, raw }: { readonly appId: string; readonly reason: string; readonly raw: Buffer },
): Promise<void> {
  const workspace = await vault.openWorkspace(workspaceId);
  const now = clock();
  await inWorkspace(db, workspaceId, async (tx) => {
    const item = { reason, appId, wabaId: null, phoneNumberId: null, field: null, raw };
    await keepQuarantined(narrow<WhatsappTables>(tx), workspace, now, [item]);
    await audit.append(narrow(tx), workspaceId, [
      {
        occurredAt: now,
        kind: "webhook.accepted",
        actor: `meta:${appId}`,
        subject: `app:${appId}`,
        outcome: "success",
        detail: { quarantined: reason },
      },
    ]);
    await announce(tx, { workspaceId, things: ["quarantine"] });
  });
}
