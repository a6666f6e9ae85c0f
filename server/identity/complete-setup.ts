import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import type { PersonId } from "./actor.ts";
import { insertWorkspaceWithOwner, lockSetup, type NewWorkspace } from "./create-workspace.ts";
import { confirmEnrolment } from "./enrolment.ts";
import type { IdentityHandles, Visitor } from "./handles.ts";
import { hashNewPassword, type NewPerson } from "./person.ts";
import { requireSetupSession } from "./setup.ts";
import { type StartedSession, startSession } from "./start-session.ts";

export interface CompleteSetup {
  readonly setupToken: string | undefined;
  readonly workspace: NewWorkspace;
  readonly owner: NewPerson;
  readonly enrolment: string;
  readonly totp: string;
}

/** Makes the first workspace and its Owner and signs them in: all of it or nothing, and only once. */
export async function completeSetup(
  handles: IdentityHandles,
  visitor: Visitor,
  given: CompleteSetup,
): Promise<StartedSession> {
  await requireSetupSession(handles, handles.db, given.setupToken);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const personId = newId<PersonId>();
  const phc = await hashNewPassword(handles, installation, personId, given.owner.password);
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    await lockSetup(tx);
    await requireSetupSession(handles, tx, given.setupToken);
    const factor = await confirmEnrolment(tx, installation, handles, {
      purpose: "setup",
      email: given.owner.email,
      enrolment: given.enrolment,
      totp: given.totp,
    });
    const made = await insertWorkspaceWithOwner(handles, tx, installation, {
      workspace: given.workspace,
      owner: given.owner,
      personId,
      phc,
      factor,
      actor: undefined,
    });
    const { vault: workspace, ...member } = made;
    return startSession(
      handles,
      tx,
      { installation, workspace },
      {
        ...{ member: { ...member, role: "owner" }, method: "totp", visitor },
      },
    );
  });
}
