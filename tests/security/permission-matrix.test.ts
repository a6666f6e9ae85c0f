import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { type Permission, permissionsOf } from "../../server/access/permissions.ts";
import type { Access } from "../../server/http/api.ts";
import type { Role } from "../../server/identity/actor.ts";
import { Desk } from "../support/desk.ts";
import { inviteMember } from "../support/invite-member.ts";
import { MetaDoor, newPerson } from "../support/meta-door.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { startSession, type TestSession } from "../support/test-session.ts";

interface KnownRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

const routes: KnownRoute[] = [];
const running = await runWardroom({ onRoute: (route) => void routes.push(route) });
after(() => running[Symbol.asyncDispose]());
const { wardroom, config, owner, made } = running;

const member = (role: Role, name: string) =>
  inviteMember(wardroom, owner, { name, role, email: `${name.toLowerCase()}@marsahome.example` });
const [agent, otherAgent, lead, admin] = await Promise.all([
  member("agent", "Amal"),
  member("agent", "Basma"),
  member("team_lead", "Lina"),
  member("admin", "Adel"),
]);

const nameOf = ({ method, path }: KnownRoute) => `${method} ${path}`;

test("what needs no permission is known", () => {
  const open = [
    "public",
    "device_key",
    "any_session",
    "factor_pending",
    "enrolling",
    "device_pending",
    "password_pending",
    "signed_in",
  ];
  assert.deepEqual(
    routes
      .filter(({ access }) => open.includes(access))
      .map((route) => `${nameOf(route)} ${route.access}`)
      .sort(),
    [
      "DELETE /session any_session",
      "GET /me/company-accounts signed_in",
      "GET /network signed_in",
      "GET /recovery public",
      "GET /session any_session",
      "GET /setup public",
      "GET /sso/choices public",
      "POST /enrolment/passkey public",
      "POST /invitations/accept public",
      "POST /invitations/company-account public",
      "POST /invitations/enrolment public",
      "POST /invitations/open public",
      "POST /recovery/email public",
      "POST /recovery/email-stop public",
      "POST /recovery/factor-reset-cancel public",
      "POST /recovery/open public",
      "POST /recovery/owner public",
      "POST /recovery/password public",
      "POST /recovery/reset-request public",
      "POST /session public",
      "POST /session/binding device_key",
      "POST /session/binding/renew device_key",
      "POST /session/continue device_pending",
      "POST /session/enrolment enrolling",
      "POST /session/enrolment/confirm enrolling",
      "POST /session/factor factor_pending",
      "POST /session/factor/request factor_pending",
      "POST /session/lock signed_in",
      "POST /session/passkey public",
      "POST /session/passkey/request public",
      "POST /session/password password_pending",
      "POST /setup/complete public",
      "POST /setup/enrolment public",
      "POST /setup/open public",
      "POST /sso/start public",
    ],
    "what needs no permission is listed here by hand",
  );
});

test("roles differ where the table says: what each may that the one before may not", () => {
  const beyond = (role: Role, below: Role) => {
    const lower = new Set<Permission>(permissionsOf(below));
    return permissionsOf(role).filter((permission) => !lower.has(permission));
  };
  assert.deepEqual(beyond("team_lead", "agent"), [
    ...["contact.list_phone", "contact.view_team", "conversation.assign", "conversation.view_team"],
    ...["device.approve_others", "member.change_teams", "member.deactivate", "member.invite"],
    ...["member.list_invited", "metrics.read"],
  ]);
  assert.deepEqual(beyond("agent", "team_lead"), []);
  assert.deepEqual(
    beyond("team_lead", "admin"),
    ["conversation.view_team"],
    "an Admin gives a reason instead",
  );
});

/** A chat with a file that waits, taken by `session`; and all ids that lead into it. */
async function chatOf(session: TestSession) {
  const door = new MetaDoor(running);
  const person = newPerson();
  const text = door.text(person, "mine alone");
  const image = { id: "555555", mime_type: "image/jpeg" };
  const picture = { ...door.text(person, ""), type: "image", image };
  await door.post(door.change({ contacts: [door.contact(person)], messages: [text, picture] }));
  const [row] = await new Desk(session).unassigned();
  assert.ok(row);
  return { id: row.id, person };
}

async function takenChat(session: TestSession) {
  const { id } = await chatOf(session);
  const desk = new Desk(session);
  await session.post(`/conversations/${id}/take`);
  const messages = await desk.messages(id);
  const media = messages.flatMap(({ body }) => (body.kind === "image" ? [body.media.id] : []));
  const { contact } = await desk.open(id);
  return { conversation: id, message: messages[0]?.id ?? "", media: media[0] ?? "", contact: contact.id };
}

type Ids = Awaited<ReturnType<typeof takenChat>>;

/** Everything that can be done with a chat, its messages, its file and its person, by their ids. */
function acts({ conversation, message, media, contact }: Ids): Array<readonly [string, string, unknown?]> {
  const clientId = randomUUID();
  return [
    ["GET", `/conversations/${conversation}`],
    ["GET", `/conversations/${conversation}/messages`],
    ["POST", `/conversations/${conversation}/messages`, { kind: "text", clientId, text: "x" }],
    [
      "POST",
      `/conversations/${conversation}/messages`,
      { kind: "text", clientId, text: "x", replyToId: message },
    ],
    ["POST", `/conversations/${conversation}/close`],
    ["POST", `/conversations/${conversation}/reopen`],
    ["POST", `/conversations/${conversation}/read`, { position: 1 }],
    ["POST", `/conversations/${conversation}/typing`],
    ["POST", `/conversations/${conversation}/assign`, { memberId: null }],
    ["POST", `/messages/${message}/decide`, { decision: "drop" }],
    ["GET", `/media/${media}`],
    ["POST", `/uploads?conversation=${conversation}`, Buffer.from("a file")],
    ["PATCH", `/contacts/${contact}`, { name: "stolen" }],
  ];
}

async function outcomes(session: TestSession, ids: Ids): Promise<string[]> {
  const found: string[] = [];
  for (const [method, path, body] of acts(ids)) {
    const headers: Record<string, string> = Buffer.isBuffer(body) ? { "content-type": "text/plain" } : {};
    const answer = await session.call(method, `/api/v1${path}`, body, headers);
    found.push(`${answer.status} ${answer.body?.code ?? ""}`.trim());
  }
  return found;
}

test("an Agent reaches nothing of another Agent's chat, by whatever id", async () => {
  const ids = await takenChat(agent.session);
  const refused = await outcomes(otherAgent.session, ids);
  assert.deepEqual([...new Set(refused)].sort(), [
    ...["404 inbox.no_contact", "404 inbox.no_conversation", "404 inbox.no_message", "404 media.not_found"],
  ]);
  const taking = await otherAgent.session.api("POST", `/conversations/${ids.conversation}/take`);
  assert.deepEqual([taking.status, taking.body.code], [404, "inbox.no_conversation"]);
  const withReason = await otherAgent.session.api("POST", `/conversations/${ids.conversation}/open`, {
    reason: "covering",
  });
  assert.equal(withReason.body.code, "access.permission_missing");
  for (const view of ["mine", "unassigned"])
    assert.deepEqual((await otherAgent.session.get(`/conversations?view=${view}`)).conversations, []);
  assert.deepEqual((await otherAgent.session.get("/contacts")).contacts, []);
  const [untouched] = await new Desk(agent.session).messages(ids.conversation);
  assert.deepEqual(untouched?.body, { kind: "text", text: "mine alone" });
  assert.equal((await new Desk(agent.session).open(ids.conversation)).assigneeId, agent.memberId);
});

test("of an unassigned chat nobody sees into more than its line, until it is taken", async () => {
  const { id } = await chatOf(agent.session);
  for (const session of [agent.session, admin.session, owner]) {
    for (const path of [`/conversations/${id}`, `/conversations/${id}/messages`]) {
      const { status, body } = await session.api("GET", path);
      assert.deepEqual([status, body.code], [403, "inbox.take_first"]);
    }
    const row = (await new Desk(session).unassigned()).find((each) => each.id === id);
    assert.deepEqual([row?.contact, row?.last, row?.sight], [null, null, "closed_to_you"]);
  }
  assert.equal((await lead.session.api("GET", `/conversations/${id}`)).status, 200, "a Team Lead's work");
});

test("an Admin opens a colleague's chat with a reason only, and a Team Lead without one", async () => {
  const ids = await takenChat(agent.session);
  assert.equal((await lead.session.api("GET", `/conversations/${ids.conversation}/messages`)).status, 200);
  const { status, body } = await admin.session.api("GET", `/conversations/${ids.conversation}/messages`);
  assert.deepEqual([status, body.code], [403, "inbox.reason_needed"]);
  assert.equal((await admin.session.api("GET", `/media/${ids.media}`)).body.code, "inbox.reason_needed");
});

test("ids of another workspace are unknown, whatever is asked of them", async () => {
  const other = await setUp(wardroom, config, {
    workspace: { name: "Other", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "simulator" },
  });
  const { email, totpSecret } = other.owner;
  const omar = await startSession(wardroom, { email, password: OWNER_PASSWORD, totpSecret, now: new Date() });
  const ids = await takenChat(agent.session);
  assert.deepEqual([...new Set((await outcomes(omar, ids)).map((outcome) => outcome.slice(0, 3)))], ["404"]);

  const door = new MetaDoor(running);
  const lost = { messages: [door.text(newPerson(), "for nobody")] };
  await door.post(door.change(lost, { phoneNumberId: "42" }));
  const [held] = await new Desk(owner).held();
  const { invitation } = await owner.post("/invitations", { name: "Ghada", role: "agent" });
  const number = made.number?.id ?? "";
  const template = (await owner.get(`/numbers/${number}/templates`)).templates[0];
  const further: Array<readonly [string, string, unknown?]> = [
    ["POST", `/conversations/${ids.conversation}/take`],
    ["POST", `/conversations/${ids.conversation}/open`, { reason: "covering" }],
    ["PATCH", `/members/${agent.memberId}`, { role: "owner" }],
    ["POST", `/members/${agent.memberId}/deactivate`],
    ["DELETE", `/invitations/${invitation.id}`],
    ["GET", `/numbers/${number}/callback`],
    ["GET", `/numbers/${number}/templates`],
    ["POST", `/numbers/${number}/templates/synchronise`],
    ["POST", `/numbers/${number}/disconnect`],
    ["POST", `/numbers/${number}/phone-link`, { language: "en" }],
    ["GET", `/quarantine/${held?.id}`],
    ["POST", `/quarantine/${held?.id}/retry`],
    ["POST", `/quarantine/${held?.id}/drop`],
    [
      "POST",
      "/conversations",
      {
        numberId: number,
        to: { contactId: ids.contact },
        clientId: randomUUID(),
        template: { templateId: template.id, variables: {} },
      },
    ],
  ];
  const found = [];
  for (const [method, path, body] of further) found.push([path, (await omar.api(method, path, body)).status]);
  assert.deepEqual(
    found,
    further.map(([, path]) => [path, 404]),
  );
  const mine = (await omar.get("/conversations?view=unassigned")).conversations;
  assert.deepEqual([mine, (await omar.get("/contacts")).contacts, await new Desk(omar).held()], [[], [], []]);
  const assigned = await owner.api("POST", `/conversations/${ids.conversation}/assign`, {
    memberId: other.owner.memberId,
  });
  assert.deepEqual([assigned.status, assigned.body.code], [422, "inbox.no_such_member"]);
  await omar.close();
});
