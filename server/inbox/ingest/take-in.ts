import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { StatusUpdate, Update } from "../../whatsapp/inbound/update.ts";
import { enqueueMedia } from "../../whatsapp/media/enqueue-media.ts";
import { keepNotices } from "../../whatsapp/notices/keep-notices.ts";
import { settleByStatus } from "../../whatsapp/outbound/settle-by-status.ts";
import { keepQuarantined, type Quarantined } from "../../whatsapp/quarantine/keep-quarantined.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { applyTemplateNotice } from "../../whatsapp/templates/apply-template-notice.ts";
import type { InboxTables } from "../tables.ts";
import { applyStatuses, foldStatuses } from "./apply-statuses.ts";
import type { IngestPart } from "./part.ts";
import { storeThread } from "./store-thread.ts";
import { isThreadUpdate, type ThreadItem, threadItem } from "./thread-item.ts";

/**
 * How old an update that we do not know may be, in ms. Meta retries for 7 days (facts.md 0.2, "retry window"); what
 * is older is a replay or a mistake, and a person looks at it.
 */
const MAX_AGE_MS = 8 * 24 * 60 * 60 * 1000;

/** What a batch did, for the sockets and the workers that wake up after the commit. */
export interface TakenIn {
  readonly conversationIds: readonly string[];
  readonly statusChanges: ReadonlyArray<{ readonly messageId: string; readonly conversationId: string }>;
  readonly mediaQueued: number;
  readonly quarantined: number;
  readonly templatesChanged: boolean;
}

/**
 * Takes a batch of one workspace in, inside the caller's transaction: contacts, conversations, messages, statuses,
 * outbox settlements, notices, quarantine, and one audit event per number with counts by kind. All of it commits or
 * none of it; the same update again changes nothing (architecture.md, "The way of an inbound webhook").
 */
export async function takeIn(
  tx: Tx<InboxTables>,
  { vault, audit, now }: { readonly vault: WorkspaceVault; readonly audit: AuditLog; readonly now: Date },
  parts: readonly IngestPart[],
): Promise<TakenIn> {
  const whatsapp = narrow<WhatsappTables>(tx);
  const sorted = sortUpdates(vault, now, parts);

  const thread = await storeThread(tx, vault, now, sorted.items);
  await enqueueMedia(
    whatsapp,
    vault,
    now,
    thread.media.flatMap(({ item, ...media }) =>
      item.media === null ? [] : [{ ...media, reference: item.media }],
    ),
  );

  const statuses = await applyStatuses(tx, vault, now, foldStatuses(vault, sorted.statuses));
  await settleByStatus(whatsapp, vault.workspaceId, statuses.settled);

  const notices = await keepNotices(whatsapp, vault, now, sorted.notices);
  for (const notice of sorted.notices) await applyTemplateNotice(whatsapp, vault, notice);
  const quarantined = await keepQuarantined(whatsapp, vault, now, sorted.quarantined);

  await audit.append(
    narrow<AuditTables>(tx),
    vault.workspaceId,
    acceptedEvents(now, parts, thread.duplicates),
  );
  return {
    conversationIds: [...new Set(thread.stored.map((row) => row.conversationId))],
    statusChanges: statuses.changed,
    mediaQueued: thread.media.length,
    quarantined,
    templatesChanged: notices.some((field) => field.includes("template")),
  };
}

interface SortedUpdates {
  readonly items: ThreadItem[];
  readonly statuses: StatusUpdate[];
  readonly notices: Array<{ wabaId: string; numberId: string | null; field: string; raw: string }>;
  readonly quarantined: Quarantined[];
}

function sortUpdates(vault: WorkspaceVault, now: Date, parts: readonly IngestPart[]): SortedUpdates {
  const sorted: SortedUpdates = { items: [], statuses: [], notices: [], quarantined: [] };
  for (const part of parts) {
    for (const update of part.updates) {
      const reason = reasonToHold(part, update, now);
      if (reason === undefined) sortUpdate(vault, sorted, part, update);
      else sorted.quarantined.push(quarantinedUpdate(part, update, reason));
    }
  }
  return sorted;
}

function sortUpdate(vault: WorkspaceVault, sorted: SortedUpdates, part: IngestPart, update: Update): void {
  const { wabaId, numberId } = part;
  if (update.kind === "status") sorted.statuses.push(update);
  else if (update.kind === "notice")
    sorted.notices.push({ wabaId, numberId, field: update.field, raw: update.raw });
  else if (isThreadUpdate(update) && numberId !== null)
    sorted.items.push(threadItem(vault, numberId, update));
}

function reasonToHold(part: IngestPart, update: Update, now: Date): string | undefined {
  if (part.quarantine !== undefined) return part.quarantine;
  if (update.kind === "faulty") return update.reason;
  if (update.kind === "notice") return undefined;
  if (part.numberId === null) return "unknown_number";
  const fromHistory = update.kind === "echo" && update.source === "history";
  if (!fromHistory && now.getTime() - update.metaAt.getTime() > MAX_AGE_MS) return "too_old";
  return undefined;
}

function quarantinedUpdate(part: IngestPart, update: Update, reason: string): Quarantined {
  return {
    reason,
    appId: part.appId,
    wabaId: part.wabaId,
    phoneNumberId: part.phoneNumberId,
    field: update.kind === "notice" ? update.field : null,
    raw: Buffer.from(update.raw),
  };
}

/** One event per number and transaction, with counts by kind: what came in is in the log without filling it. */
function acceptedEvents(now: Date, parts: readonly IngestPart[], duplicates: number): AuditEvent[] {
  const byNumber = Map.groupBy(parts, (part) => part.numberId ?? `waba:${part.wabaId}`);
  return [...byNumber].map(([number, group]) => {
    const counts: Record<string, number> = {};
    for (const update of group.flatMap((part) => part.updates))
      counts[update.kind] = (counts[update.kind] ?? 0) + 1;
    return {
      occurredAt: now,
      kind: "webhook.accepted",
      actor: `meta:${group[0]?.appId ?? ""}`,
      subject: group[0]?.numberId === null ? number : `number:${number}`,
      outcome: "success",
      detail: {
        counts,
        parts: group.length,
        ...(byNumber.size === 1 && duplicates > 0 ? { duplicates } : {}),
      },
    };
  });
}
