import { acceptInvitation, enrolInvited } from "../../server/access/accept-invitation.ts";
import { invite } from "../../server/access/invite.ts";
import type { AccessTables } from "../../server/access/tables.ts";
import type { TeamHooks } from "../../server/access/teams/change-member-teams.ts";
import { listTeams } from "../../server/access/teams/list-teams.ts";
import { createTeam } from "../../server/access/teams/manage-teams.ts";
import { type Reach, readReaches } from "../../server/access/teams/reach.ts";
import type { Actor, Role } from "../../server/identity/actor.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "./identity-house.ts";

/** A workspace with its Owner signed in, and quick ways to people and teams. */
export async function teamHouse() {
  const house = await identityHouse();
  const made = await makeOwner(house);
  const { actor: owner } = await signInFully(house, { email: OWNER.email, ...made });
  const told: string[] = [];
  const hooks: TeamHooks = {
    onTeamsChanged: async (_tx, { memberId, left }) => void told.push(`${memberId} left ${[...left].join()}`),
    onTeamDissolved: async (_tx, { teamId, into }) => void told.push(`${teamId} into ${into}`),
    onTeamsEdited: async () => void told.push("edited"),
  };
  return {
    ...{ house, owner, told, hooks, handles: house.handles },
    team: (name: string) => createTeam(house.handles, hooks, owner, name),
    join: (role: Role, teamIds: readonly string[] = [], inviter: Actor = owner) =>
      join(house, inviter, role, teamIds),
    /** Names of teams by member. */
    async teamsOf({ memberId }: Actor): Promise<string[]> {
      const { teams } = await listTeams(house.handles, owner);
      return teams.filter(({ memberIds }) => memberIds.includes(memberId)).map(({ name }) => name);
    },
    async reachOf(actor: Actor): Promise<{ reach: Reach | undefined; forged: readonly string[] }> {
      const vault = await house.handles.vault.openWorkspace(owner.workspaceId);
      const { reaches, forged } = await inWorkspace(house.handles.db, owner.workspaceId, (tx) =>
        readReaches(narrow<AccessTables>(tx), vault, [actor]),
      );
      return { reach: reaches.get(actor.memberId), forged };
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
    },
  };
}

let joined = 0;

async function join(house: IdentityHouse, inviter: Actor, role: Role, teamIds: readonly string[]) {
  joined += 1;
  const email = `member${joined}@shop.example`;
  const { token } = await invite(house.handles, inviter, { name: email, role, teamIds });
  const enrolment = await enrolInvited(house.handles, VISITOR, { token: token.reveal(), email });
  const { actor } = await acceptInvitation(house.handles, VISITOR, {
    token: token.reveal(),
    person: { ...OWNER, name: email, email },
    proof: { totp: totpCodeAt(enrolment.secret, house.now()) },
    enrolment: enrolment.enrolment,
  });
  return actor;
}
