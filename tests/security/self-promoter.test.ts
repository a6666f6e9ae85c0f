import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asSuperuser, invited, readLog } from "../support/attack-rig.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import type { TestSession } from "../support/test-session.ts";
import { outcomeOf, twoTeams } from "../support/two-teams.ts";
import { until } from "../support/until.ts";

/** The attacker: a member who wants to be more than they are, by every route that gives power. */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, database } = running;
const at = await twoTeams(running);
after(() => at[Symbol.asyncDispose]());

const rolesAndTeams = async () =>
  (await owner.get("/members")).members.map(({ id, role, state, teamIds }: Record<string, unknown>) => ({
    ...{ id, role, state, teamIds },
  }));

async function tried(session: TestSession, ...acts: Array<readonly [string, string, unknown?]>) {
  const found = [];
  for (const [method, path, body] of acts) found.push(outcomeOf(await session.api(method, path, body)));
  return found;
}

test("no role rises by its own act: role, teams, invitations, suspensions and ownership stay as they were", async () => {
  const before = await rolesAndTeams();
  const { memberId: self, session } = at.salesLead;
  assert.deepEqual(
    await tried(
      session,
      ["PATCH", `/members/${self}`, { role: "admin" }],
      ["PATCH", `/members/${at.seller.memberId}`, { role: "team_lead" }],
      ["PUT", `/members/${self}/teams`, { teamIds: [at.sales, at.care] }],
      ["PUT", `/members/${at.carer.memberId}/teams`, { teamIds: [at.sales] }],
      ["PUT", `/members/${at.seller.memberId}/teams`, { teamIds: [at.care] }],
      ["POST", `/members/${at.carer.memberId}/deactivate`],
      ["POST", `/members/${at.careLead.memberId}/deactivate`],
      ["POST", "/invitations", { name: "x", role: "team_lead", teamIds: [at.sales] }],
      ["POST", "/invitations", { name: "x", role: "agent", teamIds: [at.care] }],
      ["POST", "/teams", { name: "Mine" }],
      ["PUT", `/numbers/${at.number}/teams`, { teamIds: [at.sales], defaultTeamId: at.sales }],
      ["POST", "/ownership/offers", { memberId: self, afterwards: "admin" }],
    ),
    [
      ...["403 access.permission_missing", "403 access.permission_missing", "403 access.own_membership"],
      ...["403 access.not_your_team", "403 access.not_your_team", "403 access.not_your_team"],
      ...["403 access.above_own_level", "403 access.above_own_level", "403 access.not_your_team"],
      ...["403 access.permission_missing", "403 access.permission_missing", "403 access.permission_missing"],
    ],
  );
  const admin = await invited(running, "admin");
  const made = await rolesAndTeams();
  assert.deepEqual(
    await tried(
      admin.session,
      ["PATCH", `/members/${admin.memberId}`, { role: "owner" }],
      ["PATCH", `/members/${at.seller.memberId}`, { role: "owner" }],
      ["POST", "/invitations", { name: "x", role: "owner" }],
      ["POST", "/ownership/offers", { memberId: admin.memberId, afterwards: "admin" }],
    ),
    [
      ...["403 access.own_membership", "403 access.above_own_level", "403 access.above_own_level"],
      "403 access.permission_missing",
    ],
  );
  assert.deepEqual(await rolesAndTeams(), made);
  assert.deepEqual(made.slice(0, -1), before);
  for (const [memberId, expected] of [
    [
      self,
      [
        "access.above_own_level",
        "access.not_your_team",
        "access.own_membership",
        "access.permission_missing",
      ],
    ],
    [admin.memberId, ["access.above_own_level", "access.own_membership", "access.permission_missing"]],
  ] as const)
    await until(async () => {
      const codes = (await readLog(running))
        .filter(({ kind, actor }) => kind === "access.refused" && actor === `member:${memberId}`)
        .map(({ detail }) => String(detail["code"]));
      return [...new Set(codes)].sort().join() === expected.join();
    });
  await admin.session.close();
});

test("a body with more fields than the route knows is refused, and nothing of it counts", async () => {
  const before = await rolesAndTeams();
  const more = { role: "owner", state: "active", version: 99, workspaceId: running.made.workspaceId };
  for (const [method, path, body] of [
    ["PUT", `/members/${at.seller.memberId}/teams`, { teamIds: [at.sales], ...more }],
    [
      "POST",
      "/invitations",
      { name: "x", role: "agent", teamIds: [at.sales], invitedBy: at.seller.memberId },
    ],
    ["POST", "/teams", { name: "x", memberIds: [at.seller.memberId] }],
    ["POST", "/ownership/offers", { memberId: at.seller.memberId, afterwards: "owner", accepted: true }],
  ] as const)
    assert.equal(outcomeOf(await owner.api(method, path, body)), "422 request.invalid", path);
  assert.deepEqual(await rolesAndTeams(), before);
});

test("ownership takes both: the one who is offered it has to say yes, and nobody can say it for them", async () => {
  const admin = await invited(running, "admin");
  const { offer } = await owner.post("/ownership/offers", { memberId: admin.memberId, afterwards: "owner" });
  const accept = ["POST", `/ownership/offers/${offer.id}/accept`] as const;
  assert.deepEqual(await tried(owner, accept), ["404 access.offer_not_found"]);
  assert.deepEqual(await tried(at.seller.session, accept), ["404 access.offer_not_found"]);
  assert.deepEqual((await at.seller.session.get("/ownership")).offer, null);
  assert.equal((await admin.session.get("/ownership")).offer.id, offer.id);
  assert.deepEqual(await tried(admin.session, accept), ["200"]);
  assert.equal((await admin.session.api("GET", "/members")).body.code, "session.none", "signs in again");
  const kinds = (await readLog(running)).map(({ kind }) => kind).filter((kind) => /ownership/.test(kind));
  assert.deepEqual(kinds, ["access.ownership_offered", "access.ownership_accepted"]);
  await admin.session.close();
});

test("who writes teams into the database by hand sees no more, and it is on record", async () => {
  const { conversationId } = await at.chat();
  const { session, memberId } = at.carer;
  const asked = async () => outcomeOf(await session.api("POST", `/conversations/${conversationId}/take`));
  const forgeries: readonly string[] = [
    `update access_team_member set team_ids = '{${at.sales}}' where member_id = '${memberId}'`,
    `update access_team_member set team_ids = array(select id from access_team), version = version + 1
     where member_id = '${memberId}'`,
    `update access_team_member m set team_ids = s.team_ids, changed_at = s.changed_at, version = s.version, mac = s.mac
     from access_team_member s where s.member_id = '${at.seller.memberId}' and m.member_id = '${memberId}'`,
    `update inbox_conversation set team_id = '${at.care}' where id = '${conversationId}'`,
    `update inbox_conversation set team_id = null where id = '${conversationId}'`,
  ];
  for (const forgery of forgeries) {
    await asSuperuser({ database }, async (client) => {
      await client.query("create table kept_member as select * from access_team_member");
      await client.query("create table kept_chat as select id, team_id from inbox_conversation");
      await client.query(forgery);
    });
    assert.match(await asked(), /^(404 inbox.no_conversation|403 inbox.forged_row)$/, forgery);
    await asSuperuser({ database }, async (client) => {
      await client.query("delete from access_team_member");
      await client.query("insert into access_team_member select * from kept_member");
      await client.query(
        "update inbox_conversation c set team_id = k.team_id from kept_chat k where k.id = c.id",
      );
      await client.query("drop table kept_member, kept_chat");
    });
  }
  const kinds = new Set((await readLog(running)).map(({ kind, subject }) => `${kind} ${subject}`));
  assert.ok(kinds.has(`identity.forged_row access_team_member:${memberId}`));
  assert.ok(kinds.has(`inbox.forged_row inbox_conversation:${conversationId}`));
  assert.equal(
    outcomeOf(await at.seller.session.api("POST", `/conversations/${conversationId}/take`)),
    "200",
  );
});
