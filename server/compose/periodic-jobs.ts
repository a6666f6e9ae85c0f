import type { Kysely } from "kysely";
import { mailOwners } from "../access/mail-owners.ts";
import { completeFactorResets } from "../access/recovery/complete-factor-resets.ts";
import { noticeEndings } from "../access/sso/notice-endings.ts";
import type { CountedRefusals } from "../audit/counted-refusals.ts";
import { ensurePartitions } from "../audit/ensure-partitions.ts";
import type { AuditTables } from "../audit/tables.ts";
import { listWorkspaceIds } from "../identity/describe-workspace.ts";
import { purgeDevices, purgeIdentity } from "../identity/purge-identity.ts";
import { purgeRecovery } from "../identity/recovery/purge-recovery.ts";
import { dropExpiredAttempts } from "../identity/sso/attempt.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { alertBudget } from "../inbox/billing/alert-budget.ts";
import { FOLD_BATCH, foldBilled } from "../inbox/billing/fold-billed.ts";
import { sweepWaitingStatuses } from "../inbox/sweep-waiting-statuses.ts";
import type { Job } from "../jobs/clockwork.ts";
import { daily } from "../jobs/daily.ts";
import { type MailSender, purgeMailPace, sendQueued } from "../mail/send-queued.ts";
import type { MailTables } from "../mail/tables.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import { sweepMediaFiles } from "../whatsapp/media/sweep-media-files.ts";
import { listConnectedIds } from "../whatsapp/numbers/list-connected-ids.ts";
import { SWEEP_BATCH, sweepOutbox } from "../whatsapp/outbound/sweep-outbox.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import { synchroniseTemplates } from "../whatsapp/templates/synchronise-templates.ts";
import { WorkspaceDeletions } from "./delete-workspaces.ts";
import type { Foundation } from "./foundation.ts";
import { keepKeyBundle } from "./keep-key-bundle.ts";
import type { Rooms } from "./open-rooms.ts";
import { finishRootRotation, listKeyHolders, rotateWorkspaceKeys } from "./rotate-keys.ts";

export interface JobOptions {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly refusals: CountedRefusals;
  readonly clock: Clock;
  readonly log: Logger;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The clockwork: which room's work runs when. Daily work is done once across all processes, by lease. */
export function periodicJobs(options: JobOptions): Job[] {
  const { foundation, rooms, refusals } = options;
  const each = (work: (workspaceId: WorkspaceId) => Promise<unknown>) => async (ended: AbortSignal) => {
    for (const workspaceId of await workspaceIdsOf(foundation)) {
      if (ended.aborted) return;
      await work(workspaceId);
    }
  };
  const sweepFiles = (workspaceId: WorkspaceId) =>
    sweepMediaFiles(
      {
        db: foundation.db as unknown as Kysely<WhatsappTables>,
        folder: foundation.mediaDir,
        now: options.clock(),
      },
      workspaceId,
    );
  const deletions = new WorkspaceDeletions({
    ...{ handles: rooms.identity, mediaDir: foundation.mediaDir, log: options.log },
    writeKeyBundle: () => keepKeyBundle(options),
  });
  return [
    { name: "deletions", everyMs: MINUTE_MS, run: (ended) => deletions.run(ended) },
    { name: "media", everyMs: 5 * SECOND_MS, run: (ended) => fetchAllMedia(options, ended) },
    { name: "mail", everyMs: 2 * SECOND_MS, run: (ended) => sendMail(options, ended) },
    { name: "refusals", everyMs: SECOND_MS, run: () => writeRefusals(foundation, refusals) },
    {
      name: "statuses",
      everyMs: 30 * SECOND_MS,
      run: each((workspaceId) => sweepWaitingStatuses(rooms.inbox, workspaceId)),
    },
    {
      name: "factor-resets",
      everyMs: 15 * SECOND_MS,
      run: each((workspaceId) => completeFactorResets(rooms.identity, workspaceId)),
    },
    {
      name: "endings",
      everyMs: HOUR_MS,
      run: each((workspaceId) => noticeEndings(rooms.identity, workspaceId)),
    },
    { name: "billing", everyMs: MINUTE_MS, run: each((workspaceId) => countBilled(options, workspaceId)) },
    { name: "sessions", everyMs: 10 * MINUTE_MS, run: () => endOldSessions(options) },
    {
      name: "partitions",
      everyMs: HOUR_MS,
      run: () => ensurePartitions(foundation.db as unknown as Kysely<AuditTables>, options.clock()),
    },
    {
      name: "key-bundle",
      everyMs: HOUR_MS,
      run: (ended) =>
        daily(foundation.db, "key-bundle", ended, async () => void (await keepKeyBundle(options))),
    },
    { name: "key-rotation", everyMs: HOUR_MS, run: (ended) => rotateDueKeys(options, ended) },
    {
      name: "media-files",
      everyMs: HOUR_MS,
      run: (ended) => daily(foundation.db, "media-files", ended, each(sweepFiles)),
    },
    { name: "templates-now", everyMs: MINUTE_MS, run: () => synchroniseWanted(options) },
    {
      name: "outbox",
      everyMs: HOUR_MS,
      run: (ended) =>
        daily(
          foundation.db,
          "outbox",
          ended,
          each((workspaceId) => sweepSettled(options, workspaceId)),
        ),
    },
    {
      name: "templates",
      everyMs: HOUR_MS,
      run: (ended) =>
        daily(
          foundation.db,
          "templates",
          ended,
          each((workspaceId) => synchroniseAll(options, workspaceId)),
        ),
    },
  ];
}

function workspaceIdsOf({ db }: Foundation): Promise<WorkspaceId[]> {
  return listWorkspaceIds({ db: db as unknown as Kysely<IdentityTables> });
}

/** A few files of each workspace in turn: one that got a thousand does not keep the others waiting. */
async function fetchAllMedia({ foundation, rooms }: JobOptions, ended: AbortSignal): Promise<void> {
  for (let busy = await workspaceIdsOf(foundation); busy.length > 0; ) {
    const still: WorkspaceId[] = [];
    for (const workspaceId of busy) {
      if (ended.aborted) return;
      if ((await rooms.fetchMedia(workspaceId)) > 0) still.push(workspaceId);
    }
    busy = still;
  }
}

/** Puts the counted refusals whose time is up on record, or at the end all of them. */
export async function writeRefusals(
  foundation: Pick<Foundation, "db" | "audit">,
  refusals: CountedRefusals,
  which: { readonly all: boolean } = { all: false },
): Promise<void> {
  for (const { workspaceId, event } of refusals.due(which)) {
    await inWorkspace(foundation.db, workspaceId, (tx) =>
      foundation.audit.append(narrow<AuditTables>(tx), workspaceId, [event]),
    );
  }
}

async function sendMail({ foundation, rooms, clock }: JobOptions, ended: AbortSignal): Promise<void> {
  const { mailer, identity } = rooms;
  if (mailer === undefined || identity.mail === undefined) return;
  const { vault, audit } = foundation;
  const db = foundation.db as unknown as MailSender["db"];
  const host = new URL(identity.mail.publicUrl).hostname;
  await sendQueued({ db, vault, audit, clock, mailer, host }, ended);
}

async function endOldSessions({ foundation, clock }: JobOptions): Promise<void> {
  await purgeIdentity(narrow<IdentityTables>(foundation.db), clock());
  for (const workspaceId of await workspaceIdsOf(foundation))
    await inWorkspace(foundation.db, workspaceId, (tx) =>
      purgeDevices(narrow<IdentityTables>(tx), workspaceId, clock()),
    );
  await inWorkspace(foundation.db, INSTALLATION, async (tx) => {
    await purgeMailPace(narrow<MailTables>(tx), clock());
    await purgeRecovery(narrow<IdentityTables>(tx), clock());
    await dropExpiredAttempts(narrow<IdentityTables>(tx), clock());
  });
}

/** What was cut off is finished at every turn; what is due is begun once a day. */
async function rotateDueKeys(options: JobOptions, ended: AbortSignal): Promise<void> {
  const { foundation, clock, log } = options;
  const rotation = { foundation, clock, actor: "system:key-rotation", ended };
  const destroyed = await finishRootRotation(rotation);
  if (destroyed.length > 0) log.warn({ keys: destroyed }, "a change of the root key was finished");
  await daily(foundation.db, "key-rotation", ended, async () => {
    const workspaceIds = await listKeyHolders(foundation);
    const done = await rotateWorkspaceKeys(rotation, { workspaceIds, wish: "when_due" });
    for (const { workspaceId, state, left, damaged } of done)
      if (state === "unfinished") log.error({ workspaceId, left, damaged }, "a key rotation is unfinished");
  });
}

async function synchroniseAll(
  { rooms, log, foundation }: JobOptions,
  workspaceId: WorkspaceId,
): Promise<void> {
  const numbers = await inWorkspace(foundation.db, workspaceId, (tx) =>
    listConnectedIds(narrow<WhatsappTables>(tx), workspaceId),
  );
  for (const numberId of numbers) {
    await synchroniseTemplates(rooms.numbers, { workspaceId, numberId, actor: "system:templates" }).catch(
      (error: unknown) => log.warn({ err: error, numberId }, "templates could not be synchronised"),
    );
  }
}

async function synchroniseWanted(options: JobOptions): Promise<void> {
  const wanted = [...options.rooms.templatesWanted];
  options.rooms.templatesWanted.clear();
  for (const workspaceId of wanted) await synchroniseAll(options, workspaceId);
}

/** Folds what was counted, and tells once a month that a budget's threshold is reached. */
async function countBilled({ rooms, log }: JobOptions, workspaceId: WorkspaceId): Promise<void> {
  while ((await foldBilled(rooms.inbox.db, workspaceId)) === FOLD_BATCH);
  const { identity } = rooms;
  await identity.vault.openWorkspace(INSTALLATION);
  const vault = await identity.vault.openWorkspace(workspaceId);
  const alert = await alertBudget(rooms.inbox, workspaceId, (tx, { month, percent }) =>
    mailOwners(identity, narrow<IdentityTables>(tx), vault, {
      kind: "budget_reached",
      factsOf: ({ workspaceName }) => ({ workspaceName, month: month.slice(0, 7), percent }),
    }),
  );
  if (alert !== undefined) log.warn(alert, "a month's budget has reached its threshold");
}

async function sweepSettled({ foundation, clock }: JobOptions, workspaceId: WorkspaceId): Promise<void> {
  const sweep = () =>
    inWorkspace(foundation.db, workspaceId, (tx) =>
      sweepOutbox(narrow<WhatsappTables>(tx), workspaceId, clock()),
    );
  while ((await sweep()) === SWEEP_BATCH);
}
