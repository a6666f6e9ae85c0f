import { type Actor, actorName } from "../../identity/actor.ts";
import { record } from "../../identity/handles.ts";
import type { ScimAct, ScimHandles } from "../../identity/scim/act-as-directory.ts";
import {
  findGroup,
  listGroups,
  listGroupUserIds,
  openGroupProfiles,
  saveGroup,
} from "../../identity/scim/group-row.ts";
import { countUsers } from "../../identity/scim/member-acts.ts";
import type { DirectoryRole } from "../../identity/scim/tables.ts";
import {
  findToken,
  hashScimToken,
  insertToken,
  listTokens,
  newScimToken,
  revokeToken,
  SCIM_TOKENS_AT_ONCE,
  type StoredToken,
} from "../../identity/scim/token.ts";
import { applyRoles } from "../../identity/scim/users.ts";
import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { actOnMembers } from "../act-on-members.ts";
import { mayGrant } from "../decide-member-change.ts";

/** What an Admin sees of the directory. */
export interface DirectoryView {
  readonly tokens: readonly StoredToken[];
  readonly users: number;
  readonly groups: ReadonlyArray<{
    readonly id: string;
    readonly displayName: string;
    readonly members: number;
    readonly role: DirectoryRole | null;
  }>;
}

export async function describeDirectory(handles: ScimHandles, actor: Actor): Promise<DirectoryView> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const groups = await listGroups(tx, vault);
    const profiles = await openGroupProfiles(tx, vault, groups);
    const shown = groups.map(async ({ id, role }, index) => ({
      ...{ id, role, displayName: profiles[index]?.displayName ?? "" },
      members: (await listGroupUserIds(tx, vault, id)).length,
    }));
    return {
      tokens: await listTokens(tx, vault, handles.clock()),
      users: await countUsers({ tx, vault }),
      groups: await Promise.all(shown),
    };
  });
}

/** A token for the directory, shown once. Two work at a time, so that one can take the other's place. */
export async function makeScimToken(handles: ScimHandles, actor: Actor): Promise<Secret<string>> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const token = newScimToken();
  await actOnMembers(handles, actor, "scim.manage", async ({ tx, vault, now, self }) => {
    if ((await listTokens(tx, vault, now)).length >= SCIM_TOKENS_AT_ONCE)
      throw new Refusal("conflict", "scim.too_many_tokens");
    const tokenHash = hashScimToken(installation, token.reveal());
    const { id } = await insertToken(tx, vault, { tokenHash, madeBy: self.id, now });
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.scim_token_made",
      actor: actorName(actor),
      subject: `scim_token:${id}`,
      outcome: "success",
    });
  });
  return token;
}

export async function revokeScimToken(handles: ScimHandles, actor: Actor, id: string): Promise<void> {
  await actOnMembers(handles, actor, "scim.manage", async ({ tx, vault, now }) => {
    const found = await findToken(tx, vault, id);
    if (found === undefined) throw new Refusal("not_found", "scim.token_not_found");
    if (found.token.revokedAt !== null) return;
    await revokeToken(tx, vault, found.token, now);
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.scim_token_revoked",
      actor: actorName(actor),
      subject: `scim_token:${id}`,
      outcome: "success",
    });
  });
}

/** Decides what a group of the directory gives its members: never more than the actor's own level, never Owner. */
export async function mapScimGroup(
  handles: ScimHandles,
  actor: Actor,
  { groupId, role }: { readonly groupId: string; readonly role: DirectoryRole | null },
): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await actOnMembers(handles, actor, "scim.manage", async ({ tx, vault, now, self }) => {
    if (role !== null && !mayGrant(self.role, role)) throw new Refusal("forbidden", "access.above_own_level");
    const group = await findGroup(tx, vault, { id: groupId });
    if (group === undefined) throw new Refusal("not_found", "scim.group_not_found");
    if (group.role === role) return;
    await saveGroup(tx, vault, { ...group, role, changedAt: now });
    const act: ScimAct = {
      ...{ handles, tx, vault, installation, now },
      record: (event) => record(handles, tx, actor.workspaceId, { ...event, actor: actorName(actor) }),
    };
    await act.record({
      kind: "identity.scim_group_mapped",
      subject: `scim_group:${groupId}`,
      outcome: "success",
      detail: { from: group.role ?? "none", to: role ?? "none" },
    });
    await applyRoles(act, await listGroupUserIds(tx, vault, groupId), { id: groupId, role });
  });
}
