import { contract } from "../../contract/contract.ts";
import type { OwnershipOffer as OfferReply, TeamList } from "../../contract/teams.ts";
import { getMember } from "../access/list-members.ts";
import type { OwnershipOffer } from "../access/ownership/offer-row.ts";
import {
  acceptOwnership,
  endOwnershipOffer,
  findOwnershipOffer,
  type OnOwnership,
  offerOwnership,
} from "../access/ownership/pass-ownership.ts";
import { changeMemberTeams, type TeamHooks } from "../access/teams/change-member-teams.ts";
import { listTeams } from "../access/teams/list-teams.ts";
import { createTeam, dissolveTeam, renameTeam, setNumberTeams } from "../access/teams/manage-teams.ts";
import type { Actor } from "../identity/actor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import type { Api } from "./api.ts";
import { memberReply } from "./member-routes.ts";

export interface TeamRouteDeps {
  readonly handles: IdentityHandles;
  readonly hooks: TeamHooks;
  readonly onOwnership: OnOwnership;
  /** Refuses a number that the workspace does not have. */
  readonly requireNumber: (actor: Actor, numberId: string) => Promise<void>;
}

/** Teams, who is in them, which numbers are theirs; and how ownership passes. */
export function registerTeamRoutes(api: Api, deps: TeamRouteDeps): void {
  const { handles, hooks } = deps;
  const all = (actor: Actor) => teamsReply(handles, actor);

  api.route(contract.listTeams, { access: "team.list" }, ({ actor }) => all(actor));

  api.route(contract.createTeam, { access: "team.manage" }, async ({ actor, body }) => {
    await createTeam(handles, hooks, actor, body.name);
    return all(actor);
  });

  api.route(contract.renameTeam, { access: "team.manage" }, async ({ actor, params, body }) => {
    await renameTeam(handles, hooks, actor, { teamId: params.id, name: body.name });
    return all(actor);
  });

  api.route(contract.dissolveTeam, { access: "team.manage" }, async ({ actor, params, body }) => {
    await dissolveTeam(handles, hooks, actor, { teamId: params.id, into: body.into });
    return all(actor);
  });

  api.route(contract.setNumberTeams, { access: "team.manage" }, async ({ actor, params, body }) => {
    await deps.requireNumber(actor, params.id);
    await setNumberTeams(handles, hooks, actor, { numberId: params.id.toLowerCase(), ...body });
    return all(actor);
  });

  api.route(
    contract.changeMemberTeams,
    { access: "member.change_teams" },
    async ({ actor, params, body }) => {
      await changeMemberTeams(handles, hooks, actor, { memberId: params.id, teamIds: body.teamIds });
      return memberReply(await getMember(handles, actor, params.id));
    },
  );

  registerOwnership(api, deps);
}

function registerOwnership(api: Api, room: TeamRouteDeps): void {
  api.route(contract.getOwnershipOffer, { access: "ownership.read" }, async ({ actor }) => {
    const offer = await findOwnershipOffer(room, actor);
    return { offer: offer === undefined ? null : offerReply(offer) };
  });

  api.route(contract.offerOwnership, { access: "ownership.offer" }, async ({ actor, body }) => ({
    offer: offerReply(await offerOwnership(room, actor, body)),
  }));

  api.route(contract.acceptOwnership, { access: "ownership.accept" }, async ({ actor, params }) => {
    await acceptOwnership(room, actor, params.id);
    return {};
  });

  api.route(contract.endOwnershipOffer, { access: "ownership.accept" }, async ({ actor, params }) => {
    await endOwnershipOffer(room, actor, params.id);
    return {};
  });
}

async function teamsReply(handles: IdentityHandles, actor: Actor): Promise<TeamList> {
  const { teams, numbers } = await listTeams(handles, actor);
  return {
    teams: teams.map(({ id, name, createdAt, memberIds }) => ({
      ...{ id, name, createdAt: createdAt.toISOString(), memberIds: [...memberIds] },
    })),
    numbers: numbers.map((one) => ({ ...one, teamIds: [...one.teamIds] })),
  };
}

function offerReply({
  id,
  offeredBy,
  offeredTo,
  afterwards,
  createdAt,
  expiresAt,
}: OwnershipOffer): OfferReply {
  return {
    ...{ id, offeredBy, offeredTo, afterwards },
    ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
  };
}
