import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { insertWorkspaceWithOwner, lockSetup, type NewWorkspace } from "./create-workspace.ts";
import { confirmEnrolment, type FactorProof } from "./enrolment.ts";
import type { IdentityHandles, Visitor } from "./handles.ts";
import { nameOfDevice } from "./passkeys/name-of-device.ts";
import { hashNewPassword, type NewPerson } from "./person.ts";
import { requireSetupSession } from "./setup.ts";
import { type StartedSession, startSession } from "./start-session.ts";

export interface CompleteSetup {
  readonly setupToken: string | undefined;
  readonly workspace: NewWorkspace;
  readonly owner: NewPerson;
  readonly enrolment: string;
  readonly proof: FactorProof;
}

/** Makes the first workspace and its Owner and signs them in: all of it or nothing, and only once. */
export async function completeSetup(
  handles: IdentityHandles,
  visitor: Visitor,
  given: CompleteSetup,
): Promise<StartedSession> {
  await requireSetupSession(handles, handles.db, given.setupToken);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const { owner, workspace, enrolment, proof } = given;
  const { personId, ...factor } = await confirmEnrolment(handles, {
    ...{ purpose: "setup", email: owner.email, enrolment, proof },
    name: nameOfDevice(visitor.userAgent),
  });
  const about = [owner.email, owner.name, workspace.name];
  const phc = await hashNewPassword(handles, installation, { personId, password: owner.password, about });
  return inWorkspace(handles.db, INSTALLATION, async (tx) => {
    await lockSetup(tx);
    await requireSetupSession(handles, tx, given.setupToken);
    const { vault, ...member } = await insertWorkspaceWithOwner(handles, tx, installation, {
      ...{ workspace, owner, personId, phc, factor },
      actor: undefined,
    });
    const vaults = { installation, workspace: vault };
    return startSession(handles, tx, vaults, {
      member: { ...member, role: "owner" },
      method: factor.passkey === undefined ? "totp" : "passkey",
      visitor,
    });
  });
}
