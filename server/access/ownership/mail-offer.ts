import { getWorkspaceName } from "../../identity/describe-workspace.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import { mailPerson } from "../../identity/mail-person.ts";
import { listMemberRows } from "../../identity/member.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { OnOwnership } from "./pass-ownership.ts";

/**
 * Writes to whom an ownership is offered, in the offer's own transaction. Does nothing while no SMTP is set. The keys of
 * the workspace and of the installation have been opened before: the act and the session that asks for it have done so.
 */
export function mailOffer(handles: Pick<IdentityHandles, "mail" | "clock" | "vault">): OnOwnership {
  return async (tx, { workspaceId, step, offeredBy, offeredTo }) => {
    if (handles.mail === undefined || step !== "offered") return;
    const vault = await handles.vault.openWorkspace(workspaceId);
    const installation = await handles.vault.openWorkspace(INSTALLATION);
    const members = await listMemberRows(tx, vault);
    const find = (id: string) => members.find(({ member, isOurs }) => isOurs && member.id === id);
    const to = find(offeredTo);
    if (to === undefined) return;
    await mailPerson(handles, tx, installation, to.member.personId, {
      kind: "ownership_offered",
      facts: { workspaceName: await getWorkspaceName(tx, vault), byName: find(offeredBy)?.name ?? "" },
      about: workspaceId,
    });
  };
}
