import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { StatusUpdate, Update } from "../../whatsapp/inbound/update.ts";
import { enqueueMedia } from "../../whatsapp/media/enqueue-media.ts";
import { keepNotices } from "../../whatsapp/notices/keep-notices.ts";
import { noteWebhook, type WebhookTimes } from "../../whatsapp/numbers/note-webhook.ts";
import { holdSends, settleByStatus } from "../../whatsapp/outbound/settle-by-status.ts";
import { keepQuarantined, type Quarantined } from "../../whatsapp/quarantine/keep-quarantined.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { applyTemplateNotice } from "../../whatsapp/templates/apply-template-notice.ts";
import { announce, type ChangedThing } from "../live/live-change.ts";
import type { InboxTables } from "../tables.ts";
import { applyStatuses, markAccepted } from "./apply-statuses.ts";
import { foldStatuses, type StatusChange } from "./fold-statuses.ts";
import { findKnownWamids } from "./known-wamids.ts";
import type { IngestPart } from "./part.ts";
import { planThread, type StoredThread } from "./store-thread.ts";
import { isThreadUpdate, type ThreadItem, threadItem } from "./thread-item.ts";
import { applyWaiting } from "./waiting-statuses.ts";

/**
 * How old an update that we do not know may be, in ms. Meta retries for 7 days (facts.md 0.2, "retry window"); what
 * is older is a replay or a mistake, and a person looks at it.
 */
const MAX_AGE_MS = 8 * 24 * 60 * 60 * 1000;

/** What a batch did, for the workers that wake up after the commit. */
export interface TakenIn {
  readonly mediaQueued: number;
  readonly quarantined: number;
  /** Meta changed a template and did not say how: it has to be read again. */
  readonly templatesWanted: boolean;
}

export interface TakeInTools {
  readonly vault: WorkspaceVault;
  readonly audit: AuditLog;
  readonly now: Date;
  readonly webhookTimes: WebhookTimes;
  /** Set when a person has looked at an update and wants it in whatever its age. */
  readonly acceptsAnyAge?: boolean;
}

/**
 * Takes a batch of one workspace in, inside the caller's transaction: contacts, conversations, messages, statuses,
 * outbox settlements, notices, quarantine, and one audit event per number with counts by kind. All of it commits or
 * none of it; the same update again changes nothing (architecture.md, "The way of an inbound webhook").
 */
export async function takeIn(
  tx: Tx<InboxTables>,
  { vault, audit, now, webhookTimes, acceptsAnyAge }: TakeInTools,
  parts: readonly IngestPart[],
): Promise<TakenIn> {
  const held = acceptsAnyAge === true ? new Set<Update>() : await findTooOld(tx, vault, now, parts);
  const sorted = sortUpdates(vault, held, parts);

  const [thread, statuses] = await Promise.all([
    planThread(tx, vault, now, sorted.items),
    bringStatuses(tx, vault, now, sorted.statuses),
  ]);
  const takeAndAnnounce = async (): Promise<TakenRest> => {
    const rest = await takeRest(tx, { vault, now, webhookTimes }, { parts, thread, sorted });
    await announceBatch(tx, vault, thread, [...statuses, ...rest.changed], rest.things);
    return rest;
  };
  const [, , rest] = await Promise.all([
    thread.write(),
    audit.append(narrow<AuditTables>(tx), vault.workspaceId, acceptedEvents(now, parts, thread.duplicates)),
    takeAndAnnounce(),
  ]);
  return { mediaQueued: thread.media.length, ...rest };
}

/** Brings statuses to their messages, and to the outbox where it did not know yet that Meta has one. */
async function bringStatuses(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  updates: readonly StatusUpdate[],
): Promise<readonly StatusChange[]> {
  if (updates.length === 0) return [];
  const whatsapp = narrow<WhatsappTables>(tx);
  const folded = foldStatuses(vault, updates);
  const named = folded.flatMap((status) => status.messageId ?? []);
  // In this order of locks, as the sender has it; neither waits for what the other says.
  const [, statuses] = await Promise.all([
    holdSends(whatsapp, vault.workspaceId, named),
    applyStatuses(tx, vault, now, folded),
  ]);
  const settled = await settleByStatus(whatsapp, vault.workspaceId, statuses.settled);
  await markAccepted(tx, vault.workspaceId, settled);
  return statuses.changed;
}

interface TakenRest {
  readonly changed: readonly StatusChange[];
  readonly quarantined: number;
  readonly templatesWanted: boolean;
  /** What open consoles should ask for again. */
  readonly things: readonly ChangedThing[];
}

/** What most batches have nothing of: files, what was sent elsewhere, notices, quarantine. */
async function takeRest(
  tx: Tx<InboxTables>,
  { vault, now, webhookTimes }: Pick<TakeInTools, "vault" | "now" | "webhookTimes">,
  batch: {
    readonly parts: readonly IngestPart[];
    readonly thread: StoredThread;
    readonly sorted: SortedUpdates;
  },
): Promise<TakenRest> {
  const { parts, thread, sorted } = batch;
  const whatsapp = narrow<WhatsappTables>(tx);
  const numberIds = [...new Set(parts.flatMap((part) => part.numberId ?? []))];
  await noteWebhook(whatsapp, webhookTimes, { workspaceId: vault.workspaceId, numberIds, now });
  await enqueueMedia(
    whatsapp,
    vault,
    now,
    thread.media.flatMap(({ item, ...media }) =>
      item.media === null ? [] : [{ ...media, reference: item.media }],
    ),
  );
  // What was sent elsewhere is known only now; our own messages become known with Meta's answer.
  const echoes = thread.stored.flatMap(({ item }) => (item.direction === "echo" ? [item.wamidHash] : []));
  const changed = await applyWaiting(tx, vault, echoes);
  const notices = await keepNotices(whatsapp, vault, now, sorted.notices);
  const verdicts: string[] = [];
  for (const notice of sorted.notices) verdicts.push(await applyTemplateNotice(whatsapp, vault, notice));
  const quarantined = await keepQuarantined(whatsapp, vault, now, sorted.quarantined);
  const templatesChanged = notices.some((field) => field.includes("template"));
  const things = [
    ...(quarantined > 0 ? (["quarantine"] as const) : []),
    ...(templatesChanged ? (["templates"] as const) : []),
  ];
  return { changed, quarantined, things, templatesWanted: verdicts.includes("synchronise") };
}

/** One NOTIFY for the batch: open consoles show what it brought as soon as it is committed. */
async function announceBatch(
  tx: Tx<InboxTables>,
  { workspaceId }: WorkspaceVault,
  { stored }: StoredThread,
  changed: readonly StatusChange[],
  things: readonly ChangedThing[],
): Promise<void> {
  const fresh = stored.map((row) => ({ conversationId: row.conversationId, messageId: row.id }));
  const messages = [...fresh, ...changed];
  if (messages.length + things.length > 0) await announce(tx, { workspaceId, messages, things });
}

interface SortedUpdates {
  readonly items: ThreadItem[];
  readonly statuses: StatusUpdate[];
  readonly notices: Array<{ wabaId: string; numberId: string | null; field: string; raw: string }>;
  readonly quarantined: Quarantined[];
}

function sortUpdates(
  vault: WorkspaceVault,
  tooOld: ReadonlySet<Update>,
  parts: readonly IngestPart[],
): SortedUpdates {
  const sorted: SortedUpdates = { items: [], statuses: [], notices: [], quarantined: [] };
  for (const part of parts) {
    for (const update of part.updates) {
      const reason = reasonToHold(part, update, tooOld);
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

function reasonToHold(part: IngestPart, update: Update, tooOld: ReadonlySet<Update>): string | undefined {
  if (part.quarantine !== undefined) return part.quarantine;
  if (update.kind === "faulty") return update.reason;
  if (update.kind === "notice") return undefined;
  if (part.numberId === null) return "unknown_number";
  return tooOld.has(update) ? "too_old" : undefined;
}

/** What is older than Meta's retries reach and about a message that we do not hold. History is old by nature. */
async function findTooOld(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  parts: readonly IngestPart[],
): Promise<Set<Update>> {
  const old = parts
    .flatMap((part) => part.updates)
    .flatMap((update) => (isOld(update, now) ? [{ update, hash: vault.hash("wamid", update.wamid) }] : []));
  if (old.length === 0) return new Set();
  const known = await findKnownWamids(
    tx,
    vault.workspaceId,
    old.map(({ hash }) => hash),
  );
  return new Set(old.filter(({ hash }) => !known.has(hash.toString("base64"))).map(({ update }) => update));
}

function isOld(update: Update, now: Date): update is Extract<Update, { readonly wamid: string }> {
  if (update.kind === "notice" || update.kind === "faulty") return false;
  if (update.kind === "message" && update.history === true) return false;
  if (update.kind === "echo" && update.source === "history") return false;
  return now.getTime() - update.metaAt.getTime() > MAX_AGE_MS;
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
