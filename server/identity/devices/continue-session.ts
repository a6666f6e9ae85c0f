import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Actor } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import type { IdentityHandles, Visitor } from "../handles.ts";
import { lockPerson } from "../lock-person.ts";
import { lockSession } from "../session.ts";
import { type StartedSession, startSession } from "../start-session.ts";
import { isTrusted, lockDevice } from "./device.ts";

/**
 * Goes on once the device was approved: a whole session under a new token. Until then `session.device_pending`; a
 * refused one has no session left that could ask.
 */
export async function continueSession(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
): Promise<StartedSession> {
  const ended = new Refusal("unauthenticated", "session.none");
  const waiting = new Refusal("held", "session.device_pending");
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, ended, () =>
    inWorkspace(handles.db, actor.workspaceId, async (tx) => {
      await lockPerson(tx, actor.personId);
      const session = await lockSession(tx, installation, actor.sessionId);
      if (session === undefined || session.method === null || session.deviceId === null) throw ended;
      const device = await lockDevice(tx, workspace, session.deviceId);
      if (device === undefined || !isTrusted(device, handles.clock())) throw waiting;
      return startSession(
        handles,
        tx,
        { installation, workspace },
        {
          ...{ member: actor, visitor, replaced: actor, method: session.method },
          because: "device_approved",
          detail: { approvedBy: device.decidedBy },
        },
      );
    }),
  );
}
