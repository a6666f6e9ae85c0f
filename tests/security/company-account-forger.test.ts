import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asSuperuser, invited, readLog } from "../support/attack-rig.ts";
import { connectOidc, connectOwn, ledTo, put, signInBy } from "../support/company-accounts.ts";
import { Directory, userOf } from "../support/directory.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, startSession } from "../support/test-session.ts";

/** The attacker: somebody who writes the database as its superuser, and has an identity provider of their own. */
const provider = await startFakeProvider();
const evil = await startFakeProvider();
const running = await runWardroom({ loopbackProviders: [provider.issuer, evil.issuer] });
after(async () => {
  await running[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await evil[Symbol.asyncDispose]();
});
const { owner, wardroom, made } = running;
const connectionId = await connectOidc(owner, provider);
provider.next = { sub: "huda" };
await connectOwn(owner, provider, connectionId);
const { session: agent, memberId: agentId } = await invited(running, "agent");
provider.next = { sub: "agent-1" };
await connectOwn(agent, provider, connectionId);
const { memberId: ownerId } = await owner.get("/session");
after(() => agent.close());

const write = (statement: string, values: unknown[] = []) =>
  asSuperuser(running, (client) => client.query(statement, values));

async function forged(table: string): Promise<number> {
  const log = await readLog(running);
  return log.filter(({ kind, subject }) => kind === "identity.forged_row" && subject.startsWith(`${table}:`))
    .length;
}

async function signIn(sub: string, by = provider): Promise<string> {
  by.next = { sub };
  const browser = openSession(wardroom);
  const answer = await browser.api("POST", "/sso/start", { connectionId });
  const led =
    answer.status === 200
      ? ledTo(await signInBy(browser, by, connectionId))
      : `${answer.status} ${answer.body.code}`;
  await browser.close();
  return led;
}

test("a connection that somebody turned to a provider of theirs leads nowhere", async () => {
  const { rows } = await write("select settings, mac from identity_sso_connection where id = $1", [
    connectionId,
  ]);
  const [{ settings }] = rows;
  const turned = settings.replaceAll(provider.issuer, evil.issuer);
  await write("update identity_sso_connection set settings = $1 where id = $2", [turned, connectionId]);
  assert.equal(await signIn("huda", evil), "404 sso.connection_not_found");
  const { choices } = await owner.get("/sso/choices");
  assert.deepEqual(choices, [], "nobody is led there");
  assert.equal(await forged("identity_sso_connection"), 1);
  await write("update identity_sso_connection set settings = $1 where id = $2", [settings, connectionId]);
  assert.equal(await signIn("agent-1"), "303 /sign-in", "back in its place it is genuine");
});

test("a link that somebody moved to the Owner, or made up, signs nobody in", async () => {
  const own = await write("select * from identity_sso_link where member_id = $1", [ownerId]);
  await write("delete from identity_sso_link where member_id = $1", [ownerId]);
  await write("update identity_sso_link set member_id = $1 where member_id = $2", [ownerId, agentId]);
  assert.equal(await signIn("agent-1"), "303 /sign-in?refused=sso.not_linked");
  assert.equal(await forged("identity_sso_link"), 1);
  await write("update identity_sso_link set member_id = $2 where member_id = $1", [ownerId, agentId]);
  const [row] = own.rows;
  await write(
    `insert into identity_sso_link (workspace_id, id, connection_id, member_id, person_id, subject_hash, made_by,
       created_at, used_at, version, mac)
     select workspace_id, gen_random_uuid(), connection_id, $1, $2, $3, made_by, created_at, used_at, version, mac
     from identity_sso_link where member_id = $4`,
    [ownerId, row.person_id, row.subject_hash, agentId],
  );
  assert.equal(await signIn("huda"), "303 /sign-in?refused=sso.not_linked");
  assert.ok((await forged("identity_sso_link")) >= 1);
});

test("a round trip that somebody wrote, or made last longer, is none", async () => {
  provider.next = { sub: "agent-1" };
  const browser = openSession(wardroom);
  const { location } = await browser.post("/sso/start", { connectionId });
  const query = provider.authorize(location);
  await write("update identity_sso_attempt set expires_at = expires_at + interval '1 day'");
  const asked = new URL(location).searchParams.get("redirect_uri") ?? "";
  const answer = await browser.call("GET", `${new URL(asked).pathname}?${query}`);
  assert.equal(ledTo(answer), "303 /sign-in?refused=sso.answer_refused");
  assert.equal(await forged("identity_sso_attempt"), 1);
  await browser.close();
});

test("a directory's token that somebody wrote, lengthened or led to this workspace opens nothing", async () => {
  const { token, settings } = await owner.post("/scim/tokens");
  const client = openSession(wardroom);
  const directory = new Directory(client, token);
  await directory.make("first");
  await write("update identity_scim_token set expires_at = expires_at + interval '10 years'");
  assert.equal((await directory.call("GET", "/Users")).status, 401);
  assert.equal(await forged("identity_scim_token"), 1);
  await write("update identity_scim_token set expires_at = expires_at - interval '10 years'");
  await directory.ok("GET", "/Users");

  // Revoked, and then its route put back.
  const [{ id }] = settings.directory.tokens;
  const route = await write("select * from identity_scim_token_route");
  await owner.api("DELETE", `/scim/tokens/${id}`);
  const [{ token_hash, workspace_id, token_id }] = route.rows;
  await write("insert into identity_scim_token_route values ($1, $2, $3)", [
    token_hash,
    workspace_id,
    token_id,
  ]);
  assert.equal((await directory.call("GET", "/Users")).status, 401);
  await client.close();
});

test("a group that somebody gave a role, or a member, in the database promotes nobody", async () => {
  const { token } = await owner.post("/scim/tokens");
  const client = openSession(wardroom);
  const directory = new Directory(client, token);
  const user = await directory.make("sly");
  const group = await directory.ok("POST", "/Groups", { displayName: "Admins" });
  await put(owner, `/scim/groups/${group.id}`, { role: "admin" });
  const workspace = made.workspaceId;
  const lookAt = async () => (await directory.call("GET", `/Groups/${group.id}`)).status;
  await write("update identity_scim_group set team_id = gen_random_uuid() where id = $1", [group.id]);
  assert.equal(await lookAt(), 403, "nor into a team");
  await write("update identity_scim_group set team_id = null where id = $1", [group.id]);
  assert.equal(await lookAt(), 200);
  await write("update identity_scim_user set granted_teams = array[gen_random_uuid()] where id = $1", [
    user.id,
  ]);
  assert.equal((await directory.call("GET", `/Users/${user.id}`)).status, 403);
  await write("update identity_scim_user set granted_teams = '{}' where id = $1", [user.id]);
  for (const [column, value] of [
    ["deactivated_at", "now()"],
    ["held_id_hash", "external_id_hash"],
  ]) {
    await write(`update identity_scim_user set ${column} = ${value} where id = $1`, [user.id]);
    assert.equal((await directory.call("GET", `/Users/${user.id}`)).status, 403, column);
    await write(`update identity_scim_user set ${column} = null where id = $1`, [user.id]);
  }
  assert.equal((await directory.call("GET", `/Users/${user.id}`)).status, 200);
  await write("insert into identity_scim_group_member values ($1, $2, $3, decode(repeat('00', 32), 'hex'))", [
    workspace,
    group.id,
    user.id,
  ]);
  const other = await directory.ok("POST", "/Groups", { displayName: "Others" });
  const added = await directory.call("PATCH", `/Groups/${other.id}`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "add", path: "members", value: [{ value: user.id }] }],
  });
  assert.equal(added.status, 403);
  assert.equal(await forged("identity_scim_group_member"), 1);
  const { members } = await owner.get("/members");
  const sly = members.find(({ name }: { name: string }) => name === "sly of the directory");
  assert.equal(sly.role, "agent");

  // Their id at the company, so that another's account would be theirs.
  await directory.make("victim");
  await write("update identity_scim_user set external_id_hash = null where id <> $1", [user.id]);
  const { status } = await directory.call(
    "POST",
    "/Users",
    userOf("victim2", { externalId: "object-victim" }),
  );
  assert.ok(status === 201 || status === 403);
  assert.equal((await directory.call("GET", "/Users")).status, 403);
  await client.close();
});

test("a workspace of company accounts refuses passwords, but for the Owner who is named, on record", async () => {
  // The connection and the Owner's link as they were before the attacks.
  await write("delete from identity_sso_link where member_id = $1", [ownerId]);
  provider.next = { sub: "huda" };
  await connectOwn(owner, provider, connectionId);
  const only = (breakGlass: string[]) => owner.api("PUT", "/sso/only", { required: true, breakGlass });
  assert.equal((await only([ownerId])).body.code, "sso.not_signed_in_with");
  const travelled = openSession(wardroom);
  await travelled.post("/sso/start", { connectionId });
  assert.equal(ledTo(await signInBy(travelled, provider, connectionId)), "303 /sign-in");
  assert.equal((await only([])).body.code, "sso.break_glass_missing");
  assert.equal((await only([agentId])).body.code, "sso.break_glass_unfit");
  assert.equal((await only([ownerId])).status, 200);

  const { members } = await owner.get("/members");
  const { email } = members.find(({ id }: { id: string }) => id === agentId);
  const refused = await travelled.api("POST", "/session", { email, password: OWNER_PASSWORD });
  assert.deepEqual([refused.status, refused.body.code], [401, "identity.sign_in_refused"]);
  const { totpSecret, email: ownersEmail } = made.owner;
  const now = new Date(Date.now() + 30_000);
  const glass = await startSession(wardroom, {
    email: ownersEmail,
    password: OWNER_PASSWORD,
    totpSecret,
    now,
  });
  assert.equal((await glass.get("/session")).role, "owner");
  const log = await readLog(running);
  const uses = log.filter(({ kind }) => kind === "identity.break_glass_used");
  assert.deepEqual(
    uses.map(({ actor, detail }) => [actor, detail["severity"]]),
    [[`member:${ownerId}`, "critical"]],
  );
  assert.equal((await glass.api("DELETE", "/sso/connections/oidc")).body.code, "sso.only_way_in");
  assert.equal(await signIn("agent-1"), "303 /sign-in");
  for (const session of [travelled, glass]) await session.close();
});
