import { inScope, inWorkspace } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { type Actor, actorName, type Stage } from "../actor.ts";
import { judgeBinding } from "../binding/judge-binding.ts";
import { type IdentityHandles, record } from "../handles.ts";
import { noteSessionRefusal } from "../note-session-refusal.ts";
import { updateSession } from "../session.ts";
import type { Session } from "../session-row.ts";
import { decideNetwork, type NetworkVerdict } from "./decide-network.ts";
import { hashDeviceToken } from "./device-token.ts";
import { hashCountry, hashNetwork, hasSeenNetwork, rememberNetwork } from "./network-memory.ts";

/** Where a request comes from, and whether a person is behind it. */
export interface Presence {
  readonly address: string;
  readonly deviceTokens: readonly string[];
  /** The short cookie of a session that is bound to its device (../binding/bound-cookie.ts). */
  readonly boundCookie: string | undefined;
  /** When a person last did something there, as their console says; null for what it asks by itself. */
  readonly actedAt: Date | null;
}

/** How much later an act must be to be written down, in ms. Ours: a request stays a read. */
const ACT_STEP_MS = 30_000;

/** How a session stands now that a request comes in it. */
export type Standing = Pick<Actor, "stage" | "boundUntil">;

/**
 * What a session may do now that a request comes in it: `binding` before all others, which a factor does not open.
 * Writes down that its browser has shown its key, that it was locked, that a person acted in it, and the network that
 * it has moved to.
 */
export async function judgePresence(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  found: Session,
  presence: Presence | undefined,
  now: Date,
): Promise<Standing> {
  if (presence === undefined) return { stage: await judgeStage(handles, installation, found, presence, now) };
  const given = { cookie: presence.boundCookie, now };
  const judged = await judgeBinding(handles, installation, found, given);
  if (judged === "refused") return { stage: "binding" };
  const { session, boundUntil } = judged;
  return { stage: await judgeStage(handles, installation, session, presence, now), boundUntil };
}

/**
 * `network` before `locked` and `password`, so that a stranger is not told whose it is, nor lets them choose the password
 * with a copied cookie. What has no device yet, or waits for it, is judged once it is whole.
 */
async function judgeStage(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  presence: Presence | undefined,
  now: Date,
): Promise<Stage> {
  if (session.pending !== null && session.pending !== "password") return session.pending;
  const verdict =
    presence === undefined ? "same" : await judgeNetwork(handles, installation, session, presence);
  if (verdict === "device_missing" || verdict === "another_country") {
    await noteSessionRefusal(handles, session, { kind: "identity.network_refused", reason: verdict });
    return "network";
  }
  if (session.pending !== null) return session.pending;
  if (session.lockedAt !== null) return "locked";
  if (await isLeftAlone(handles, session, now)) {
    await lockIdle(handles, installation, session, now);
    return "locked";
  }
  if (presence !== undefined) await keep(handles, installation, session, { presence, verdict, now });
  return "open";
}

/** Whether nobody has done anything in it for as long as the workspace allows. */
export async function isLeftAlone(
  handles: Pick<IdentityHandles, "policies">,
  { workspaceId, activeAt }: Pick<Session, "workspaceId" | "activeAt">,
  now: Date,
): Promise<boolean> {
  const { idleLock } = await handles.policies.of(workspaceId);
  return now.getTime() - activeAt.getTime() >= idleLock.minutes * 60_000;
}

/** Locks a session that nobody uses, once: of several that see it, one writes it down. */
export async function lockIdle(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  now: Date,
): Promise<void> {
  await inWorkspace(handles.db, INSTALLATION, async (tx) => {
    if ((await updateSession(tx, installation, session, { lockedAt: now })) === undefined) return;
    await inScope(tx, session.workspaceId, () =>
      record(handles, tx, session.workspaceId, {
        kind: "identity.session_locked",
        actor: actorName(session),
        subject: `session:${session.id}`,
        outcome: "success",
        detail: { reason: "idle" },
      }),
    );
  });
}

async function judgeNetwork(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  { address, deviceTokens }: Presence,
): Promise<NetworkVerdict> {
  const { deviceHash, memberId } = session;
  const networkHash = hashNetwork(installation, address);
  const known = {
    hasDevice: deviceHash !== null,
    deviceShown:
      deviceHash !== null &&
      deviceTokens.some((token) => hashDeviceToken(installation, token).equals(deviceHash)),
    sameNetwork: session.networkHash?.equals(networkHash) ?? false,
  };
  // Nearly every request ends here: no query, and nothing looked up.
  const soon = decideNetwork({ ...known, networkSeen: false, sameCountry: null });
  if (soon !== "moved") return soon;
  const vault = await handles.vault.openWorkspace(session.workspaceId);
  const networkSeen = await inWorkspace(handles.db, session.workspaceId, (tx) =>
    hasSeenNetwork(tx, vault, { memberId, networkHash }),
  );
  const country = hashCountry(installation, await handles.countries.countryOf(address));
  const { countryHash } = session;
  const sameCountry = country === null || countryHash === null ? null : country.equals(countryHash);
  return decideNetwork({ ...known, networkSeen, sameCountry });
}

/** What a request changes of its session: where it runs, and that a person is there. */
async function keep(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  session: Session,
  given: { readonly presence: Presence; readonly verdict: NetworkVerdict; readonly now: Date },
): Promise<void> {
  const { presence, verdict, now } = given;
  const acted =
    presence.actedAt !== null && presence.actedAt.getTime() - session.activeAt.getTime() >= ACT_STEP_MS;
  const activeAt = acted ? presence.actedAt : session.activeAt;
  if (verdict === "moved") {
    const networkHash = hashNetwork(installation, presence.address);
    const country = await handles.countries.countryOf(presence.address);
    const vault = await handles.vault.openWorkspace(session.workspaceId);
    await inWorkspace(handles.db, session.workspaceId, async (tx) => {
      await rememberNetwork(tx, vault, { memberId: session.memberId, networkHash, now });
      const countryHash = hashCountry(installation, country) ?? session.countryHash;
      await updateSession(tx, installation, session, { activeAt, networkHash, countryHash });
    });
  } else if (acted) await updateSession(handles.db, installation, session, { activeAt });
}
