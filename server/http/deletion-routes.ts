import { contract } from "../../contract/contract.ts";
import type { Deletion as DeletionReply } from "../../contract/deletion.ts";
import { askForDeletion, cancelDeletion, findDeletion } from "../access/deletion/ask-for-deletion.ts";
import type { Actor } from "../identity/actor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { listMemberNames } from "../identity/list-member-names.ts";
import { inWorkspace } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Api } from "./api.ts";

/** The end of a workspace, and how its Owners keep it. */
export function registerDeletionRoutes(api: Api, handles: IdentityHandles): void {
  api.route(contract.getDeletion, { access: "workspace.cancel_deletion" }, async ({ actor }) => ({
    deletion: await read(handles, actor),
  }));

  api.route(contract.askForDeletion, { access: "workspace.delete" }, async ({ actor, body }) => {
    await askForDeletion(handles, actor, body);
    const deletion = await read(handles, actor);
    if (deletion === null) throw new Refusal("conflict", "access.deletion_not_waiting");
    return { deletion };
  });

  api.route(contract.cancelDeletion, { access: "workspace.cancel_deletion" }, async ({ actor }) => {
    await cancelDeletion(handles, actor);
    return {};
  });
}

async function read(handles: IdentityHandles, actor: Actor): Promise<DeletionReply | null> {
  const found = await findDeletion(handles, actor);
  if (found === undefined || found.state === "cancelled") return null;
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const names = await inWorkspace(handles.db, actor.workspaceId, (tx) => listMemberNames(tx, vault));
  return {
    state: found.state,
    requestedAt: found.requestedAt.toISOString(),
    dueAt: found.dueAt.toISOString(),
    requestedBy: names.get(found.requestedBy) ?? null,
  };
}
