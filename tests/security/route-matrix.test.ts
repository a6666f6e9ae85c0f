import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { contract } from "../../contract/contract.ts";
import { isSensitive, PERMISSIONS, type Permission } from "../../server/access/permissions.ts";
import type { Access } from "../../server/http/api.ts";
import { ROLES, type Role } from "../../server/identity/actor.ts";
import { describePermissions } from "../../tools/describe-permissions.ts";
import { readSources } from "../../tools/source-files.ts";
import { invited } from "../support/attack-rig.ts";
import { type Asker, answerOf, expectedAnswer } from "../support/expected-answer.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { type StagedAs, stagedSession } from "../support/staged-session.ts";
import { openSession, startSession, type TestSession } from "../support/test-session.ts";

interface KnownRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/** Ahead of the real time by this: a factor goes stale without waiting. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);
const routes: KnownRoute[] = [];
const running = await runWardroom({
  clock: now,
  onRoute: (route) => void routes.push(route),
  trustedProxies: "127.0.0.1",
});
after(() => running[Symbol.asyncDispose]());
const { wardroom, config, owner: firstOwner, made } = running;

const member = (role: "agent" | "team_lead" | "admin") => invited(running, role, now());
const stale: Record<Role, TestSession> = {
  agent: (await member("agent")).session,
  team_lead: (await member("team_lead")).session,
  admin: (await member("admin")).session,
  owner: firstOwner,
};
const fresh: Record<Role, TestSession> = {
  agent: (await member("agent")).session,
  team_lead: (await member("team_lead")).session,
  admin: (await member("admin")).session,
  owner: await signIn(),
};
const [ended, locked] = [(await member("agent")).session, (await member("admin")).session];
const cookies = [...ended.cookies];
await ended.api("DELETE", "/session");
for (const [name, value] of cookies) ended.cookies.set(name, value);
assert.equal((await locked.api("POST", "/session/lock")).status, 200);
const half = openSession(wardroom);
await half.post("/session", { email: made.owner.email, password: OWNER_PASSWORD });
const asked = await invited(running, "agent", now());
await firstOwner.post(`/members/${asked.memberId}/new-password`);
const choosing = await asked.signIn(new Date(now().getTime() + 30_000));
/** Of members who ask for little else: each may ask some hundred times a minute. */
const staged = async (role: Role, stage: StagedAs) => {
  const { memberId } = await stale[role].get("/session");
  return stagedSession(running, { memberId, stage, now: now() });
};

interface Who {
  readonly name: string;
  readonly asker: Asker;
  readonly session: TestSession;
  /** Strangers share the requests of their address: each has one of its own. */
  readonly address?: string;
}

const openTo = (role: Role, factor: "fresh" | "stale"): Who => ({
  name: factor === "fresh" ? role : `${role} whose factor is stale`,
  asker: { standing: "open", role, factor },
  session: (factor === "fresh" ? fresh : stale)[role],
});
const everybody: readonly Who[] = [
  {
    ...{ name: "nobody who is signed in", asker: { standing: "stranger" } },
    ...{ session: openSession(wardroom), address: "198.51.100.1" },
  },
  {
    ...{ name: "a session that has ended", asker: { standing: "ended" } },
    ...{ session: ended, address: "198.51.100.2" },
  },
  { name: "a password without a factor", asker: { standing: "factor" }, session: half },
  { name: "a session that has to choose a password", asker: { standing: "password" }, session: choosing },
  { name: "a locked session", asker: { standing: "locked" }, session: locked },
  ...ROLES.map((role) => openTo(role, "fresh")),
];
const halted: readonly Who[] = [
  {
    name: "a session that has to enrol",
    asker: { standing: "enrol" },
    session: await staged("agent", "enrol"),
  },
  { name: "a device that waits", asker: { standing: "device" }, session: await staged("agent", "device") },
  {
    ...{ name: "a cookie without its device's key", asker: { standing: "binding" } },
    session: await staged("team_lead", "binding"),
  },
  {
    ...{ name: "a cookie without its device's token", asker: { standing: "network" } },
    session: await staged("team_lead", "network"),
  },
];
const forgetful = ROLES.map((role) => openTo(role, "stale"));

const nameOf = ({ method, path }: KnownRoute) => `${method} ${path}`;

/** Asked of nobody who could: they end or lock the session that asks, or the other sessions of its member. */
const ENDS_SESSIONS = new Set(["DELETE /session", "DELETE /me/sessions", "POST /session/lock"]);

/** Nothing is there under the id, so nothing happens. */
const UNKNOWN_ID = "019ab000-0000-7000-8000-000000000000";

async function signIn(): Promise<TestSession> {
  // A code of an authenticator counts once, and the set-up's session has used the one of now.
  const at = new Date(now().getTime() + 30_000);
  return startSession(wardroom, {
    ...{ email: made.owner.email, password: OWNER_PASSWORD },
    ...{ totpSecret: made.owner.totpSecret, now: at },
  });
}

function ask({ session, address }: Who, { method, path }: KnownRoute, id = UNKNOWN_ID) {
  const url = `/api/v1${path.replaceAll(/:[a-zA-Z]+/g, id)}`;
  const body = method === "GET" || method === "DELETE" ? undefined : {};
  return session.call(
    method,
    url,
    body,
    address === undefined ? {} : { "x-forwarded-for": spread(address, path) },
  );
}

/** From some networks in turn: one stranger may not ask as often in a minute as there are routes. */
function spread(address: string, path: string): string {
  return address.replace(".100.", `.${100 + (path.length % 8)}.`);
}

test("every operation of the contract, and the two that carry bytes, are registered with an access of the table", () => {
  const operations = Object.values(contract).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(routes.map(nameOf).sort(), [...operations, "GET /media/:id", "POST /uploads"].sort());
  const stages = [
    "public",
    "device_key",
    "any_session",
    "factor_pending",
    "enrolling",
    "device_pending",
    "password_pending",
    "signed_in",
  ];
  const known = new Set<string>([...PERMISSIONS, ...stages]);
  assert.deepEqual(
    routes.filter(({ access }) => !known.has(access)),
    [],
  );
});

for (const who of everybody)
  for (const route of routes) {
    const expected = expectedAnswer(route.access, who.asker);
    if (expected === "in" && ENDS_SESSIONS.has(nameOf(route))) continue;
    test(`${nameOf(route)} lets ${who.name} ${expected === "in" ? "in" : "stay outside"}`, async () => {
      const answer = await ask(who, route);
      assert.ok(answer.status < 500, `answered ${answer.status}`);
      assert.equal(answerOf(answer), expected, `${answer.status} ${answer.body?.code}`);
    });
  }

for (const who of halted)
  test(`${who.name} is let in by what its stage opens, and by nothing else`, async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      const expected = expectedAnswer(route.access, who.asker);
      if (expected === "in" && ENDS_SESSIONS.has(nameOf(route))) continue;
      // Past the gate the act itself says once more that the device waits.
      if (expected === "in" && route.access === "device_pending") continue;
      const answer = await ask(who, route);
      const given = answer.status < 500 ? answerOf(answer) : String(answer.status);
      if (given !== expected || answer.status === 429)
        wrong.push(`${nameOf(route)}: ${answer.status} ${given}`);
    }
    assert.deepEqual(wrong, []);
  });

test("a factor that was proved more than five minutes ago is asked for anew, by each act that is sensitive", async () => {
  aheadMs = 6 * 60_000;
  const sensitive = routes.filter(
    ({ access }) => PERMISSIONS.includes(access as Permission) && isSensitive(access as Permission),
  );
  assert.ok(sensitive.length > 15);
  const wrong: string[] = [];
  for (const who of forgetful)
    for (const route of sensitive) {
      const answer = answerOf(await ask(who, route));
      if (answer !== expectedAnswer(route.access, who.asker))
        wrong.push(`${nameOf(route)} answered ${who.name} ${answer}`);
    }
  assert.deepEqual(wrong, []);
});

test("an id of another workspace is answered as one that is not there, by every route that takes one", async () => {
  const other = await setUp(wardroom, config, {
    workspace: { name: "Other", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "none" },
  });
  const { email, totpSecret } = other.owner;
  const session = await startSession(wardroom, { email, password: OWNER_PASSWORD, totpSecret, now: now() });
  const who: Who = { name: "Omar", asker: { standing: "open", role: "owner", factor: "fresh" }, session };
  const owner = await signIn();
  await owner.post("/teams", { name: "Sales" });
  const { invitation } = await owner.post("/invitations", { name: "Ghada", role: "agent" });
  const members = (await owner.get("/members")).members;
  const { offer } = await owner.post("/ownership/offers", { memberId: members[1].id, afterwards: "owner" });
  const real: ReadonlyArray<readonly [prefix: string, id: string]> = [
    ["/members/", members[1].id],
    ["/invitations/", invitation.id],
    ["/teams/", (await owner.get("/teams")).teams[0].id],
    ["/numbers/", made.number?.id ?? ""],
    ["/ownership/offers/", offer.id],
  ];
  for (const route of routes) {
    const id = real.find(([prefix]) => route.path.startsWith(`${prefix}:`))?.[1];
    if (id === undefined) continue;
    const [theirs, absent] = [await ask(who, route, id), await ask(who, route)];
    const seen = ({ status, body }: typeof theirs) => [status, { ...body, requestId: "" }];
    assert.deepEqual(seen(theirs), seen(absent), nameOf(route));
  }
  await session.close();
  await owner.close();
});

test("the console asks for permissions that there are", () => {
  const console = readSources().filter(({ path }) => path.startsWith("console/src/"));
  const asked = console.flatMap(({ text }) => [
    ...text.matchAll(/\b(?:[mM]ay\(|permission: )"([a-z_]+\.[a-z_]+)"/g),
  ]);
  assert.ok(asked.length > 20);
  const unknown = asked
    .map(([, name = ""]) => name)
    .filter((name) => !PERMISSIONS.includes(name as Permission));
  assert.deepEqual(unknown, []);
});

test("docs/permissions.md is the table as it is: `node bin/pinned-node.mjs tools/write-permissions.ts` writes it", () => {
  const path = new URL("../../docs/permissions.md", import.meta.url);
  assert.equal(readFileSync(path, "utf8"), describePermissions(routes));
});
