import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { newPng } from "../support/attack-files.ts";
import { asSuperuser, invited, strangerWrites } from "../support/attack-rig.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { startSession, type TestSession } from "../support/test-session.ts";

/**
 * The attacker: the Owner of another workspace of the installation, with ids of this one. No event in either log: for a
 * query of theirs what is ours is not there at all, so that a guessed id cannot be told from a mistyped one.
 */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom, config, made } = running;

const theirs = await setUp(wardroom, config, {
  workspace: { name: "Other Shop", timeZone: "Asia/Dubai" },
  owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
  number: { host: "simulator" },
});
const other = await startSession(wardroom, {
  email: "omar@other.example",
  password: OWNER_PASSWORD,
  totpSecret: theirs.owner.totpSecret,
  now: new Date(),
});
after(() => other.close());

/** Ids of things of the first workspace, in a chat of its Owner's. */
async function takeChat(text: string) {
  const { conversationId } = await strangerWrites(running, text);
  await owner.post(`/conversations/${conversationId}/take`);
  const { contact } = await owner.get(`/conversations/${conversationId}`);
  const { messages } = await owner.get(`/conversations/${conversationId}/messages`);
  const upload = await owner.call(
    "POST",
    `/api/v1/uploads?conversation=${conversationId}`,
    newPng(randomBytes(200)),
    { "content-type": "image/png" },
  );
  const sent = await owner.post(`/conversations/${conversationId}/messages`, {
    kind: "media",
    clientId: randomUUID(),
    uploadId: upload.body.uploadId,
  });
  return {
    conversationId,
    contactId: contact.id,
    messageId: messages[0].id,
    sentId: sent.id,
    mediaId: sent.body.media.id,
    uploadId: upload.body.uploadId,
  };
}

/** All rows that an act of an attacker could leave in the first workspace, counted, and the versions that rise. */
function traces(): Promise<unknown> {
  return asSuperuser(running, async (client) => {
    const { rows } = await client.query(
      `select (select count(*) from inbox_message where workspace_id = $1) as messages,
              (select sum(version) from inbox_conversation where workspace_id = $1) as conversations,
              (select sum(version) from inbox_contact where workspace_id = $1) as contacts,
              (select count(*) from inbox_opening where workspace_id = $1) as openings,
              (select count(*) from identity_member where workspace_id = $1 and state = 'active') as members,
              (select string_agg(role, ',' order by id) from identity_member where workspace_id = $1) as roles,
              (select count(*) from whatsapp_number where workspace_id = $1 and state = 'connected') as numbers`,
      [made.workspaceId],
    );
    return rows[0];
  });
}

test("the Owner of another workspace finds nothing under any id of ours, and changes nothing", async () => {
  const ids = await takeChat("Between us");
  const template = await anyTemplate(owner, made.number?.id);
  const numberId = made.number?.id;
  const clientId = randomUUID();
  const send = { numberId, clientId, template: { templateId: template, variables: {} } };
  const attempts: Array<[string, string, unknown?]> = [
    ["GET", `/conversations/${ids.conversationId}`],
    ["GET", `/conversations/${ids.conversationId}/messages`],
    ["POST", `/conversations/${ids.conversationId}/messages`, { kind: "text", clientId, text: "Hi" }],
    ["POST", `/conversations/${ids.conversationId}/open`, { reason: "complaint" }],
    ["POST", `/conversations/${ids.conversationId}/take`],
    ["POST", `/conversations/${ids.conversationId}/assign`, { memberId: theirs.owner.memberId }],
    ["POST", `/conversations/${ids.conversationId}/close`],
    ["POST", `/conversations/${ids.conversationId}/reopen`],
    ["POST", `/conversations/${ids.conversationId}/read`, { position: 1 }],
    ["POST", `/conversations/${ids.conversationId}/typing`],
    ["POST", `/messages/${ids.sentId}/decide`, { decision: "drop" }],
    ["POST", "/conversations", { ...send, to: { contactId: ids.contactId } }],
    ["POST", "/conversations", { ...send, to: { phone: "+971500000999" } }],
    ["PATCH", `/contacts/${ids.contactId}`, { name: "Mine" }],
    ["GET", `/media/${ids.mediaId}`],
    ["PATCH", `/members/${made.owner.memberId}`, { role: "agent" }],
    ["POST", `/members/${made.owner.memberId}/deactivate`],
    ["GET", `/numbers/${numberId}/callback`],
    ["GET", `/numbers/${numberId}/templates`],
    ["POST", `/numbers/${numberId}/templates/synchronise`],
    ["POST", `/numbers/${numberId}/phone-link`, { language: "en" }],
    ["POST", `/numbers/${numberId}/disconnect`],
  ];
  const before = await traces();
  const answers: string[] = [];
  for (const [method, path, body] of attempts) {
    const { status } = await other.api(method, path, body);
    if (status !== 404) answers.push(`${method} ${path} answered ${status}`);
  }
  const upload = await other.call(
    "POST",
    `/api/v1/uploads?conversation=${ids.conversationId}`,
    newPng(randomBytes(200)),
    { "content-type": "image/png" },
  );
  assert.equal(upload.status, 404);
  assert.deepEqual(answers, []);
  assert.deepEqual(await traces(), before);
  const seen = JSON.stringify([
    await other.get("/contacts"),
    await other.get("/members"),
    await other.get("/numbers"),
    await other.get("/conversations?view=all"),
    await other.get("/conversations/counts"),
  ]);
  for (const id of [...Object.values(ids), made.owner.memberId, numberId])
    assert.ok(!seen.includes(String(id)));
});

test("messages, files and members' chats of another conversation are no handle in one's own", async () => {
  const foreign = await takeChat("Somebody else's");
  const agent = await invited(running, "agent");
  const { conversationId: own } = await strangerWrites(running, "Mine");
  await agent.session.post(`/conversations/${own}/take`);
  const clientId = () => randomUUID();
  const before = await traces();
  const attempts: Array<[string, string, unknown, string]> = [
    [
      "POST",
      `/conversations/${own}/messages`,
      { kind: "text", clientId: clientId(), text: "See?", replyToId: foreign.messageId },
      "404 inbox.no_message",
    ],
    [
      "POST",
      `/conversations/${own}/messages`,
      { kind: "reaction", clientId: clientId(), messageId: foreign.messageId, emoji: "👍" },
      "404 inbox.no_message",
    ],
    [
      "POST",
      `/conversations/${own}/messages`,
      { kind: "media", clientId: clientId(), uploadId: foreign.uploadId },
      "404 media.upload_not_found",
    ],
    ["POST", `/messages/${foreign.sentId}/decide`, { decision: "send_again" }, "404 inbox.no_message"],
    ["GET", `/media/${foreign.mediaId}`, undefined, "404 media.not_found"],
    ["POST", `/conversations/${foreign.conversationId}/read`, { position: 1 }, "404 inbox.no_conversation"],
    ["POST", `/conversations/${foreign.conversationId}/typing`, undefined, "404 inbox.no_conversation"],
    ["POST", `/conversations/${foreign.conversationId}/close`, undefined, "404 inbox.no_conversation"],
    [
      "POST",
      `/conversations/${foreign.conversationId}/assign`,
      { memberId: agent.memberId },
      "404 inbox.no_conversation",
    ],
    ["POST", `/conversations/${foreign.conversationId}/take`, undefined, "404 inbox.no_conversation"],
    ["PATCH", `/contacts/${foreign.contactId}`, { name: "Mine" }, "404 inbox.no_contact"],
    [
      "POST",
      "/conversations",
      {
        ...{ numberId: made.number?.id, clientId: clientId(), to: { contactId: foreign.contactId } },
        template: { templateId: await anyTemplate(owner, made.number?.id), variables: {} },
      },
      "404 inbox.no_contact",
    ],
    ["POST", `/conversations/${own}/assign`, { memberId: theirs.owner.memberId }, "422 inbox.no_such_member"],
  ];
  for (const [method, path, body, expected] of attempts) {
    const answer = await agent.session.api(method, path, body);
    assert.equal(`${answer.status} ${answer.body.code}`, expected, `${method} ${path}`);
  }
  assert.deepEqual(await traces(), before);
  await agent.session.close();
});

async function anyTemplate(session: TestSession, numberId: string | undefined): Promise<string> {
  const { templates } = await session.get(`/numbers/${numberId}/templates`);
  return templates[0].id;
}
