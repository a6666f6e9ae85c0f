import { inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { Actor, FactorMethod, MemberId } from "../actor.ts";
import { refuseForged } from "../forged-row.ts";
import type { IdentityHandles } from "../handles.ts";
import { findMember, listMemberRows } from "../member.ts";
import { isOurSession, SESSION_COLUMNS, sessionOfRow } from "../session-row.ts";
import type { IdentityTables } from "../tables.ts";
import { type BrowserWords, describeBrowser } from "./describe-browser.ts";
import { type Device, type DeviceFacts, listDevices, openFacts } from "./device.ts";

export interface SessionView {
  readonly id: string;
  readonly method: FactorMethod | null;
  readonly startedAt: Date;
  /** To within five minutes. */
  readonly seenAt: Date;
  readonly endsAt: Date;
  readonly locked: boolean;
  /** Whether it is good only together with a key of its device. */
  readonly bound: boolean;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export interface DeviceView extends BrowserWords {
  readonly id: string;
  readonly state: "trusted" | "waiting";
  readonly country: string | null;
  readonly firstSeenAt: Date;
  readonly seenAt: Date;
  readonly current: boolean;
  readonly sessions: readonly SessionView[];
}

/** A device that waits, for somebody who may decide about it. */
export interface WaitingDevice extends BrowserWords {
  readonly id: string;
  readonly member: { readonly id: MemberId; readonly name: string };
  readonly own: boolean;
  readonly country: string | null;
  readonly since: Date;
}

/** The devices of a member of the actor's workspace, this one first, each with the sessions that run on it. */
export async function listDevicesOf(
  handles: IdentityHandles,
  actor: Actor,
  memberId: string,
): Promise<DeviceView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const missing = new Refusal("not_found", "access.member_not_found");
  return refuseForged(handles, missing, () =>
    inWorkspace(handles.db, actor.workspaceId, async (tx) => {
      const member = await findMember(tx, vault, memberId);
      if (member === undefined) throw missing;
      const now = handles.clock();
      const { devices } = await listDevices(tx, vault, { memberId: member.id });
      const sessions = await listSessions(tx, installation, { memberId: member.id, actor, now });
      const shown = devices.filter(
        (device) => device.state !== "ended" && (device.expiresAt > now || sessions.has(device.id)),
      );
      const facts = await openFacts(tx, vault, shown);
      return shown
        .map((device) =>
          viewOf(device, facts.get(device.id), { actor, sessions: sessions.get(device.id) ?? [] }),
        )
        .sort(
          (one, other) =>
            Number(other.current) - Number(one.current) || other.seenAt.getTime() - one.seenAt.getTime(),
        );
    }),
  );
}

/** Those that wait for somebody's word, of which the actor may give theirs. */
export async function listWaitingDevices(handles: IdentityHandles, actor: Actor): Promise<WaitingDevice[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const { devices } = await listDevices(tx, vault, { state: "waiting" });
    if (devices.length === 0) return [];
    const members = new Map((await listMemberRows(tx, vault)).map((row) => [row.member.id, row]));
    const mayApprove = await handles.readApprovers(tx, vault);
    const self = { id: actor.memberId, role: actor.role };
    const facts = await openFacts(tx, vault, devices);
    return devices.flatMap((device): WaitingDevice[] => {
      const row = members.get(device.memberId);
      if (row === undefined || !row.isOurs || row.member.state !== "active") return [];
      const own = device.memberId === actor.memberId;
      if (!own && !mayApprove(self, row.member)) return [];
      const { userAgent, country } = facts.get(device.id) ?? { userAgent: undefined, country: null };
      const member = { id: row.member.id, name: row.name };
      return [
        { id: device.id, member, own, country, since: device.createdAt, ...describeBrowser(userAgent) },
      ];
    });
  });
}

function viewOf(
  device: Device,
  facts: DeviceFacts | undefined,
  { actor, sessions }: { readonly actor: Actor; readonly sessions: readonly SessionView[] },
): DeviceView {
  const seen = [device.seenAt, ...sessions.map(({ seenAt }) => seenAt)].map((at) => at.getTime());
  return {
    ...{ id: device.id, state: device.state === "waiting" ? "waiting" : "trusted" },
    ...describeBrowser(facts?.userAgent),
    country: facts?.country ?? null,
    firstSeenAt: device.createdAt,
    seenAt: new Date(Math.max(...seen)),
    current: device.id === actor.deviceId,
    sessions,
  };
}

/** Whole sessions, newest first, by the device that they run on. */
async function listSessions(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  given: { readonly memberId: MemberId; readonly actor: Actor; readonly now: Date },
): Promise<Map<string, SessionView[]>> {
  const rows = await tx
    .selectFrom("identity_session")
    .where("member_id", "=", given.memberId)
    .where("expires_at", ">", given.now)
    .where("pending", "is", null)
    .select([...SESSION_COLUMNS, "seen_at"])
    .orderBy("created_at", "desc")
    .execute();
  const views = new Map<string, SessionView[]>();
  for (const row of rows) {
    const session = sessionOfRow(row);
    if (session.deviceId === null || !isOurSession(installation, session, row.mac)) continue;
    const list = views.get(session.deviceId) ?? [];
    views.set(session.deviceId, list);
    list.push({
      id: session.id,
      method: session.method,
      startedAt: session.createdAt,
      seenAt: row.seen_at,
      endsAt: session.expiresAt,
      locked: session.lockedAt !== null,
      bound: session.binding !== null && session.binding.shownAt !== null,
      current: session.id === given.actor.sessionId,
    });
  }
  return views;
}
