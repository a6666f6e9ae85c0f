import { inScope, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { levelOf, type PersonId } from "./actor.ts";
import type { IdentityHandles } from "./handles.ts";
import { listMemberRows } from "./member.ts";
import type { IdentityTables } from "./tables.ts";

/** Names in a notice at the most. Ours: somebody is there, and a mail is no list of who has power. */
const MOST_NAMES = 3;

/**
 * Whom a person tells when it was not them: other Owners and Admins of a workspace of theirs, Owners first. `tx` in any
 * scope; the workspace's keys must have been opened before.
 */
export async function listWhomToReach(
  handles: Pick<IdentityHandles, "vault">,
  tx: Tx<IdentityTables>,
  { workspaceId, personId }: { readonly workspaceId: WorkspaceId; readonly personId: PersonId },
): Promise<string[]> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const rows = await inScope(tx, workspaceId, () => listMemberRows(tx, vault));
  return rows
    .filter(({ isOurs, member }) => isOurs && member.state === "active" && member.personId !== personId)
    .filter(({ member }) => levelOf(member.role) >= levelOf("admin"))
    .sort((one, other) => levelOf(other.member.role) - levelOf(one.member.role))
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
}
