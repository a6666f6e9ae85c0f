import assert from "node:assert/strict";
import { after, test } from "node:test";
import { clearRulesOf } from "../../cli/clear-network-rules.ts";
import type { NetworkRules } from "../../contract/network.ts";
import { asSuperuser, invited, readLog } from "../support/attack-rig.ts";
import { Authenticator } from "../support/authenticator.ts";
import { connectOidc, connectOwn, ledTo, signInBy } from "../support/company-accounts.ts";
import { Directory, userOf } from "../support/directory.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import { LiveClient } from "../support/live-client.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, type TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/**
 * The attacker: has a member's cookie, and comes from another network than the workspace allows; or says in a header
 * that they do not; or writes the rules in the database. And an Admin who would lock themselves or an Owner out.
 */
const provider = await startFakeProvider();
const running = await runWardroom({
  ...{ trustedProxies: "127.0.0.1,::1", loopbackProviders: [provider.issuer] },
});
after(async () => {
  await running[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
const { wardroom, owner } = running;
const admin = await invited(running, "admin");
const agent = await invited(running, "agent");
after(() => Promise.all([admin.session.close(), agent.session.close()]));

const OFFICE = "203.0.113.10";
const CAFE = "198.51.100.66";
const HOME = "2001:db8:1:2::3";

const EMPTY: NetworkRules = {
  everybody: [],
  roles: { agent: [], team_lead: [], admin: [], owner: [] },
  directory: [],
  known: [],
};

/** A request that our proxy says comes from `address`. */
const from = (address: string, session: TestSession, method: string, path: string, body?: unknown) =>
  session.call(method, `/api/v1${path}`, body, { "x-forwarded-for": address });

async function change(session: TestSession, address: string, rules: Partial<NetworkRules>): Promise<Answer> {
  const { body } = await from(address, session, "GET", "/network-rules");
  return from(address, session, "PUT", "/network-rules", {
    rules: { ...EMPTY, ...rules },
    version: body.version,
  });
}

const said = ({ status, body }: Answer) => `${status} ${body.code ?? ""}`.trim();

async function clear(): Promise<string> {
  return (await clearRulesOf(wardroom, { workspaceId: running.made.workspaceId })).found;
}

const events = async (kind: string) => (await readLog(running)).filter((event) => event.kind === kind);

test("who comes from another network is refused everywhere, and from their own nowhere", async () => {
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.77/24"] })), "200");
  const asks: Array<[string, string]> = [
    ["GET", "/session"],
    ["GET", "/conversations?view=mine"],
    ["GET", "/members"],
    ["PATCH", "/members/x"],
    ["GET", "/media/019ab000-0000-7000-8000-000000000000"],
    ["POST", "/uploads?conversation=019ab000-0000-7000-8000-000000000000"],
    ["PUT", "/network-rules"],
  ];
  for (const [method, path] of asks) {
    const body = method === "GET" ? undefined : {};
    const refused = await from(CAFE, agent.session, method, path, body);
    assert.equal(said(refused), "403 access.network_refused", `${method} ${path}`);
    const beside = await from(OFFICE, agent.session, method, path, body);
    assert.notEqual(beside.body.code, "access.network_refused", `${method} ${path}`);
  }
  assert.equal(said(await from(HOME, owner, "GET", "/members")), "403 access.network_refused");

  await until(async () => (await events("access.network_refused")).length > 0);
  const [first, ...others] = (await events("access.network_refused")).filter(
    ({ actor }) => actor === `member:${agent.memberId}`,
  );
  assert.deepEqual(
    [first?.outcome, first?.detail["code"], others.length],
    ["refusal", "access.network_refused", 0],
    "seven tries within ten seconds are one entry",
  );
  await clear();
});

test("a header that no trusted proxy wrote moves nobody", async () => {
  await using direct = await runWardroom();
  const { body } = await direct.owner.api("GET", "/network-rules");
  assert.match(body.yourAddress, /^(127\.0\.0\.1|::1)$/);
  const locksOut = await from(OFFICE, direct.owner, "PUT", "/network-rules", {
    rules: { ...EMPTY, everybody: ["203.0.113.0/24"] },
    version: 0,
  });
  assert.equal(
    said(locksOut),
    "409 access.network_rule_locks_out",
    "the office is only what the header says",
  );
  const spoofed = await from(OFFICE, direct.owner, "GET", "/network-rules");
  assert.equal(spoofed.body.yourAddress, body.yourAddress);
  // Behind a proxy that is trusted, what the client itself wrote before the proxy's word counts for nothing.
  const chain = await owner.call("GET", "/api/v1/network-rules", undefined, {
    "x-forwarded-for": `${OFFICE}, ${CAFE}`,
  });
  assert.equal(chain.body.yourAddress, CAFE);
});

test("nobody locks themselves out, nor sets the rule of a role above their own", async () => {
  const before = await events("access.network_rules_changed");
  const tries: Array<[Partial<NetworkRules>, string]> = [
    [{ everybody: ["198.51.100.0/24"] }, "409 access.network_rule_locks_out"],
    [{ roles: { ...EMPTY.roles, admin: [HOME] } }, "409 access.network_rule_locks_out"],
    [{ everybody: ["203.0.113.0/29"] }, "409 access.network_rule_locks_out"],
    [{ roles: { ...EMPTY.roles, owner: ["203.0.113.0/24"] } }, "403 access.above_own_level"],
    [{ everybody: ["office"] }, "422 access.network_malformed"],
  ];
  for (const [rules, expected] of tries)
    assert.equal(said(await change(admin.session, OFFICE, rules)), expected, JSON.stringify(rules));
  const { body } = await from(OFFICE, owner, "GET", "/network-rules");
  assert.deepEqual(body.rules, EMPTY, "nothing changed");
  assert.equal((await events("access.network_rules_changed")).length, before.length);

  // A list of their own stands instead of everybody's.
  const apart = { everybody: ["198.51.100.0/24"], roles: { ...EMPTY.roles, admin: ["203.0.113.0/28"] } };
  assert.equal(said(await change(admin.session, OFFICE, apart)), "200");
  const stale = await from(OFFICE, admin.session, "PUT", "/network-rules", { rules: EMPTY, version: 1 });
  assert.equal(said(stale), "409 access.network_rules_changed");
  await clear();
});

test("a socket that is open ends within a second of the rule that refuses it", async () => {
  const socket = await new LiveClient(wardroom, agent.session, { "x-forwarded-for": CAFE }).greeted();
  const stays = await new LiveClient(wardroom, agent.session, { "x-forwarded-for": OFFICE }).greeted();
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.0/24"] })), "200");
  const changedAt = performance.now();
  await until(async () => socket.closed !== undefined);
  const tookMs = performance.now() - changedAt;
  assert.ok(tookMs < 1_500, `took ${tookMs} ms`);
  assert.equal(stays.closed, undefined);
  const again = new LiveClient(wardroom, agent.session, { "x-forwarded-for": CAFE });
  await until(async () => again.closed !== undefined);
  assert.deepEqual(again.events, []);
  await stays.close();
  await clear();
});

test("whoever writes the rules in the database lets nobody in and locks nobody out, and it is on record", async () => {
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.0/24"] })), "200");
  const admitted = async (address: string) =>
    said(await from(address, agent.session, "GET", "/members")) === "200";
  assert.deepEqual([await admitted(OFFICE), await admitted(CAFE)], [true, false]);
  const old = await row();
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.0/25"] })), "200");
  const ours = await row();
  assert.deepEqual([await admitted(OFFICE), await admitted(CAFE)], [true, false]);

  const writes: Array<[string, () => Promise<unknown>]> = [
    ["garbage", () => write({ ...ours, rules_sealed: Buffer.alloc(60, 1) })],
    ["another version", () => write({ ...ours, version: "9000000000000000" })],
    ["an old row put back", () => write(old)],
    ["no row", () => asSuperuser(running, (client) => client.query("delete from access_network_rules"))],
  ];
  for (const [what, work] of writes) {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual([await admitted(OFFICE), await admitted(CAFE)], [true, false], what);
  }
  const forged = (await events("identity.forged_row")).filter(({ subject }) =>
    subject.startsWith("access_network_rules:"),
  );
  assert.ok(forged.length >= 1);

  await write({ ...ours, rules_sealed: Buffer.alloc(60, 1) });
  const edit = await from(OFFICE, owner, "GET", "/network-rules");
  assert.equal(edit.body.state, "forged");
  const over = await from(OFFICE, owner, "PUT", "/network-rules", { rules: EMPTY, version: 0 });
  assert.equal(
    said(over),
    "409 access.network_rules_forged",
    "nobody tidies the traces away from the console",
  );

  assert.equal(await clear(), "forged");
  assert.equal(await admitted(CAFE), true, "the command line is the way out");
  const [cleared] = (await events("access.network_rules_cleared")).slice(-1);
  assert.deepEqual([cleared?.actor, cleared?.detail["before"]], ["operator", "forged"]);
});

test("who signs in from another network is refused first, and the refusal is all that is written", async () => {
  const { session: clerk, memberId } = await invited(running, "agent", new Date(Date.now() + 30_000));
  const { members } = await owner.get("/members");
  const { email } = members.find(({ id }: { id: string }) => id === memberId);
  const device = new Authenticator(running.config.publicUrl.origin);
  const { enrolment } = await clerk.post("/me/factors/enrolment");
  const offer = await clerk.post("/enrolment/passkey", { enrolment });
  await clerk.post("/me/factors", { enrolment, passkey: device.make(offer) });
  const connectionId = await connectOidc(owner, provider, { directoryClaim: "oid" });
  provider.next = { sub: "clerk" };
  await connectOwn(clerk, provider, connectionId);
  const { token } = await owner.post("/scim/tokens");
  const directory = new Directory(owner, token);
  await directory.ok("POST", "/Users", userOf("newcomer"));
  const { link } = await owner.post("/invitations", { name: "Noor", role: "agent", teamIds: [] });
  const invitation = new URL(link).hash.slice(1);

  // The browsers below come from 127.0.0.1, which is not the office.
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.0/24"] })), "200");
  const written = (await readLog(running)).length;
  const browser = openSession(wardroom);
  const password = { email, password: OWNER_PASSWORD };
  const right = await browser.api("POST", "/session", password);
  const wrong = await browser.api("POST", "/session", { email, password: "not the password at all" });
  assert.deepEqual([said(right), right.body.detail], [said(wrong), wrong.body.detail]);
  assert.equal(said(right), "401 identity.sign_in_refused", "a right password is not confirmed");
  const passkey = device.answer(await browser.post("/session/passkey/request"));
  assert.equal(
    said(await browser.api("POST", "/session/passkey", { passkey })),
    "403 access.network_refused",
  );
  const refused = "303 /sign-in?refused=access.network_refused";
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), refused);
  provider.next = { sub: "newcomer", claims: { oid: "object-newcomer" } };
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), refused);
  const noor = { token: invitation, email: "noor@marsahome.example" };
  const key = await browser.post("/invitations/enrolment", noor);
  const accepted = await browser.api("POST", "/invitations/accept", {
    ...{ ...noor, enrolment: key.enrolment, name: "Noor", password: OWNER_PASSWORD, language: "en" },
    totp: totpCode(key.secret, new Date()),
  });
  assert.equal(said(accepted), "403 access.network_refused");
  assert.ok(!browser.cookies.has("__Host-wr-session"));

  const after = (await readLog(running)).slice(written);
  assert.deepEqual([...new Set(after.map(({ outcome }) => outcome))], ["refusal"]);
  assert.deepEqual(
    after
      .filter(({ kind }) => kind === "access.network_refused")
      .map(
        ({ actor, detail }) =>
          `${actor === `member:${memberId}` ? "clerk" : actor.split(":")[0]} ${detail["by"]}`,
      ),
    ["clerk password", "clerk passkey", "clerk oidc", "member oidc", "anonymous invitation"],
  );

  // From the office the same opens.
  const there = await from(OFFICE, browser, "POST", "/session", password);
  assert.equal(there.status, 200);
  await clear();
  for (const session of [clerk, browser]) await session.close();
});

test("the directory calls from where its own list says, which lets no person in", async () => {
  const { directory: shown } = await owner.get("/sso");
  for (const { id } of shown.tokens) await owner.api("DELETE", `/scim/tokens/${id}`);
  const { token } = await owner.post("/scim/tokens");
  const client = openSession(wardroom);
  const ask = (address: string) =>
    client.call("GET", "/scim/v2/Users", undefined, {
      authorization: `Bearer ${token}`,
      "x-forwarded-for": address,
      origin: undefined as unknown as string,
    });
  const CLOUD = "192.0.2.40";
  assert.equal(said(await change(owner, OFFICE, { everybody: ["203.0.113.0/24"] })), "200");
  assert.equal((await ask(CLOUD)).status, 200, "people's list is not the directory's");
  const rules = { everybody: ["203.0.113.0/24"], directory: ["192.0.2.44/28"] };
  assert.equal(said(await change(owner, OFFICE, rules)), "200");
  const { body } = await from(OFFICE, owner, "GET", "/network-rules");
  assert.deepEqual(body.rules.directory, ["192.0.2.32/28"]);
  const answers = [(await ask(CLOUD)).status, (await ask(CAFE)).status, (await ask(OFFICE)).status];
  assert.deepEqual(answers, [200, 403, 403]);
  assert.equal(said(await from(CLOUD, owner, "GET", "/members")), "403 access.network_refused");
  const noted = (await events("access.network_refused")).filter(({ actor }) =>
    actor.startsWith("directory:"),
  );
  assert.deepEqual(
    noted.map(({ subject, outcome }) => [subject, outcome]),
    [["operation:scim", "refusal"]],
    "two within ten seconds are one entry",
  );
  const calls = (await events("identity.scim_called")).filter(({ actor }) => actor === noted[0]?.actor);
  assert.equal(calls.length, 2, "nothing was done for the refused");
  await clear();
  assert.equal((await ask(CAFE)).status, 403, "the way back in for people is none for a token");
  await client.close();
});

interface Row {
  readonly workspace_id: string;
  readonly rules_sealed: Buffer;
  readonly version: string;
  readonly changed_at: Date;
  readonly changed_by: string | null;
  readonly mac: Buffer;
}

async function row(): Promise<Row> {
  const { rows } = await asSuperuser(running, (client) =>
    client.query<Row>("select * from access_network_rules"),
  );
  const [found] = rows;
  if (found === undefined) throw new Error("there is no row");
  return found;
}

async function write({ workspace_id, rules_sealed, version, changed_at, changed_by, mac }: Row) {
  await asSuperuser(running, (client) =>
    client.query(
      `insert into access_network_rules values ($1, $2, $3, $4, $5, $6)
       on conflict (workspace_id) do update set rules_sealed = $2, version = $3, changed_at = $4, changed_by = $5, mac = $6`,
      [workspace_id, rules_sealed, version, changed_at, changed_by, mac],
    ),
  );
}
