import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Access } from "../../server/http/api.ts";
import { inviteMember } from "../support/invite-member.ts";
import { LiveClient } from "../support/live-client.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, type TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/** The attacker: somebody at a colleague's screen, with all that is open there. */
interface KnownRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

const routes: KnownRoute[] = [];
let aheadMs = 0;
const clock = () => new Date(Date.now() + aheadMs);
const running = await runWardroom({ clock, onRoute: (route) => void routes.push(route) });
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner, made } = running;

const MINUTE_MS = 60_000;
const UNKNOWN_ID = "019ab000-0000-7000-8000-000000000000";

/** As the console asks by itself: nobody touches it. */
function ask(session: TestSession, { method, path }: KnownRoute): Promise<Answer> {
  const address = `/api/v1${path.replaceAll(/:\w+/g, UNKNOWN_ID)}`;
  const body = method === "GET" || method === "DELETE" ? undefined : {};
  return session.call(method, address, body, { "wardroom-acted-ago": "600" });
}

const nameOf = ({ method, path }: KnownRoute) => `${method} ${path}`;

/** What a locked session is still for: who am I, unlocking, signing out; and what reads no cookie. */
const OF_A_LOCKED_ONE: ReadonlySet<Access> = new Set([
  "public",
  "device_key",
  "any_session",
  "factor_pending",
]);

test("ten minutes after the last act everything is refused but unlocking and signing out", async () => {
  aheadMs += 10 * MINUTE_MS;
  for (const route of routes.filter(({ access }) => !OF_A_LOCKED_ONE.has(access))) {
    const { status, body } = await ask(owner, route);
    assert.deepEqual([status, body.code], [423, "session.locked"], nameOf(route));
  }
  const before = owner.cookieHeader;
  const totp = totpCode(made.owner.totpSecret, clock());
  await owner.post("/session/factor", { totp });
  assert.notEqual(owner.cookieHeader, before, "another token");
  assert.equal((await owner.api("GET", "/members")).status, 200);
  assert.equal((await owner.get("/session")).state, "signed_in");
});

/** The same browser elsewhere: what is in its jar. */
function copyOf(session: TestSession): TestSession {
  const copy = openSession(wardroom);
  for (const [name, value] of session.cookies) copy.cookies.set(name, value);
  return copy;
}

test("an Admin ends all sessions of a member at once, and none of somebody above them", async () => {
  const invite = (role: "agent" | "admin", name: string) =>
    inviteMember(wardroom, owner, {
      ...{ role, name, email: `${name.toLowerCase()}@marsahome.example`, now: clock() },
    });
  const [agent, admin] = await Promise.all([invite("agent", "Amal"), invite("admin", "Adel")]);
  const socket = await new LiveClient(wardroom, agent.session).greeted();
  const { devices } = await admin.session.get(`/members/${agent.memberId}/devices`);
  assert.equal(devices[0].sessions.length, 1, "they see what they end");

  const ended = await admin.session.api("DELETE", `/members/${agent.memberId}/sessions`);
  assert.deepEqual([ended.status, ended.body.ended], [200, 1]);
  assert.equal((await agent.session.api("GET", "/members")).body.code, "session.none");
  await until(async () => socket.closed !== undefined, 1_500);

  const above = await admin.session.api("DELETE", `/members/${made.owner.memberId}/sessions`);
  assert.equal(above.body.code, "access.above_own_level");
  const colleague = await invite("agent", "Basma");
  const self = await colleague.session.api("DELETE", `/members/${admin.memberId}/sessions`);
  assert.equal(self.body.code, "access.permission_missing");
  assert.equal((await owner.api("GET", "/members")).status, 200);
});

test("a person sees each session of theirs, and ends another one, or all others, from this one", async () => {
  const { memberId, session } = await inviteMember(wardroom, owner, {
    ...{ role: "agent", name: "Dana", email: "dana@marsahome.example", now: clock() },
  });
  const { devices } = await session.get("/me/devices");
  const sessions = devices.flatMap((device: { sessions: object[] }) => device.sessions);
  assert.deepEqual(
    sessions.map(({ current }: { current: boolean }) => current),
    [true],
  );
  const thief = copyOf(session);
  const other = await session.api("DELETE", "/me/sessions");
  assert.deepEqual([other.status, other.body.ended], [200, 0], "this one goes on");
  const [{ id }] = sessions;
  assert.equal((await session.api("DELETE", `/me/sessions/${id}`)).status, 200);
  for (const each of [session, thief])
    assert.equal((await each.api("GET", "/members")).body.code, "session.none");
  assert.equal((await owner.api("DELETE", `/members/${memberId}/sessions`)).body.ended, 0);
});
