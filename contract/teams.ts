import { z } from "zod";
import { byId, done, id, instant } from "./basics.ts";
import { member } from "./members.ts";
import type { Route } from "./route.ts";

export const teamName = z.string().trim().min(1).max(60);

export const team = z.object({ id, name: z.string(), createdAt: instant, memberIds: z.array(id) });
export type Team = z.output<typeof team>;

/** Which teams see a number (none: all), and whose its new chats are. */
export const numberTeams = z.object({
  numberId: id,
  teamIds: z.array(id),
  defaultTeamId: id.nullable(),
});
export type NumberTeams = z.output<typeof numberTeams>;

export const teamList = z.object({
  teams: z.array(team),
  /** Numbers that are not listed are everybody's. */
  numbers: z.array(numberTeams),
});
export type TeamList = z.output<typeof teamList>;

export const ownershipOffer = z.object({
  id,
  offeredBy: id,
  offeredTo: id,
  /** What the one who offers is after it. */
  afterwards: z.enum(["owner", "admin"]),
  createdAt: instant,
  expiresAt: instant,
});
export type OwnershipOffer = z.output<typeof ownershipOffer>;

export const teamIds = z.array(id).max(200);

export const teamRoutes = {
  listTeams: {
    method: "GET",
    path: "/teams",
    summary: "The teams, who is in them, and which numbers are theirs",
    ok: teamList,
  },
  createTeam: {
    method: "POST",
    path: "/teams",
    summary: "Make a team",
    body: z.strictObject({ name: teamName }),
    ok: teamList,
  },
  renameTeam: {
    method: "PATCH",
    path: "/teams/:id",
    summary: "Rename a team",
    params: byId,
    body: z.strictObject({ name: teamName }),
    ok: teamList,
  },
  dissolveTeam: {
    method: "POST",
    path: "/teams/:id/dissolve",
    summary: "End a team; its chats go to another one, or to everybody",
    params: byId,
    body: z.strictObject({ into: id.nullable() }),
    ok: teamList,
  },
  setNumberTeams: {
    method: "PUT",
    path: "/numbers/:id/teams",
    summary: "Say which teams see a number, and whose its new chats are",
    params: byId,
    body: z.strictObject({ teamIds, defaultTeamId: id.nullable() }),
    ok: teamList,
  },
  changeMemberTeams: {
    method: "PUT",
    path: "/members/:id/teams",
    summary: "Put a member into these teams and no others; a Team Lead between their own",
    params: byId,
    body: z.strictObject({ teamIds }),
    ok: member,
  },
  getOwnershipOffer: {
    method: "GET",
    path: "/ownership",
    summary: "The offer of ownership that waits, for those whom it concerns",
    ok: z.object({ offer: ownershipOffer.nullable() }),
  },
  offerOwnership: {
    method: "POST",
    path: "/ownership/offers",
    summary: "Offer ownership to a member; it waits 72 hours for their yes",
    body: z.strictObject({ memberId: id, afterwards: z.enum(["owner", "admin"]) }),
    ok: z.object({ offer: ownershipOffer }),
  },
  acceptOwnership: {
    method: "POST",
    path: "/ownership/offers/:id/accept",
    summary: "Become an Owner, as offered; whose role changes signs in again",
    params: byId,
    ok: done,
  },
  endOwnershipOffer: {
    method: "POST",
    path: "/ownership/offers/:id/end",
    summary: "Take an offer of ownership back, or decline it",
    params: byId,
    ok: done,
  },
} as const satisfies Record<string, Route>;
