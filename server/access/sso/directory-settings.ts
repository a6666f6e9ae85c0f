import { type Actor, actorName } from "../../identity/actor.ts";
import { record } from "../../identity/handles.ts";
import type { ScimHandles } from "../../identity/scim/act-as-directory.ts";
import { listGroups, listGroupUserIds, openGroupProfiles } from "../../identity/scim/group-row.ts";
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
import { inWorkspace, narrow } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { actOnMembers } from "../act-on-members.ts";
import type { AccessTables } from "../tables.ts";
import { listTeamRows } from "../teams/team.ts";

/** What an Admin sees of the directory. */
export interface DirectoryView {
  readonly tokens: readonly StoredToken[];
  readonly users: number;
  readonly groups: ReadonlyArray<{
    readonly id: string;
    readonly displayName: string;
    readonly members: number;
    readonly role: DirectoryRole | null;
    readonly teamId: string | null;
  }>;
}

export async function describeDirectory(handles: ScimHandles, actor: Actor): Promise<DirectoryView> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const groups = await listGroups(tx, vault);
    const profiles = await openGroupProfiles(tx, vault, groups);
    const standing = new Set((await listTeamRows(narrow<AccessTables>(tx), vault)).map((team) => team.id));
    const shown = groups.map(async ({ id, role, teamId }, index) => ({
      ...{ id, role, teamId: teamId !== null && standing.has(teamId) ? teamId : null },
      ...{ displayName: profiles[index]?.displayName ?? "" },
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
