import { inScope, inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { type Actor, actorName } from "../actor.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { lockSession, updateSession } from "../session.ts";

/** Locks the session now, as its member asks. Doing it twice is harmless. */
export async function lockNow(handles: IdentityHandles, actor: Actor): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    const session = await lockSession(tx, installation, actor.sessionId);
    if (session === undefined || session.lockedAt !== null) return;
    await updateSession(tx, installation, session, { lockedAt: handles.clock() });
    await inScope(tx, actor.workspaceId, () =>
      record(handles, tx, actor.workspaceId, {
        kind: "identity.session_locked",
        actor: actorName(actor),
        subject: `session:${actor.sessionId}`,
        outcome: "success",
        detail: { reason: "asked" },
      }),
    );
  });
}
