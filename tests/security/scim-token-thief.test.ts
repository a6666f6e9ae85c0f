import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { invited, readLog } from "../support/attack-rig.ts";
import { Directory, patchOf, userOf } from "../support/directory.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, startSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/** The attacker: somebody with a directory's token: of another workspace, torn, out of a page, or revoked; or with none. */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom } = running;
const client = openSession(wardroom);
after(() => client.close());
const { token, settings } = await owner.post("/scim/tokens");
const directory = new Directory(client, token);

async function stateOf(name: string): Promise<string | undefined> {
  const { members } = await owner.get("/members");
  return members.find((member: { name: string }) => member.name === `${name} of the directory`)?.state;
}

test("a token is shown once, with prefix and checksum, and a torn one is told from a whole", async () => {
  assert.match(token, /^wardroom_scim_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
  assert.ok(!JSON.stringify(settings).includes(token));
  assert.ok(!JSON.stringify(await owner.get("/sso")).includes(token));
  const torn = new Directory(client, `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`);
  for (const bad of [torn, new Directory(client, "wardroom"), new Directory(client, token.slice(0, -8))]) {
    const { status, body, headers } = await bad.call("GET", "/Users");
    assert.deepEqual(
      [status, body.schemas, body.status],
      [401, ["urn:ietf:params:scim:api:messages:2.0:Error"], "401"],
    );
    assert.equal(headers["www-authenticate"], "Bearer");
  }
  const refused = (await readLog(running)).filter(({ kind }) => kind === "identity.scim_refused");
  assert.ok(refused.length >= 1);
});

test("a browser that presents a token is refused: it has leaked into a page", async () => {
  const answer = await client.call("GET", "/scim/v2/Users", undefined, { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 401);
  const log = await readLog(running);
  assert.ok(
    log.some(({ kind, detail }) => kind === "identity.scim_refused" && detail["reason"] === "browser"),
  );
});

test("the token of another workspace sees and touches nothing of this one", async () => {
  const mine = await directory.make("mine");
  const owned = await setUp(wardroom, running.config, {
    workspace: { name: "Other Shop", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "simulator" },
  });
  const { totpSecret } = owned.owner;
  const login = { email: "omar@other.example", password: OWNER_PASSWORD, totpSecret, now: new Date() };
  const other = await startSession(wardroom, login);
  const theirs = new Directory(client, (await other.post("/scim/tokens")).token);
  assert.equal((await theirs.ok("GET", "/Users")).totalResults, 0);
  for (const [method, body] of [
    ["GET"],
    ["PATCH", patchOf({ op: "replace", path: "active", value: false })],
    ["DELETE"],
  ] as Array<[string, object?]>)
    assert.equal((await theirs.call(method, `/Users/${mine.id}`, body)).status, 404);
  const { status } = await theirs.call("POST", "/Groups", {
    displayName: "Theirs",
    members: [{ value: mine.id }],
  });
  assert.equal(status, 400);
  assert.equal(
    (await theirs.call("POST", "/Users", userOf("mine"))).status,
    409,
    "a login of this installation",
  );
  assert.equal(await stateOf("mine"), "active");
  // Each call is in the log of the workspace whose token it was, and none in that of the one it reached for.
  const calls = (await readLog(running)).filter(({ kind }) => kind === "identity.scim_called");
  const theirCalls = calls.filter(({ workspaceId }) => workspaceId === owned.workspaceId);
  assert.equal(theirCalls.length, 6);
  assert.equal(calls.length - theirCalls.length, 1, "making the person, in ours");
  await other.close();
});

test("an agent makes no token and maps no group", async () => {
  const { session: agent, memberId } = await invited(running, "agent");
  const group = await directory.ok("POST", "/Groups", { displayName: "Admins" });
  const answers = [
    await agent.api("POST", "/scim/tokens"),
    await agent.api("PUT", `/scim/groups/${group.id}`, { role: "admin" }),
    await agent.api("GET", "/sso"),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 403, 403],
  );
  await until(async () =>
    (await readLog(running)).some(
      ({ kind, actor, subject }) =>
        kind === "access.refused" &&
        actor === `member:${memberId}` &&
        subject === "operation:POST /scim/tokens",
    ),
  );
  await agent.close();
});

test("a revoked token opens nothing from then on; two work at a time, and every call is on record", async () => {
  const { token: second, settings: now } = await owner.post("/scim/tokens");
  assert.equal(now.directory.tokens.length, 2);
  assert.equal((await owner.api("POST", "/scim/tokens")).body.code, "scim.too_many_tokens");
  const next = new Directory(client, second);
  await next.ok("GET", "/Users");
  const [{ id }] = now.directory.tokens;
  assert.equal((await owner.api("DELETE", `/scim/tokens/${id}`)).status, 200);
  assert.equal((await directory.call("GET", "/Users")).status, 401);
  await next.ok("GET", "/Users");
  const log = await readLog(running);
  assert.ok(log.some(({ kind, subject }) => kind === "identity.scim_token_revoked" && subject.includes(id)));
  const calls = log.filter(({ kind }) => kind === "identity.scim_called");
  assert.ok(calls.length >= 5);
  assert.ok(calls.every(({ subject }) => !subject.includes("@") && !subject.includes("eq")));
});
