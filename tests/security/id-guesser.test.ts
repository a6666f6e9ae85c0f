import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { newPng } from "../support/attack-files.ts";
import { readLog } from "../support/attack-rig.ts";
import { LiveClient } from "../support/live-client.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import type { Answer, TestSession } from "../support/test-session.ts";
import { outcomeOf, twoTeams } from "../support/two-teams.ts";
import { until } from "../support/until.ts";

/**
 * The attacker: a colleague of another team who has the ids of a chat, its message, its file and its person (from a
 * screenshot, from the time when it was theirs), and asks every door for them.
 */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom, made } = running;
const at = await twoTeams(running);
after(() => at[Symbol.asyncDispose]());

/** A chat of Sales with a file, taken by the seller or still waiting; and every id that leads into it. */
async function target(isTaken: "taken" | "waiting") {
  const { conversationId: conversation, customerId, waId } = await at.chat();
  await wardroom.simulator?.sendAsCustomer(customerId, {
    ...{ type: "image", bytes: newPng(randomBytes(200)), mimeType: "image/png" },
  });
  await wardroom.simulator?.idle();
  const lead = at.salesLead.session;
  const { messages } = await lead.get(`/conversations/${conversation}/messages`);
  const { contact } = await lead.get(`/conversations/${conversation}`);
  if (isTaken === "taken") await at.seller.session.post(`/conversations/${conversation}/take`);
  const media: string = messages.at(-1).body.media.id;
  return { conversation, message: messages[0].id as string, media, contact: contact.id as string, waId };
}

type Ids = Pick<Awaited<ReturnType<typeof target>>, "conversation" | "message" | "media" | "contact">;

const ABSENT = "019ab000-0000-7000-8000-000000000000";
const NOTHING: Ids = { conversation: ABSENT, message: ABSENT, media: ABSENT, contact: ABSENT };

function acts({ conversation, message, media, contact }: Ids, templateId: string) {
  const clientId = randomUUID();
  const chat = `/conversations/${conversation}`;
  return [
    ["GET", chat],
    ["GET", `${chat}/messages`],
    ["POST", `${chat}/messages`, { kind: "text", clientId, text: "x" }],
    ["POST", `${chat}/take`],
    ["POST", `${chat}/assign`, { memberId: at.carer.memberId }],
    ["POST", `${chat}/team`, { teamId: at.care }],
    ["POST", `${chat}/close`],
    ["POST", `${chat}/reopen`],
    ["POST", `${chat}/read`, { position: 1 }],
    ["POST", `${chat}/typing`],
    ["POST", `/messages/${message}/decide`, { decision: "drop" }],
    ["GET", `/media/${media}`],
    ["POST", `/uploads?conversation=${conversation}`, Buffer.from("a file")],
    ["PATCH", `/contacts/${contact}`, { name: "Mine" }],
    [
      "POST",
      "/conversations",
      {
        ...{ numberId: at.number, to: { contactId: contact }, clientId },
        template: { templateId, variables: {} },
      },
    ],
  ] as ReadonlyArray<readonly [method: string, path: string, body?: unknown]>;
}

/** All of an answer that a caller sees, but what is another in each of them. */
function seenOf({ status, headers, body }: Answer): unknown {
  const { date: _, ratelimit: __, "x-request-id": ___, ...rest } = headers;
  const text = JSON.stringify({ ...body, requestId: "" });
  return { status, headers: rest, text };
}

async function ask(session: TestSession, ids: Ids) {
  const { templates } = await owner.get(`/numbers/${made.number?.id}/templates`);
  const found = [];
  for (const [method, path, body] of acts(ids, templates[0].id)) {
    const headers: Record<string, string> = Buffer.isBuffer(body) ? { "content-type": "text/plain" } : {};
    const answer = await session.call(method, `/api/v1${path}`, body, headers);
    found.push({ act: `${method} ${path.replace(/[0-9a-f-]{36}/, ":id")}`, answer });
  }
  return found;
}

for (const [who, isTaken] of [
  ["carer", "taken"],
  ["carer", "waiting"],
  ["careLead", "taken"],
  ["careLead", "waiting"],
  ["otherSeller", "taken"],
] as const) {
  test(`${who} is answered of a chat that is ${isTaken} as of one that is not there, to the byte`, async () => {
    const ids = await target(isTaken);
    const { session } = at[who];
    const [hidden, absent] = [await ask(session, ids), await ask(session, NOTHING)];
    assert.deepEqual(
      hidden.map(({ act, answer }) => [act, seenOf(answer)]),
      absent.map(({ act, answer }) => [act, seenOf(answer)]),
    );
    assert.deepEqual([...new Set(hidden.map(({ answer }) => answer.status))], [404]);
    const chat = await at.salesLead.session.get(`/conversations/${ids.conversation}`);
    const expected = [isTaken === "taken" ? at.seller.memberId : null, at.sales, "Layla Haddad", "open"];
    assert.deepEqual([chat.assigneeId, chat.teamId, chat.contact.name, chat.state], expected);
  });
}

test("that somebody reached for what is hidden is in the log, though the answer does not tell", async () => {
  const ids = await target("taken");
  await at.carer.session.api("POST", `/conversations/${ids.conversation}/reopen`);
  await until(async () =>
    (await readLog(running)).some(
      ({ kind, actor, subject, detail }) =>
        kind === "access.refused" &&
        actor === `member:${at.carer.memberId}` &&
        subject === "operation:POST /conversations/:id/reopen" &&
        detail["hidden"] === true,
    ),
  );
});

test("lists, counts, search by number and the socket tell another team nothing, not even an id", async () => {
  const socket = await new LiveClient(wardroom, at.carer.session).greeted();
  const leads = await new LiveClient(wardroom, at.careLead.session).greeted();
  const ids = await target("waiting");
  for (const one of [socket, leads]) one.send({ watch: ids.conversation });
  await at.seller.session.post(`/conversations/${ids.conversation}/take`);
  await at.seller.session.post(`/conversations/${ids.conversation}/messages`, {
    ...{ kind: "text", clientId: randomUUID(), text: "The price is 900." },
  });
  for (const { session } of [at.carer, at.careLead]) {
    assert.deepEqual((await session.get("/conversations?view=unassigned")).conversations, []);
    assert.deepEqual((await session.get("/contacts")).contacts, []);
    assert.deepEqual((await session.get(`/contacts?phone=%2B${ids.waId}`)).contacts, []);
    const counts = await session.get("/conversations/counts");
    assert.deepEqual([counts.mine, counts.unassigned, counts.all ?? 0, counts.teams], [0, 0, 0, {}]);
  }
  assert.deepEqual((await at.careLead.session.get("/conversations?view=all")).conversations, []);
  for (const hidden of [at.sales, ABSENT])
    assert.deepEqual(
      (await at.careLead.session.get(`/conversations?view=all&team=${hidden}`)).conversations,
      [],
    );
  const { teams } = await at.careLead.session.get("/performance?period=days28");
  const [{ team, total, members, others }] = teams;
  assert.deepEqual([teams.length, team.id, total.open, total.sent, others], [1, at.care, 0, 0, null]);
  assert.equal(members.length, 2, "of Care, and nobody of Sales");
  // A chat of their own comes through, so what was before it has been delivered as well.
  for (const [one, { session }] of [
    [socket, at.carer],
    [leads, at.careLead],
  ] as const) {
    const said = JSON.stringify(one.events);
    for (const secret of [ids.conversation, ids.contact, ids.message, ids.waId, "Layla", "900"])
      assert.equal(said.includes(secret), false, `${secret} came over the socket`);
    assert.equal(one.closed, undefined, "and what it watches does not tell by an end");
    assert.equal((await session.get("/session")).state, "signed_in");
    await one.close();
  }
});

test("a number that is for another team is as one that is not there", async () => {
  const set = (teamIds: string[]) =>
    owner.api("PUT", `/numbers/${at.number}/teams`, { teamIds, defaultTeamId: at.sales });
  const { conversation } = await target("waiting");
  await at.salesLead.session.post(`/conversations/${conversation}/team`, { teamId: at.care });
  await at.careLead.session.post(`/conversations/${conversation}/close`);
  const closedByCare = async () => (await at.careLead.session.get("/performance")).teams[0].total.closed;
  assert.equal(await closedByCare(), 1);
  assert.equal((await set([at.sales])).status, 200);
  const { session } = at.carer;
  assert.deepEqual((await session.get("/numbers")).numbers, []);
  assert.equal((await at.seller.session.get("/numbers")).numbers.length, 1);
  assert.equal(await closedByCare(), 0, "nor does a figure tell of a chat that stands on it");
  const { templates } = await owner.get(`/numbers/${at.number}/templates`);
  const write = (numberId: string) =>
    session.api("POST", "/conversations", {
      ...{ numberId, to: { phone: "+971500000001" }, clientId: randomUUID() },
      template: { templateId: templates[0].id, variables: {} },
    });
  for (const [hidden, absent] of [
    [
      await session.api("GET", `/numbers/${at.number}/templates`),
      await session.api("GET", `/numbers/${ABSENT}/templates`),
    ],
    [await write(at.number), await write(ABSENT)],
  ] as const)
    assert.deepEqual(seenOf(hidden), seenOf(absent));
  assert.equal((await set([])).status, 200);
});

test("ids of teams, members, invitations and offers that are not there, or another workspace's, are unknown", async () => {
  const asked = [
    await owner.api("PATCH", `/teams/${ABSENT}`, { name: "x" }),
    await owner.api("POST", `/teams/${ABSENT}/dissolve`, { into: null }),
    await owner.api("PUT", `/numbers/${ABSENT}/teams`, { teamIds: [], defaultTeamId: null }),
    await owner.api("PUT", `/members/${ABSENT}/teams`, { teamIds: [] }),
    await owner.api("POST", `/members/${ABSENT}/reactivate`),
    await owner.api("POST", "/ownership/offers", { memberId: ABSENT, afterwards: "owner" }),
    await owner.api("POST", `/ownership/offers/${ABSENT}/accept`),
    await owner.api("POST", `/ownership/offers/${ABSENT}/end`),
    await owner.api("POST", "/invitations", { name: "x", role: "agent", teamIds: [ABSENT] }),
  ];
  assert.deepEqual(asked.map(outcomeOf), [
    ...["404 access.team_not_found", "404 access.team_not_found", "404 whatsapp.number_not_found"],
    ...["404 access.member_not_found", "404 access.member_not_found", "404 access.member_not_found"],
    ...["404 access.offer_not_found", "404 access.offer_not_found", "422 access.team_unknown"],
  ]);
});
