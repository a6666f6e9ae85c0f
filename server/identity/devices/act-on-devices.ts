import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName, levelOf, type SessionId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { findMember, type Member } from "../member.ts";
import { deleteSessions } from "../session.ts";
import type { IdentityTables } from "../tables.ts";
import { DEVICE_MS, type Device, lockDevice, updateDevice } from "./device.ts";

/** A new device is somebody's: its member says so from one that they have, or who manages them and has asked them. */
export async function approveDevice(handles: IdentityHandles, actor: Actor, deviceId: string): Promise<void> {
  await onWaiting(handles, actor, deviceId, async ({ tx, workspace, device }) => {
    const now = handles.clock();
    const expiresAt = new Date(now.getTime() + DEVICE_MS);
    await updateDevice(tx, workspace, { ...device, state: "trusted", decidedBy: actor.memberId, expiresAt });
    return "identity.device_approved";
  });
}

/** It is not theirs: whatever waits on it ends. */
export async function refuseDevice(handles: IdentityHandles, actor: Actor, deviceId: string): Promise<void> {
  await onWaiting(handles, actor, deviceId, async ({ tx, workspace, installation, device }) => {
    await updateDevice(tx, workspace, { ...device, state: "ended", decidedBy: actor.memberId });
    await deleteSessions(tx, installation, { deviceId });
    return "identity.device_refused";
  });
}

/** Ends one session of a member, or all but the one that asks. Returns how many. */
export async function endSessions(
  handles: IdentityHandles,
  actor: Actor,
  which: { readonly memberId: string; readonly sessionId?: string },
): Promise<number> {
  return onMember(handles, actor, which.memberId, async ({ tx, installation, member }) => {
    const ended = await deleteSessions(tx, installation, {
      memberId: member.id,
      ...(which.sessionId === undefined
        ? { except: actor.sessionId }
        : { ids: [which.sessionId as SessionId] }),
    });
    for (const id of ended)
      await record(handles, tx, actor.workspaceId, {
        kind: "identity.session_ended",
        actor: actorName(actor),
        subject: `session:${id}`,
        outcome: "success",
        detail: { member: member.id },
      });
    return ended.length;
  });
}

/** A device is new again: its sessions end, and its next sign-in is a new device's. */
export async function forgetDevice(
  handles: IdentityHandles,
  actor: Actor,
  which: { readonly memberId: string; readonly deviceId: string },
): Promise<void> {
  await onMember(handles, actor, which.memberId, async ({ tx, workspace, installation, member }) => {
    const device = await lockDevice(tx, workspace, which.deviceId);
    if (device === undefined || device.memberId !== member.id)
      throw new Refusal("not_found", "identity.device_not_found");
    if (device.state === "ended") return;
    await updateDevice(tx, workspace, { ...device, state: "ended", decidedBy: actor.memberId });
    const ended = await deleteSessions(tx, installation, { deviceId: device.id });
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.device_forgotten",
      actor: actorName(actor),
      subject: `device:${device.id}`,
      outcome: "success",
      detail: { member: member.id, sessions: ended.length },
    });
  });
}

interface Act {
  readonly tx: Tx<IdentityTables>;
  readonly workspace: WorkspaceVault;
  readonly installation: WorkspaceVault;
}

async function inAct<Result>(
  handles: IdentityHandles,
  actor: Actor,
  missing: Refusal,
  work: (act: Act) => Promise<Result>,
): Promise<Result> {
  const workspace = await handles.vault.openWorkspace(actor.workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, missing, () =>
    inWorkspace(handles.db, actor.workspaceId, (tx) => work({ tx, workspace, installation })),
  );
}

async function onMember<Result>(
  handles: IdentityHandles,
  actor: Actor,
  memberId: string,
  work: (act: Act & { readonly member: Member }) => Promise<Result>,
): Promise<Result> {
  const missing = new Refusal("not_found", "access.member_not_found");
  return inAct(handles, actor, missing, async (act) => {
    const member = await findMember(act.tx, act.workspace, memberId);
    if (member === undefined) throw missing;
    if (member.id !== actor.memberId && levelOf(member.role) > levelOf(actor.role))
      throw new Refusal("forbidden", "access.above_own_level");
    return work({ ...act, member });
  });
}

async function onWaiting(
  handles: IdentityHandles,
  actor: Actor,
  deviceId: string,
  work: (
    act: Act & { readonly device: Device },
  ) => Promise<"identity.device_approved" | "identity.device_refused">,
): Promise<void> {
  const missing = new Refusal("not_found", "identity.device_not_found");
  await inAct(handles, actor, missing, async (act) => {
    const device = await lockDevice(act.tx, act.workspace, deviceId);
    if (device === undefined || device.id === actor.deviceId) throw missing;
    const member = await findMember(act.tx, act.workspace, device.memberId);
    const own = device.memberId === actor.memberId;
    if (member === undefined) throw missing;
    const mayApprove = await handles.readApprovers(act.tx, act.workspace);
    // Hidden and absent look the same.
    if (!own && !mayApprove({ id: actor.memberId, role: actor.role }, member)) throw missing;
    if (device.state !== "waiting") throw new Refusal("conflict", "identity.device_decided");
    const kind = await work({ ...act, device });
    await record(handles, act.tx, actor.workspaceId, {
      kind,
      actor: actorName(actor),
      subject: `device:${device.id}`,
      outcome: "success",
      detail: { member: member.id },
    });
  });
}
