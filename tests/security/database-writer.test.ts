import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { newPng } from "../support/attack-files.ts";
import { asSuperuser, type Colleague, invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { LiveClient } from "../support/live-client.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom } = running;

test("whoever writes the database cannot open a set-up of their own, even where they hide every workspace", async () => {
  const token = randomBytes(32).toString("base64url");
  const code = "aaaaaaaaaaaa";
  const plain = (use: string, value: string) =>
    createHash("sha256").update(`wardroom/setup/${use}/v1:`).update(value).digest();
  const routes = await asSuperuser(running, async (client) => {
    const { rows } = await client.query("delete from identity_workspace_route returning *");
    await client.query(
      `insert into identity_setup (id, code_hash, code_expires_at, session_hash, session_expires_at)
       values (1, $1, now() + interval '1 hour', $2, now() + interval '1 hour')
       on conflict (id) do update set code_hash = excluded.code_hash, session_hash = excluded.session_hash,
         code_expires_at = excluded.code_expires_at, session_expires_at = excluded.session_expires_at`,
      [plain("code", code), plain("session", token)],
    );
    return rows;
  });
  const thief = openSession(wardroom);
  thief.cookies.set("__Host-wr-setup", token);
  const state = await thief.get("/setup");
  const enrolled = await thief.api("POST", "/setup/enrolment", { email: "thief@evil.example" });
  const opened = await thief.api("POST", "/setup/open", { code });
  await thief.close();
  await asSuperuser(running, async (client) => {
    for (const { workspace_id, created_at } of routes)
      await client.query("insert into identity_workspace_route values ($1, $2)", [workspace_id, created_at]);
  });
  assert.equal(state.opened, false);
  assert.deepEqual([enrolled.status, enrolled.body.code], [401, "identity.setup_session_required"]);
  assert.deepEqual([opened.status, opened.body.code], [403, "identity.setup_code_refused"]);
});

/** A chat with a customer of its own, taken by a colleague who may have it. */
async function chatOf(
  colleague: Colleague,
  text: string,
): Promise<{ id: string; contactId: string; customerId: string }> {
  const { conversationId: id, customerId } = await strangerWrites(running, text);
  await colleague.session.post(`/conversations/${id}/take`);
  const { contact } = await colleague.session.get(`/conversations/${id}`);
  return { id, contactId: contact.id, customerId };
}

async function mine({ session }: Colleague): Promise<string[]> {
  const { conversations } = await session.get("/conversations?view=mine&limit=100");
  return conversations.map(({ id }: { id: string }) => id);
}

async function texts({ session }: Colleague, id: string): Promise<string[]> {
  const { messages } = await session.get(`/conversations/${id}/messages`);
  return messages.map(({ body }: { body: { text: string } }) => body.text);
}

async function customerSays(customerId: string, body: string): Promise<void> {
  await running.wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body });
  await running.wardroom.simulator?.idle();
}

/** Why updates are in quarantine. */
async function held(): Promise<string[]> {
  const { items } = await running.owner.get("/quarantine");
  return items.map(({ reason }: { reason: string }) => reason);
}

/** How often each forged row is on record. */
async function onRecord(table: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, subject, outcome, detail } of await readLog(running)) {
    if (kind !== "inbox.forged_row" || !subject.startsWith(`${table}:`)) continue;
    assert.deepEqual([outcome, detail["severity"]], ["refusal", "critical"]);
    counts[subject] = (counts[subject] ?? 0) + 1;
  }
  return counts;
}

function answersOf(answers: Array<{ status: number; body: { code: string } }>): string[] {
  return answers.map(({ status, body }) => `${status} ${body.code}`);
}

const write = (statement: string, values: unknown[]) =>
  asSuperuser(running, (client) => client.query(statement, values));

const hello = (text: string) => ({ kind: "text", clientId: randomUUID(), text });

test("a role that somebody gives a member in the database is not theirs, and makes them nobody until it is put right", async () => {
  const { session, memberId } = await invited(running, "agent");
  const write = (role: string) =>
    asSuperuser(running, (client) =>
      client.query("update identity_member set role = $2 where id = $1", [memberId, role]),
    );
  await write("owner");
  for (const [method, path] of [
    ["GET", "/session"],
    ["GET", "/members"],
    ["POST", "/invitations"],
  ] as const) {
    const { status, body } = await session.api(method, path, method === "GET" ? undefined : {});
    assert.deepEqual([status, body.code], [401, "session.none"], path);
  }
  const forged = (await readLog(running)).filter(({ subject }) => subject === `identity_member:${memberId}`);
  assert.deepEqual(
    [...new Set(forged.map(({ kind, detail }) => `${kind} ${detail["severity"]}`))],
    ["identity.forged_row critical"],
  );
  await write("agent");
  assert.equal((await session.get("/session")).role, "agent");
  await session.close();
});

test("a chat that somebody gives to an agent in the database is not theirs, and the others stay as they are", async () => {
  const [victim, thief] = [await invited(running, "agent"), await invited(running, "agent")];
  const secret = await chatOf(victim, "My card is 4711");
  const own = await chatOf(thief, "Good morning");
  const contacts = async () =>
    (await thief.session.get("/contacts")).contacts.map(({ id }: { id: string }) => id);
  const live = await new LiveClient(running.wardroom, thief.session).greeted();
  await write("update inbox_conversation set assignee_id = $1 where id = $2", [thief.memberId, secret.id]);

  assert.deepEqual(await mine(thief), [own.id], "the list goes on without it");
  assert.deepEqual(await contacts(), [own.contactId]);
  const tries: Array<[string, string, object?]> = [
    ["GET", ""],
    ["GET", "/messages"],
    ["POST", "/messages", hello("It is me")],
    ["POST", "/assign", { memberId: thief.memberId }],
    ["POST", "/take"],
  ];
  const answers = [];
  for (const [method, path, body] of tries)
    answers.push(await thief.session.api(method, `/conversations/${secret.id}${path}`, body));
  answers.push(await victim.session.api("GET", `/conversations/${secret.id}`));
  assert.deepEqual(answersOf(answers), Array(6).fill("403 inbox.forged_row"));
  const renamed = await thief.session.api("PATCH", `/contacts/${secret.contactId}`, { name: "Mine" });
  assert.equal(renamed.body.code, "inbox.no_contact");

  await write("select pg_notify('wardroom_live', $1)", [
    JSON.stringify({ workspaceId: running.made.workspaceId, conversations: [secret.id, own.id] }),
  ]);
  await live.next("conversation", ({ row }) => row.id === own.id);
  assert.ok(!live.events.some((event) => event.event === "conversation" && event.row.id === secret.id));
  assert.deepEqual(await texts(thief, own.id), ["Good morning"]);
  assert.deepEqual(await onRecord("inbox_conversation"), { [`inbox_conversation:${secret.id}`]: 1 });

  await write("update inbox_conversation set assignee_id = $1 where id = $2", [victim.memberId, secret.id]);
  assert.deepEqual(
    await texts(victim, secret.id),
    ["My card is 4711"],
    "nothing was made genuine on the way",
  );
  for (const one of [live, victim.session, thief.session]) await one.close();
});

test("a leaver's chats are given back without making a forged one genuine", async () => {
  const [victim, leaver] = [await invited(running, "agent"), await invited(running, "agent")];
  const secret = await chatOf(victim, "Only for you");
  const own = await chatOf(leaver, "Good evening");
  await write("update inbox_conversation set assignee_id = $1 where id = $2", [leaver.memberId, secret.id]);
  await running.owner.post(`/members/${leaver.memberId}/deactivate`);
  const { conversations } = await running.owner.get("/conversations?view=unassigned&limit=100");
  const free = conversations.map(({ id }: { id: string }) => id);
  assert.deepEqual([free.includes(own.id), free.includes(secret.id)], [true, false]);
  const refused = await running.owner.api("POST", `/conversations/${secret.id}/take`);
  assert.deepEqual(answersOf([refused]), ["403 inbox.forged_row"]);
  for (const { session } of [victim, leaver]) await session.close();
});

test("an answer reaches nobody else, whether the chat's contact or the contact's number was swapped in the database", async () => {
  const agent = await invited(running, "agent");
  const [one, other] = [await chatOf(agent, "I am one"), await chatOf(agent, "I am the other")];
  const bystander = await chatOf(agent, "I look on");
  const before = await held();
  const send = (id: string) =>
    agent.session.api("POST", `/conversations/${id}/messages`, hello("Your balance"));
  const swap = (table: "inbox_conversation" | "inbox_contact_identifier") =>
    asSuperuser(running, async (client) => {
      const both = [one.contactId, other.contactId];
      const { rows } = await client.query(`select 1 from ${table} where contact_id = any($1)`, [both]);
      // A detour over numbers that do not exist: a contact has one chat per number.
      const [away, back] =
        table === "inbox_conversation" ? [", number_id = gen_random_uuid()", true] : ["", false];
      await client.query(
        `update ${table} set contact_id = case contact_id when $1 then $2::uuid else $1::uuid end ${away}
         where contact_id in ($1, $2)`,
        both,
      );
      if (back)
        await client.query(`update ${table} set number_id = $3 where contact_id in ($1, $2)`, [
          ...both,
          running.made.number?.id,
        ]);
      return rows.length;
    });
  for (const table of ["inbox_conversation", "inbox_contact_identifier"] as const) {
    assert.ok((await swap(table)) >= 2);
    const answers = [await send(one.id), await send(other.id)];
    assert.deepEqual(answersOf(answers), Array(2).fill("403 inbox.forged_row"), table);
    assert.equal((await send(bystander.id)).status, 200);
    for (const { customerId } of [one, bystander]) await customerSays(customerId, `Again, ${table}`);
    assert.deepEqual(await held(), [...before, "forged_row"], "what one writes waits for a person");
    before.push("forged_row");
    await swap(table);
    assert.equal((await send(one.id)).status, 200, "back in its place it is genuine");
    for (const { id } of [one, other]) assert.ok(!(await texts(agent, id)).includes(`Again, ${table}`));
    assert.ok((await texts(agent, bystander.id)).includes(`Again, ${table}`));
  }
  const forged = await onRecord("inbox_contact_identifier");
  assert.deepEqual(
    Object.keys(forged).sort(),
    [one, other].map(({ contactId }) => `inbox_contact_identifier:${contactId}`).sort(),
  );
  await agent.session.close();
});

test("a message that is moved in the database appears in no other chat, nor does its file, and the thread goes on", async () => {
  const [victim, thief] = [await invited(running, "agent"), await invited(running, "agent")];
  const [secret, own] = [await chatOf(victim, "The door code is 99"), await chatOf(thief, "Hello there")];
  const sent = await upload(victim, secret.id);
  const mineSent = await upload(thief, own.id);
  const idOf = async (colleague: Colleague, id: string): Promise<string> =>
    (await colleague.session.get(`/conversations/${id}/messages`)).messages[0].id;
  const [theirs, ours] = [await idOf(victim, secret.id), await idOf(thief, own.id)];
  const asFile = (id: string) => thief.session.api("GET", `/media/${id}`);

  // Its words as the last thing said in our chat, in the list.
  await write("update inbox_conversation set last_message_id = $1 where id = $2", [theirs, own.id]);
  const { conversations } = await thief.session.get("/conversations?view=mine");
  assert.deepEqual(
    conversations.map(({ id, last }: { id: string; last: unknown }) => [id, last]),
    [[own.id, null]],
  );

  const move =
    "update inbox_message set conversation_id = $1, position = position + 1000 where conversation_id = $2";
  await write(move, [own.id, secret.id]);
  assert.deepEqual(await texts(thief, own.id), ["Hello there", undefined]);
  assert.deepEqual(answersOf([await asFile(sent)]), ["403 inbox.forged_row"]);
  const quote = { ...hello("What is it?"), replyToId: theirs };
  assert.deepEqual(answersOf([await thief.session.api("POST", `/conversations/${own.id}/messages`, quote)]), [
    "403 inbox.forged_row",
  ]);
  const answered = await thief.session.api("POST", `/conversations/${own.id}/messages`, {
    ...hello("Here you are"),
    replyToId: ours,
  });
  assert.equal(answered.status, 200, JSON.stringify(answered.body));
  const moved = await onRecord("inbox_message");
  assert.equal(moved[`inbox_message:${theirs}`], 1);

  // Back again, and only the file hung on a message of ours.
  await write(
    "update inbox_message set conversation_id = $1, position = position - 1000 where conversation_id = $2 and position > 1000 and author_id is distinct from $3",
    [secret.id, own.id, thief.memberId],
  );
  assert.deepEqual(await texts(victim, secret.id), ["The door code is 99", undefined]);
  await write("update inbox_message set media_id = null where media_id = $1", [sent]);
  await write("update inbox_message set media_id = $1 where media_id = $2", [sent, mineSent]);
  assert.deepEqual(answersOf([await asFile(sent)]), ["403 inbox.forged_row"]);
  for (const { session } of [victim, thief]) await session.close();
});

test("an opening that stands in the database and was never asked for opens nothing", async () => {
  const [agent, admin] = [await invited(running, "agent"), await invited(running, "admin")];
  const [secret, other] = [await chatOf(agent, "In confidence"), await chatOf(agent, "And another")];
  const path = `/conversations/${secret.id}`;
  await admin.session.post(`/conversations/${other.id}/open`, { reason: "complaint" });
  // A whole genuine opening, of the other chat; and one for ever.
  await write(
    `insert into inbox_opening select workspace_id, $1, member_id, reason, opened_at, expires_at, mac
     from inbox_opening where conversation_id = $2`,
    [secret.id, other.id],
  );
  await write(
    "update inbox_opening set expires_at = expires_at + interval '1 year' where conversation_id = $1",
    [other.id],
  );
  for (const { id } of [secret, other]) {
    const answers = [
      await admin.session.api("GET", `/conversations/${id}`),
      await admin.session.api("GET", `/conversations/${id}/messages`),
    ];
    assert.deepEqual(answersOf(answers), Array(2).fill("403 inbox.reason_needed"));
  }
  const { conversations } = await admin.session.get("/conversations?view=all&limit=100");
  const { contacts } = await admin.session.get("/contacts?limit=100");
  for (const { id, contactId } of [secret, other]) {
    const row = conversations.find((one: { id: string }) => one.id === id);
    assert.deepEqual([row.sight, row.contact, row.last], ["closed_to_you", null, null]);
    assert.equal(contacts.find((one: { id: string }) => one.id === contactId).open, false);
  }
  const subjects = [secret, other].map(({ id }) => `inbox_opening:${id}/${admin.memberId}`).sort();
  assert.deepEqual(
    Object.entries(await onRecord("inbox_opening")).sort(),
    subjects.map((subject) => [subject, 1]),
  );

  await admin.session.post(`${path}/open`, { reason: "complaint" });
  assert.deepEqual(await texts(admin, secret.id), ["In confidence"]);
  for (const { session } of [agent, admin]) await session.close();
});

/** Sends a picture and returns its file's id. */
async function upload({ session }: Colleague, id: string): Promise<string> {
  const answer = await session.call("POST", `/api/v1/uploads?conversation=${id}`, newPng(randomBytes(64)), {
    "content-type": "image/png",
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const message = { kind: "media", clientId: randomUUID(), uploadId: answer.body.uploadId };
  await session.post(`/conversations/${id}/messages`, message);
  assert.equal((await session.api("GET", `/media/${answer.body.uploadId}`)).status, 200);
  return answer.body.uploadId;
}
