import { type Actor, actorName, type MemberId } from "../../identity/actor.ts";
import { refuseForged } from "../../identity/forged-row.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { findMember, type Member, updateMember } from "../../identity/member.ts";
import { deleteSessions } from "../../identity/session.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";
import type { AccessTables } from "../tables.ts";
import { endOffer, findOpenOffer, insertOffer, OFFER_MS, type OwnershipOffer } from "./offer-row.ts";

export type OwnershipStep = "offered" | "accepted" | "declined" | "cancelled";

/** Told in the act's transaction: whoever is concerned gets a letter. */
export type OnOwnership = (
  tx: Tx<IdentityTables>,
  told: {
    readonly workspaceId: WorkspaceId;
    readonly step: OwnershipStep;
    readonly offeredBy: MemberId;
    readonly offeredTo: MemberId;
  },
) => Promise<void>;

/** What these acts work with. */
export interface OwnershipRoom {
  readonly handles: IdentityHandles;
  readonly onOwnership: OnOwnership;
}

/**
 * An Owner offers ownership to an active colleague: half of it, because they have to accept. One offer waits at a time;
 * a new one ends the one before.
 */
export async function offerOwnership(
  room: OwnershipRoom,
  actor: Actor,
  given: { readonly memberId: string; readonly afterwards: "owner" | "admin" },
): Promise<OwnershipOffer> {
  return actOnMembers(room.handles, actor, "ownership.offer", async (act) => {
    const { tx, vault, now, self } = act;
    const target = await findMember(tx, vault, given.memberId);
    if (target === undefined) throw new Refusal("not_found", "access.member_not_found");
    if (target.id === self.id) throw new Refusal("forbidden", "access.own_membership");
    if (target.state !== "active") throw new Refusal("conflict", "access.member_not_active");
    if (target.role === "owner") throw new Refusal("conflict", "access.owner_already");
    const before = await findOpenOffer(narrow<AccessTables>(tx), vault);
    if (before !== undefined) await end(room, actor, act, before, "cancelled");
    const offer: OwnershipOffer = {
      ...{ id: newId<string>(), offeredBy: self.id, offeredTo: target.id, afterwards: given.afterwards },
      ...{ createdAt: now, expiresAt: new Date(now.getTime() + OFFER_MS) },
      ...{ endedAt: null, outcome: null, version: 1 },
    };
    await insertOffer(narrow<AccessTables>(tx), vault, offer);
    await note(room, actor, act, offer, "offered");
    return offer;
  });
}

/**
 * The other accepts: they are an Owner now, and the one who offered stays one or steps down, as offered. Whose role
 * changed signs in again. Nothing is left of an offer whose Owner is none any more.
 */
export async function acceptOwnership(room: OwnershipRoom, actor: Actor, offerId: string): Promise<void> {
  await actOnMembers(room.handles, actor, "ownership.accept", async (act) => {
    const { tx, vault, self } = act;
    const offer = await getOpenOffer(act, offerId);
    if (offer.offeredTo !== self.id) throw new Refusal("not_found", "access.offer_not_found");
    const giver = await findMember(tx, vault, offer.offeredBy);
    if (giver === undefined || giver.role !== "owner" || giver.state !== "active")
      throw new Refusal("conflict", "access.offer_ended");
    await setRole(act, self, "owner");
    if (offer.afterwards === "admin") await setRole(act, giver, "admin");
    await end(room, actor, act, offer, "accepted");
  });
}

/** The Owner takes it back, or the other says no. Any Owner may take any back. */
export async function endOwnershipOffer(room: OwnershipRoom, actor: Actor, offerId: string): Promise<void> {
  await actOnMembers(room.handles, actor, "ownership.accept", async (act) => {
    const offer = await getOpenOffer(act, offerId);
    const isOffered = offer.offeredTo === act.self.id;
    if (!isOffered && act.self.role !== "owner") throw new Refusal("not_found", "access.offer_not_found");
    await end(room, actor, act, offer, isOffered ? "declined" : "cancelled");
  });
}

/** The offer that waits, for those whom it concerns: Owners and the one to whom it was made. */
export async function findOwnershipOffer(
  { handles }: Pick<OwnershipRoom, "handles">,
  actor: Actor,
): Promise<OwnershipOffer | undefined> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const offer = await refuseForged(handles, FORGED, () =>
    inWorkspace(handles.db, actor.workspaceId, (tx) => findOpenOffer(narrow<AccessTables>(tx), vault)),
  ).catch((error: unknown) => {
    if (error !== FORGED) throw error;
  });
  if (offer === undefined || offer.expiresAt <= handles.clock()) return undefined;
  return actor.role === "owner" || offer.offeredTo === actor.memberId ? offer : undefined;
}

const FORGED = new Refusal("not_found", "access.offer_not_found");

async function getOpenOffer({ tx, vault, now }: MemberAct, offerId: string): Promise<OwnershipOffer> {
  const offer = await findOpenOffer(narrow<AccessTables>(tx), vault);
  if (offer === undefined || offer.id !== offerId.toLowerCase() || offer.expiresAt <= now)
    throw new Refusal("not_found", "access.offer_not_found");
  return offer;
}

async function setRole(
  { tx, vault, installation }: MemberAct,
  member: Member,
  role: "owner" | "admin",
): Promise<void> {
  await updateMember(tx, vault, { ...member, role });
  await deleteSessions(tx, installation, { memberId: member.id });
}

async function end(
  room: OwnershipRoom,
  actor: Actor,
  act: MemberAct,
  offer: OwnershipOffer,
  outcome: "accepted" | "declined" | "cancelled",
): Promise<void> {
  await endOffer(narrow<AccessTables>(act.tx), act.vault, offer, { outcome, now: act.now });
  await note(room, actor, act, offer, outcome);
}

const KINDS = {
  offered: "access.ownership_offered",
  accepted: "access.ownership_accepted",
  declined: "access.ownership_declined",
  cancelled: "access.ownership_cancelled",
} as const;

async function note(
  { handles, onOwnership }: OwnershipRoom,
  actor: Actor,
  { tx }: MemberAct,
  { id, offeredBy, offeredTo, afterwards }: OwnershipOffer,
  step: OwnershipStep,
): Promise<void> {
  const { workspaceId } = actor;
  await onOwnership(tx, { workspaceId, step, offeredBy, offeredTo });
  await record(handles, tx, workspaceId, {
    kind: KINDS[step],
    actor: actorName(actor),
    subject: `ownership_offer:${id}`,
    outcome: "success",
    detail: { by: offeredBy, to: offeredTo, afterwards },
  });
}
