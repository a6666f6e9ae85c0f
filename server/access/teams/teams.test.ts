import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { teamHouse } from "../../../tests/support/team-house.ts";
import type { Actor } from "../../identity/actor.ts";
import { newId } from "../../platform/ids.ts";
import { invite, listInvitations, revokeInvitation } from "../invite.ts";
import { changeMemberTeams } from "./change-member-teams.ts";
import { listTeams } from "./list-teams.ts";
import { createTeam, dissolveTeam, renameTeam, setNumberTeams } from "./manage-teams.ts";
import { isInReach } from "./reach.ts";

test("an invitation carries a team, and whoever accepts it is in it", async () => {
  await using at = await teamHouse();
  const sales = await at.team("Sales");
  const agent = await at.join("agent", [sales]);
  assert.deepEqual(await at.teamsOf(agent), ["Sales"]);
  assert.deepEqual(await at.teamsOf(at.owner), []);
});

test("a chat is in reach by its team, and without teams everything is", async () => {
  await using at = await teamHouse();
  const alone = await at.join("agent");
  const reaches = async (actor: Actor, team_id: string | null, number_id: string) =>
    isInReach((await at.reachOf(actor)).reach ?? "everything", { team_id, number_id });
  const number = newId<string>();
  assert.equal(await reaches(alone, null, number), true);
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const seller = await at.join("agent", [sales]);
  assert.deepEqual(await Promise.all([sales, care, null].map((team) => reaches(seller, team, number))), [
    true,
    false,
    true,
  ]);
  assert.equal(await reaches(at.owner, care, number), true);

  const given = { numberId: number, teamIds: [care], defaultTeamId: care };
  await setNumberTeams(at.handles, at.hooks, at.owner, given);
  assert.equal(await reaches(seller, null, number), false, "a number for another team");
  assert.equal(await reaches(seller, sales, number), false, "whatever the chat says");
  assert.equal(await reaches(at.owner, null, number), true);
  await setNumberTeams(at.handles, at.hooks, at.owner, { ...given, teamIds: [], defaultTeamId: null });
  assert.equal(await reaches(seller, null, number), true);
});

test("a Team Lead moves agents between teams of their own, and nobody else moves anybody", async () => {
  await using at = await teamHouse();
  const [sales, care, law] = [await at.team("Sales"), await at.team("Care"), await at.team("Law")];
  const lead = await at.join("team_lead", [sales, care]);
  const agent = await at.join("agent", [sales]);
  const stranger = await at.join("agent", [law]);
  const change = (by: Actor, of: Actor, ...teamIds: string[]) =>
    refusalOf(changeMemberTeams(at.handles, at.hooks, by, { memberId: of.memberId, teamIds }));

  assert.equal(await change(lead, agent, care), "no refusal");
  assert.deepEqual(await at.teamsOf(agent), ["Care"]);
  assert.ok(at.told.includes(`${agent.memberId} left ${sales}`), "chats follow");
  assert.equal(await change(lead, agent, care, law), "access.not_your_team");
  assert.equal(await change(lead, stranger, sales), "access.not_your_team");
  assert.equal(await change(lead, lead, sales, law), "access.own_membership");
  assert.equal(await change(agent, stranger, sales), "access.permission_missing");
  assert.equal(await change(at.owner, agent, newId<string>()), "access.team_unknown");
  assert.deepEqual([await at.teamsOf(agent), await at.teamsOf(stranger)], [["Care"], ["Law"]]);
});

test("a Team Lead invites agents into their own team, sees those invitations, and withdraws no others", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const lead = await at.join("team_lead", [sales]);
  const offer = (teamIds: string[], role: "agent" | "team_lead" = "agent") =>
    refusalOf(invite(at.handles, lead, { name: "x", role, teamIds }));
  assert.equal(await offer([sales]), "no refusal");
  assert.equal(await offer([care]), "access.not_your_team");
  assert.equal(await offer([]), "access.team_needed");
  assert.equal(await offer([sales], "team_lead"), "access.above_own_level");

  const theirs = await invite(at.handles, at.owner, { name: "y", role: "agent", teamIds: [care] });
  const seen = await listInvitations(at.handles, lead);
  assert.deepEqual(
    seen.map(({ teamIds }) => teamIds),
    [[sales]],
  );
  const withdrawn = await refusalOf(revokeInvitation(at.handles, lead, theirs.invitation.id));
  assert.equal(withdrawn, "access.invitation_not_found");
});

test("a team that is dissolved leaves nobody in it, and numbers and chats go where they were sent", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const agent = await at.join("agent", [sales]);
  const numberId = newId<string>();
  const set = { numberId, teamIds: [sales], defaultTeamId: sales };
  await setNumberTeams(at.handles, at.hooks, at.owner, set);
  const dissolve = (into: string | null) =>
    refusalOf(dissolveTeam(at.handles, at.hooks, at.owner, { teamId: sales, into }));
  assert.equal(await dissolve(null), "access.team_sees_number", "a number for some would be for all");
  assert.equal(await dissolve(sales), "access.team_unknown");
  assert.deepEqual(await at.teamsOf(agent), ["Sales"], "and nothing has changed");

  assert.equal(await dissolve(care), "no refusal");
  const { teams, numbers } = await listTeams(at.handles, at.owner);
  assert.deepEqual(
    teams.map(({ name, memberIds }) => [name, memberIds]),
    [["Care", []]],
  );
  assert.deepEqual(numbers, [{ numberId, teamIds: [care], defaultTeamId: care }]);
  assert.ok(at.told.includes(`${sales} into ${care}`));
  assert.equal(await dissolve(care), "access.team_not_found");
});

test("teams are made and named by Admins only, and a number for some teams has one of them as its own", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const lead = await at.join("team_lead", [sales]);
  const numberId = newId<string>();
  assert.equal(await refusalOf(createTeam(at.handles, at.hooks, lead, "Mine")), "access.permission_missing");
  await renameTeam(at.handles, at.hooks, at.owner, { teamId: sales, name: "Shop" });
  const names = (await listTeams(at.handles, lead)).teams.map(({ name }) => name);
  assert.deepEqual(names, ["Shop", "Care"]);
  for (const defaultTeamId of [null, care]) {
    const given = { numberId, teamIds: [sales], defaultTeamId };
    const refused = await refusalOf(setNumberTeams(at.handles, at.hooks, at.owner, given));
    assert.equal(refused, "access.default_team_needed");
  }
  at.house.pass(5 * 60);
  assert.equal(await refusalOf(createTeam(at.handles, at.hooks, at.owner, "Late")), "identity.factor_stale");
});

test("a membership, a number's teams or an invitation's written by hand give nothing, and are named", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const agent = await at.join("agent", [sales]);
  const chat = { team_id: care, number_id: newId<string>() };
  const row = `where member_id = '${agent.memberId}'`;

  await at.house.asSuperuser(`update access_team_member set team_ids = '{${care}}' ${row}`);
  const raised = await at.reachOf(agent);
  assert.deepEqual(raised.forged, [`access_team_member:${agent.memberId}`]);
  assert.equal(isInReach(raised.reach ?? "everything", chat), false);
  assert.equal(
    isInReach(raised.reach ?? "everything", { ...chat, team_id: sales }),
    false,
    "not even theirs",
  );
  assert.deepEqual(await at.teamsOf(agent), []);

  const set = { numberId: chat.number_id, teamIds: [care], defaultTeamId: care };
  await setNumberTeams(at.handles, at.hooks, at.owner, set);
  await at.house.asSuperuser("update access_number_team set team_ids = '{}'");
  const opened = await at.reachOf(agent);
  assert.ok(opened.forged.includes(`access_number_team:${chat.number_id}`));
  assert.equal(isInReach(opened.reach ?? "everything", { ...chat, team_id: null }), false, "it stays shut");
});

test("a membership put back as it was gives nothing to a process that has seen the newer one", async () => {
  await using at = await teamHouse();
  const [sales, care] = [await at.team("Sales"), await at.team("Care")];
  const agent = await at.join("agent", [sales]);
  await at.house.asSuperuser("create table stolen as select * from access_team_member");
  const given = { memberId: agent.memberId, teamIds: [care] };
  await changeMemberTeams(at.handles, at.hooks, at.owner, given);
  await at.reachOf(agent);
  at.house.pass(6);
  await at.house.asSuperuser("delete from access_team_member");
  await at.house.asSuperuser("insert into access_team_member select * from stolen");
  const { reach, forged } = await at.reachOf(agent);
  assert.deepEqual(forged, [`access_team_member:${agent.memberId}`]);
  assert.equal(reach !== "everything" && reach?.teamIds.size, 0);
});
