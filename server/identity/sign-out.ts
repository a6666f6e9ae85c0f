import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { type Actor, actorName } from "./actor.ts";
import { type IdentityHandles, record } from "./handles.ts";
import { deleteSession } from "./session.ts";

/** Ends the session at once: a copy of its cookie opens nothing any more. */
export async function signOut(handles: IdentityHandles, actor: Actor): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    if (!(await deleteSession(tx, installation, actor.sessionId))) return;
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.signed_out",
      actor: actorName(actor),
      subject: `session:${actor.sessionId}`,
      outcome: "success",
    });
  });
}
