import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName, type PersonId } from "../actor.ts";
import {
  deleteCredentials,
  insertCredentials,
  listCredentials,
  lockCredentials,
  newCredential,
} from "../credentials.ts";
import { confirmEnrolment, type Enrolment, offerEnrolment } from "../enrolment.ts";
import { insertFactor, listFactorKinds } from "../factor.ts";
import { refuseForged } from "../forged-row.ts";
import { FRESH_MS } from "../fresh-factor.ts";
import { type IdentityHandles, record, type Visitor } from "../handles.ts";
import { getEmail } from "../person.ts";
import { lockSession } from "../session.ts";
import { type StartedSession, startSession } from "../start-session.ts";
import type { IdentityTables } from "../tables.ts";
import { type NewFactor, requireRoom } from "./add-factor.ts";
import { tellPerson } from "./tell-person.ts";

/**
 * How long somebody who signs in with their company's account may enrol their first factor, in ms. Ours: the directory
 * may make them months before they begin.
 */
export const COMPANY_ENROLMENT_MS = 180 * 24 * 60 * 60 * 1000;

/**
 * Lets a person enrol a first factor, until then, with what they have proved otherwise: after the loss of all was
 * confirmed by an Admin, or where an account was made without one. What they had before goes. The leave is a row with a
 * MAC: whoever deletes a person's factors from the database has not made them one who may enrol. `tx` must be scoped to
 * the installation.
 */
export async function grantEnrolmentLeave(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly personId: PersonId; readonly now: Date; readonly until: Date },
): Promise<void> {
  const { personId, now, until } = given;
  await deleteCredentials(tx, personId, ["totp", "passkey", "recovery_code", "enrolment_leave"]);
  const leave = newCredential(personId, "enrolment_leave", Buffer.alloc(0), now);
  await insertCredentials(tx, installation, [{ ...leave, lastStep: BigInt(until.getTime()) }]);
}

/** Whether the person has no factor and may enrol one. `tx` must be scoped to the installation. */
export async function mayEnrol(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, now }: { readonly personId: PersonId; readonly now: Date },
): Promise<boolean> {
  if ((await listFactorKinds(tx, personId)).length > 0) return false;
  const [leave] = await listCredentials(tx, installation, personId, ["enrolment_leave"]);
  return leave?.lastStep != null && leave.lastStep > BigInt(now.getTime());
}

/**
 * A session that may do more already began at a provider whose factor an Admin trusts: its cookie alone must not be enough
 * for a factor that opens sensitive acts. So it counts for this as long as a proof of a factor does, and then they sign in
 * there again. `enrol` has nothing to gain by it: it may do nothing else, and ends soon.
 */
async function requireRecentSignIn(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { stage, sessionId }: Actor,
): Promise<void> {
  if (stage === "enrol") return;
  const session = await inWorkspace(handles.db, INSTALLATION, (tx) =>
    lockSession(tx, installation, sessionId),
  );
  if (session === undefined || handles.clock().getTime() - session.createdAt.getTime() >= FRESH_MS)
    throw new Refusal("forbidden", "identity.sign_in_stale");
}

export async function offerFirstFactor(handles: IdentityHandles, actor: Actor): Promise<Enrolment> {
  const { personId } = actor;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const email = await refuseForged(handles, notOpen(), async () => {
    const found = await inWorkspace(handles.db, INSTALLATION, async (tx) => {
      if (!(await mayEnrol(tx, installation, { personId, now: handles.clock() }))) throw notOpen();
      return getEmail(tx, installation, personId);
    });
    await requireRecentSignIn(handles, installation, actor);
    return found;
  });
  return offerEnrolment(handles, { purpose: `person:${personId}`, email, personId });
}

/** Stores the factor and its recovery codes; the session that asks ends, and one with both factors starts. */
export async function enrolFirstFactor(
  handles: IdentityHandles,
  actor: Actor,
  visitor: Visitor,
  given: NewFactor,
): Promise<StartedSession> {
  const { personId } = actor;
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const email = await inWorkspace(handles.db, INSTALLATION, (tx) => getEmail(tx, installation, personId));
  const factor = await confirmEnrolment(handles, { purpose: `person:${personId}`, email, ...given });
  return refuseForged(handles, notOpen(), async () => {
    await requireRecentSignIn(handles, installation, actor);
    return inWorkspace(handles.db, INSTALLATION, async (tx) => {
      const now = handles.clock();
      await lockCredentials(tx, installation, personId, "enrolment_leave");
      if (!(await mayEnrol(tx, installation, { personId, now }))) throw notOpen();
      await requireRoom(tx, installation, actor, factor);
      await deleteCredentials(tx, personId, ["enrolment_leave"]);
      await insertFactor(tx, installation, { personId, factor, now });
      const kind = factor.passkey === undefined ? "totp" : "passkey";
      await tellPerson(handles, tx, installation, actor, { kind: "factor_added", factor: kind });
      await inScope(tx, actor.workspaceId, () =>
        record(handles, tx, actor.workspaceId, {
          kind: "identity.factor_added",
          actor: actorName(actor),
          subject: `person:${personId}`,
          outcome: "success",
          detail: { factor: kind },
        }),
      );
      const vaults = { installation, workspace };
      return startSession(handles, tx, vaults, { member: actor, replaced: actor, method: kind, visitor });
    });
  });
}

function notOpen(): Refusal {
  return new Refusal("forbidden", "identity.enrolment_not_open");
}
