import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { readLog } from "../support/attack-rig.ts";
import { LiveClient } from "../support/live-client.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { outcomeOf, twoTeams } from "../support/two-teams.ts";
import { until } from "../support/until.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom } = running;
const at = await twoTeams(running);
after(() => at[Symbol.asyncDispose]());

test("a new chat waits for the number's team, shows its line alone, and opens to whoever takes it", async () => {
  const { conversationId, waId } = await at.chat("I would like a sofa");
  const { session } = at.seller;
  const [row] = (await session.get("/conversations?view=unassigned")).conversations;
  assert.deepEqual([row.id, row.teamId, row.contact, row.last], [conversationId, at.sales, null, null]);
  assert.equal(
    outcomeOf(await session.api("GET", `/conversations/${conversationId}`)),
    "403 inbox.take_first",
  );
  await session.post(`/conversations/${conversationId}/take`);
  assert.equal((await session.get(`/conversations/${conversationId}`)).contact.phone, `+${waId}`);
  assert.equal(JSON.stringify(await session.get("/contacts")).includes(waId), false, "masked in a list");
  const shown = (await readLog(running)).filter(({ kind }) => kind === "contact.phone_shown");
  assert.deepEqual(
    shown.map(({ actor }) => actor),
    [`member:${at.seller.memberId}`],
  );
});

test("a contact without a name is not named by their number in an agent's lists and patches", async () => {
  const { conversationId, waId } = await at.chat();
  const { contact } = await at.salesLead.session.get(`/conversations/${conversationId}`);
  const socket = await new LiveClient(wardroom, at.seller.session).greeted();
  await at.seller.session.post(`/conversations/${conversationId}/take`);
  await socket.next("conversation", ({ row }) => row.id === conversationId && row.sight === "open");
  assert.equal(JSON.stringify(socket.events).includes(waId), false);
  assert.equal(contact.phone, `+${waId}`);
  await socket.close();
});

test("a lead sees and assigns the chats of their team, to members of their team, and no others", async () => {
  const { conversationId } = await at.chat();
  const { session } = at.salesLead;
  const assign = async (memberId: string | null) =>
    outcomeOf(await session.api("POST", `/conversations/${conversationId}/assign`, { memberId }));
  assert.equal((await session.get(`/conversations/${conversationId}`)).teamId, at.sales);
  assert.equal(await assign(at.carer.memberId), "422 inbox.not_in_team");
  assert.equal(await assign(at.seller.memberId), "200");
  assert.equal(await assign(at.otherSeller.memberId), "200");
  const all = (await session.get("/conversations?view=all")).conversations;
  assert.ok(all.some(({ id }: { id: string }) => id === conversationId));
});

test("a lead is told how their own team is doing and nothing of another, and an Owner of all", async () => {
  const { conversationId } = await at.chat();
  await at.seller.session.post(`/conversations/${conversationId}/take`);
  const message = { kind: "text", clientId: randomUUID(), text: "We have it." };
  await at.seller.session.post(`/conversations/${conversationId}/messages`, message);
  const there = (await at.chat()).conversationId;
  await at.salesLead.session.post(`/conversations/${there}/team`, { teamId: at.care });
  await at.carer.session.post(`/conversations/${there}/take`);

  const lead = await at.salesLead.session.get("/performance?period=today");
  assert.deepEqual(
    lead.teams.map(({ team }: { team: object }) => team),
    [{ id: at.sales, name: "Sales" }],
  );
  const [{ total, members, others, unassigned }] = lead.teams;
  const listed = members.map(({ id }: { id: string }) => id).sort();
  assert.deepEqual(listed, [at.salesLead, at.seller, at.otherSeller].map(({ memberId }) => memberId).sort());
  const own = members.find(({ id }: { id: string }) => id === at.seller.memberId).figures;
  assert.deepEqual([own.sent, own.answered], [1, 1]);
  assert.ok(own.firstAnswer.medianSeconds >= 0 && total.open > unassigned.open);
  assert.equal(others, null);
  const text = JSON.stringify(lead);
  for (const hidden of [at.carer.memberId, at.careLead.memberId, at.care])
    assert.equal(text.includes(hidden), false);

  const whole = await owner.get("/performance?period=days28");
  const names = whole.teams.map((each: { team: { name: string } }) => each.team.name);
  assert.deepEqual(names, ["Sales", "Care"]);
  const [, care] = whole.teams;
  assert.deepEqual([care.total.open, care.total.taken, care.total.answered], [1, 1, 0]);
  const noted = (await readLog(running)).filter(({ kind }) => kind === "performance.read");
  assert.deepEqual(
    noted.map(({ actor, detail }) => [actor, detail]),
    [
      [`member:${at.salesLead.memberId}`, { period: "today" }],
      [noted[1]?.actor, { period: "days28" }],
    ],
  );
  assert.equal(
    outcomeOf(await at.seller.session.api("GET", "/performance?period=today")),
    "403 access.permission_missing",
  );
});

test("a chat that is handed to another team waits there, and closes on the screens of those it left", async () => {
  const { conversationId } = await at.chat();
  await at.seller.session.post(`/conversations/${conversationId}/take`);
  const [seller, carer] = await Promise.all(
    [at.seller, at.carer].map(({ session }) => new LiveClient(wardroom, session).greeted()),
  );
  seller?.send({ watch: conversationId });
  await at.seller.session.post(`/conversations/${conversationId}/team`, { teamId: at.care });
  await seller?.next("conversation_gone", (event) => event.conversationId === conversationId);
  const { row } = (await carer?.next("conversation", (event) => event.row.id === conversationId)) ?? {};
  assert.deepEqual([row?.sight, row?.contact, row?.teamId], ["closed_to_you", null, at.care]);
  const lost = await at.seller.session.api("GET", `/conversations/${conversationId}`);
  assert.equal(outcomeOf(lost), "404 inbox.no_conversation");
  await at.carer.session.post(`/conversations/${conversationId}/take`);
  for (const one of [seller, carer]) await one?.close();
});

test("whoever changes teams loses the chats of the team they left, at once and on an open screen", async () => {
  const { conversationId } = await at.chat();
  const { session, memberId } = at.otherSeller;
  await session.post(`/conversations/${conversationId}/take`);
  const socket = await new LiveClient(wardroom, session).greeted();
  socket.send({ watch: conversationId });
  const moved = await owner.api("PUT", `/members/${memberId}/teams`, { teamIds: [at.care] });
  assert.deepEqual([moved.status, moved.body.teamIds], [200, [at.care]]);
  await socket.next("conversation_gone", (event) => event.conversationId === conversationId);
  await socket.next("changed", ({ what }) => what === "teams");
  assert.equal(
    outcomeOf(await session.api("GET", `/conversations/${conversationId}`)),
    "404 inbox.no_conversation",
  );
  const chat = await at.salesLead.session.get(`/conversations/${conversationId}`);
  assert.deepEqual([chat.assigneeId, chat.teamId], [null, at.sales]);
  await owner.api("PUT", `/members/${memberId}/teams`, { teamIds: [at.sales] });
  await socket.close();
});

test("a Team Lead suspends an agent of theirs, whose screen closes and whose chats wait; an Admin lets them back in", async () => {
  const { conversationId } = await at.chat();
  const { session, memberId } = at.otherSeller;
  await session.post(`/conversations/${conversationId}/take`);
  const socket = await new LiveClient(wardroom, session).greeted();
  const suspended = await at.salesLead.session.api("POST", `/members/${memberId}/deactivate`);
  assert.deepEqual([suspended.status, suspended.body.state], [200, "deactivated"]);
  await until(async () => socket.closed !== undefined, 1_500);
  assert.equal((await session.api("GET", "/members")).body.code, "session.none");
  assert.equal((await at.salesLead.session.get(`/conversations/${conversationId}`)).assigneeId, null);
  const undone = await at.salesLead.session.api("POST", `/members/${memberId}/reactivate`);
  assert.equal(outcomeOf(undone), "403 access.permission_missing");
  assert.equal((await session.api("GET", "/members")).body.code, "session.none");
  const back = await owner.api("POST", `/members/${memberId}/reactivate`);
  assert.deepEqual([back.status, back.body.state, back.body.teamIds], [200, "active", [at.sales]]);
});

test("a team that is dissolved hands its chats on, and no customer waits for nobody", async () => {
  const { teams } = await owner.post("/teams", { name: "Law" });
  const law = teams.at(-1).id;
  const { conversationId } = await at.chat();
  await at.salesLead.session.post(`/conversations/${conversationId}/team`, { teamId: law });
  assert.equal((await at.carer.session.api("GET", `/conversations/${conversationId}`)).status, 404);
  await owner.post(`/teams/${law}/dissolve`, { into: at.care });
  const waiting = (await at.carer.session.get("/conversations?view=unassigned")).conversations;
  assert.ok(
    waiting.some(({ id, teamId }: Record<string, unknown>) => id === conversationId && teamId === at.care),
  );
});

test("an Admin sees every chat in the list, takes an unassigned one, and opens another with a reason", async () => {
  const [first, second] = [await at.chat(), await at.chat()];
  await at.seller.session.post(`/conversations/${first.conversationId}/take`);
  const ids = (await owner.get("/conversations?view=all&limit=100")).conversations.map(
    ({ id }: { id: string }) => id,
  );
  assert.ok(ids.includes(first.conversationId) && ids.includes(second.conversationId));
  const asked = await owner.api("GET", `/conversations/${first.conversationId}`);
  assert.equal(outcomeOf(asked), "403 inbox.reason_needed");
  await owner.post(`/conversations/${first.conversationId}/open`, { reason: "covering" });
  assert.equal((await owner.api("GET", `/conversations/${first.conversationId}`)).status, 200);
  const sofa = { kind: "text", clientId: randomUUID(), text: "Hello" };
  await owner.post(`/conversations/${second.conversationId}/take`);
  assert.equal(
    (await owner.api("POST", `/conversations/${second.conversationId}/messages`, sofa)).status,
    200,
  );
});
