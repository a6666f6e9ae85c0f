import { type Actor, actorName } from "../../identity/actor.ts";
import { getWorkspaceName } from "../../identity/describe-workspace.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { mailPerson } from "../../identity/mail-person.ts";
import { listMemberRows } from "../../identity/member.ts";
import type { MailFacts } from "../../mail/mail-kinds.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";
import type { AccessTables } from "../tables.ts";
import {
  type Deletion,
  databaseNow,
  lockDeletion,
  nextVersion,
  recordForgedDeletion,
  writeDeletion,
} from "./deletion-row.ts";

/** How long a deletion waits, in ms, so that any Owner can cancel it (issue 4; contract/deletion.ts). */
export const WAITING_MS = 7 * 24 * 60 * 60 * 1000;

/** The deletion that waits or runs, for the Owners' banner. */
export async function findDeletion(handles: IdentityHandles, actor: Actor): Promise<Deletion | undefined> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const found = await inWorkspace(handles.db, actor.workspaceId, (tx) =>
    lockDeletion(narrow<AccessTables>(tx), installation, actor.workspaceId),
  );
  if (found === "forged") await recordForgedDeletion(handles, actor.workspaceId);
  return typeof found === "string" || found.state === "cancelled" ? undefined : found;
}

/**
 * Begins the seven days, by the database's clock. `name` is the workspace's name as typed by whoever asks: a slip of
 * the mouse deletes nothing. Every Owner is told.
 */
export async function askForDeletion(
  handles: IdentityHandles,
  actor: Actor,
  { name }: { readonly name: string },
): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await actOnMembers(handles, actor, "workspace.delete", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const workspaceName = await getWorkspaceName(act.tx, act.vault);
    if (name.trim().normalize("NFC") !== workspaceName.trim().normalize("NFC"))
      throw new Refusal("invalid", "access.workspace_name_wrong");
    const before = await lockDeletion(tx, installation, actor.workspaceId);
    if (typeof before !== "string" && before.state !== "cancelled")
      throw new Refusal("conflict", "access.deletion_waiting");
    const requestedAt = later(await databaseNow(tx), act.now);
    const dueAt = new Date(requestedAt.getTime() + WAITING_MS);
    await writeDeletion(tx, installation, {
      ...{
        workspaceId: actor.workspaceId,
        state: "waiting",
        requestedBy: actor.memberId,
        requestedAt,
        dueAt,
      },
      ...{ decidedAt: null, version: nextVersion(before, act.now) },
    });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.deletion_requested",
      actor: actorName(actor),
      subject: `workspace:${actor.workspaceId}`,
      outcome: "success",
      detail: { dueAt: dueAt.toISOString() },
    });
    await tellOwners(handles, act, "workspace_deletion_announced", (byName) => ({
      workspaceName,
      byName,
      dueAt,
    }));
  });
}

/** Any Owner may, until it has begun. Cancelling what does not wait is refused, so that nobody believes it stopped. */
export async function cancelDeletion(handles: IdentityHandles, actor: Actor): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const found = await actOnMembers(handles, actor, "workspace.cancel_deletion", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const before = await lockDeletion(tx, installation, actor.workspaceId);
    if (before === "forged") return before;
    if (before === "absent" || before.state === "cancelled")
      throw new Refusal("conflict", "access.deletion_not_waiting");
    if (before.state === "running") throw new Refusal("conflict", "access.deletion_begun");
    await writeDeletion(tx, installation, {
      ...before,
      ...{ state: "cancelled", decidedAt: act.now, version: nextVersion(before, act.now) },
    });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.deletion_cancelled",
      actor: actorName(actor),
      subject: `workspace:${actor.workspaceId}`,
      outcome: "success",
    });
    const workspaceName = await getWorkspaceName(act.tx, act.vault);
    await tellOwners(handles, act, "workspace_deletion_cancelled", (byName) => ({ workspaceName, byName }));
    return before;
  });
  if (found !== "forged") return;
  await recordForgedDeletion(handles, actor.workspaceId);
  throw new Refusal("conflict", "access.deletion_not_waiting");
}

async function tellOwners<Kind extends "workspace_deletion_announced" | "workspace_deletion_cancelled">(
  handles: IdentityHandles,
  { tx, vault, self }: MemberAct,
  kind: Kind,
  factsOf: (byName: string) => MailFacts[Kind],
): Promise<void> {
  if (handles.mail === undefined) return;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const members = (await listMemberRows(tx, vault)).filter(({ isOurs }) => isOurs);
  const byName = members.find(({ member }) => member.id === self.id)?.name ?? "";
  for (const { member } of members) {
    if (member.role !== "owner" || member.state !== "active") continue;
    await mailPerson(handles, tx, installation, member.personId, {
      ...{ kind, facts: factsOf(byName), about: vault.workspaceId },
    });
  }
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
