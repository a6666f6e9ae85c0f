import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { wantsKey } from "../binding/judge-binding.ts";
import { ForgedRow, recordForgery } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { noteEnded } from "../session.ts";
import { isOurSession, SESSION_COLUMNS, type Session, sessionOfRow } from "../session-row.ts";
import { isLeftAlone, lockIdle } from "./presence.ts";

/** How a session stands that some open console belongs to; `bound` is open where its device's key is shown. */
export type SessionStanding = "open" | "bound" | "locked";

/**
 * How these sessions stand; one that is absent has ended: signed out, expired, taken away, or written by somebody else.
 * One query for all, so that open sockets can be asked about twice a second. Locks those that nobody uses.
 */
export async function surveySessions(
  handles: IdentityHandles,
  sessionIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, SessionStanding>> {
  const standing = new Map<string, SessionStanding>();
  if (sessionIds.length === 0) return standing;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const rows = await handles.db
    .selectFrom("identity_session")
    .where("id", "in", [...new Set(sessionIds)])
    .where("expires_at", ">", now)
    .select(SESSION_COLUMNS)
    .execute();
  for (const row of rows) {
    const session = sessionOfRow(row);
    if (!isOurSession(installation, session, row.mac))
      await recordForgery(handles, new ForgedRow("identity_session", row.id));
    else if (session.pending === null)
      standing.set(session.id, await surveyOne(handles, installation, session, now));
  }
  noteEnded(
    installation,
    sessionIds.filter((id) => !standing.has(id)),
  );
  return standing;
}

/** How one stands that is whole; locked by this where nobody uses it. */
async function surveyOne(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  now: Date,
): Promise<SessionStanding> {
  if (session.lockedAt !== null) return "locked";
  if (await isLeftAlone(handles, session, now)) {
    await lockIdle(handles, installation, session, now);
    return "locked";
  }
  return wantsKey(session.binding, now) ? "bound" : "open";
}
