import type { EventKind } from "../../audit/event-kinds.ts";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { listTokens } from "../../identity/scim/token.ts";
import { findConnection } from "../../identity/sso/connection.ts";
import { trustEndsAt } from "../../identity/sso/decide-trust.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import type { MailFacts } from "../../mail/mail-kinds.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { mailAdmins } from "../mail-owners.ts";
import type { AccessTables } from "../tables.ts";
import { dueNotice, type EndingDays, NOTICE_KEPT_MS } from "./decide-ending.ts";

/** Something of the company's accounts or directory that works until a day. */
interface Ending {
  /** One attestation, one token: what is renewed ends anew. */
  readonly subject: string;
  readonly what: MailFacts["access_ending"]["what"];
  readonly endsAt: Date;
}

/**
 * Tells the Admins and Owners of a workspace that the directory's token, or the trust in how the provider signs people
 * in, ends in 14 days, and in 3: by mail where one goes out, and on record. For a job that runs often. Each is told once,
 * whatever is killed in between and however many processes run it: the notice, its mails and its event commit together.
 */
export async function noticeEndings(handles: IdentityHandles, workspaceId: WorkspaceId): Promise<void> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  await handles.vault.openWorkspace(INSTALLATION); // mailAdmins seals under it
  const now = handles.clock();
  try {
    const endings = await inWorkspace(handles.db, workspaceId, (tx) => listEndings(tx, vault, now));
    for (const ending of endings) {
      const days = dueNotice(ending.endsAt, now);
      if (days === undefined) continue;
      await inWorkspace(handles.db, workspaceId, (tx) => tell(handles, tx, vault, { ...ending, days, now }));
    }
  } catch (error) {
    if (!(error instanceof ForgedRow)) throw error;
    await recordForgery(handles, error);
  }
}

async function listEndings(tx: Tx<IdentityTables>, vault: WorkspaceVault, now: Date): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (const { token } of await listTokens(tx, vault, now))
    endings.push({ subject: `scim_token:${token.id}`, what: "directory_token", endsAt: token.expiresAt });
  for (const protocol of ["oidc", "saml"] as const) {
    const connection = await findConnection(tx, vault, protocol);
    const trust = connection?.enabled === true ? connection.settings.trust : null;
    if (trust === null || connection === undefined) continue;
    const attestedAt = Date.parse(trust.attestedAt);
    const subject = `trust:${connection.id}:${attestedAt}`;
    endings.push({ subject, what: "provider_trust", endsAt: trustEndsAt(trust) });
  }
  return endings;
}

const KIND: EventKind = "access.ending_noticed";

async function tell(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { subject, what, endsAt, days, now }: Ending & { readonly days: EndingDays; readonly now: Date },
): Promise<void> {
  if (!(await isFirst(narrow<AccessTables>(tx), vault, { subject, days, now }))) return;
  await mailAdmins(handles, tx, vault, {
    kind: "access_ending",
    factsOf: ({ workspaceName }) => ({ workspaceName, what, endsAt }),
  });
  await record(handles, tx, vault.workspaceId, {
    ...{ kind: KIND, actor: "system:endings", subject, outcome: "success" },
    detail: { days, endsAt: endsAt.toISOString() },
  });
}

/** Whether nobody has told it before; a second process waits here until the first has committed. */
async function isFirst(
  tx: Tx<AccessTables>,
  { workspaceId }: WorkspaceVault,
  { subject, days, now }: { readonly subject: string; readonly days: EndingDays; readonly now: Date },
): Promise<boolean> {
  await tx
    .deleteFrom("access_ending_notice")
    .where("workspace_id", "=", workspaceId)
    .where("noticed_at", "<=", new Date(now.getTime() - NOTICE_KEPT_MS))
    .execute();
  const made = await tx
    .insertInto("access_ending_notice")
    .values({ workspace_id: workspaceId, subject, days, noticed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("days")
    .executeTakeFirst();
  return made !== undefined;
}
