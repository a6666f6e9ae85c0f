import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Access } from "../../server/http/api.ts";
import { invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { type InvitedMember, inviteMember } from "../support/invite-member.ts";
import { LiveClient } from "../support/live-client.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { type Answer, type TestSession, totpCode } from "../support/test-session.ts";

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
  assert.deepEqual(await locks(made.owner.memberId), [
    "identity.session_locked idle",
    "identity.session_unlocked",
  ]);
});

test("a locked session does nothing but unlock, whatever its page asks by itself; its socket hears counts alone", async () => {
  const agent = await invited(running, "agent", clock());
  const { conversationId, customerId } = await strangerWrites(running, "A first word");
  await agent.session.post(`/conversations/${conversationId}/take`);
  const live = await new LiveClient(wardroom, agent.session).greeted();
  live.send({ watch: conversationId });
  await agent.session.post("/session/lock");
  await live.next("locked");
  const heard = live.events.length;
  for (const path of ["/members", "/conversations", `/conversations/${conversationId}`, "/contacts"])
    assert.equal(await said(agent.session.api("GET", path)), "423 session.locked", path);
  assert.equal(await said(agent.session.api("POST", "/session/continue")), "423 session.locked");
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body: "A second word" });
  await live.next("counts", () => true, heard);
  live.send({ watch: conversationId });
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body: "A third word" });
  await wardroom.simulator?.idle();
  const kinds = new Set(live.events.slice(heard).map(({ event }) => event));
  assert.deepEqual([...kinds], ["counts"]);
  assert.deepEqual(await locks(agent.memberId), ["identity.session_locked asked"]);
  await live.close();
  await agent.session.close();
});

test("what a page asks by itself keeps no session open, and a claim to have acted comes too late", async () => {
  const { memberId, session, totpSecret } = await member("Nadia");
  const alone = (path = "/members") =>
    said(session.call("GET", `/api/v1${path}`, undefined, { "wardroom-acted-ago": "no" }));
  for (let minute = 1; minute < 10; minute += 1) {
    aheadMs += MINUTE_MS;
    assert.equal(await alone(), "200");
  }
  aheadMs += MINUTE_MS;
  assert.equal(await alone(), "423 session.locked");
  assert.equal(await said(session.api("GET", "/members")), "423 session.locked");
  // The lock is the entry; what a locked page is refused is none, because its person's own console asks so all night.
  assert.deepEqual(await locks(memberId), ["identity.session_locked idle"]);
  await session.post("/session/factor", { totp: totpCode(totpSecret, clock()) });
  assert.equal(await said(session.api("GET", "/members")), "200");
  assert.deepEqual((await locks(memberId)).slice(1), ["identity.session_unlocked"]);
  await session.close();
});

test("who guesses at a lock is slowed down, and each guess is on record in its person's name", async () => {
  const { memberId, session } = await member("Omar");
  await session.post("/session/lock");
  const answers: string[] = [];
  for (let n = 0; n < 8; n += 1)
    answers.push(await said(session.api("POST", "/session/factor", { totp: "000000" })));
  assert.deepEqual(answers.slice(0, 5), Array(5).fill("403 identity.code_wrong"));
  assert.equal(answers.at(-1), "429 identity.too_many_attempts");
  const guesses = (await readLog(running)).filter(
    ({ kind, actor }) => kind === "identity.factor_refused" && actor === `member:${memberId}`,
  );
  assert.ok(guesses.length >= 5);
  assert.equal(await said(session.api("GET", "/members")), "423 session.locked");
  await session.close();
});

test("unlocking and proving a factor again move nothing of the twelve hours", async () => {
  const { session, totpSecret } = await member("Rana");
  const start = aheadMs;
  for (let hour = 1; hour < 12; hour += 1) {
    aheadMs = start + hour * 60 * MINUTE_MS;
    await session.post("/session/factor", { totp: totpCode(totpSecret, clock()) });
  }
  aheadMs = start + 12 * 60 * MINUTE_MS + MINUTE_MS;
  // No event: it ends by itself, at an hour that stood in its beginning's.
  assert.equal(await said(session.api("GET", "/session")), "401 session.none");
  await session.close();
});

/** The Owner proves a factor anew first: hours may have passed. */
async function member(name: string): Promise<InvitedMember> {
  aheadMs += MINUTE_MS;
  await owner.post("/session/factor", { totp: totpCode(made.owner.totpSecret, clock()) });
  const email = `${name.toLowerCase()}@marsahome.example`;
  return inviteMember(wardroom, owner, { role: "agent", name, email, now: clock() });
}

async function said(answer: Promise<Answer>): Promise<string> {
  const { status, body } = await answer;
  return `${status} ${body.code ?? ""}`.trim();
}

/** What the log has of a member's locks, oldest first. */
async function locks(memberId: string): Promise<string[]> {
  return (await readLog(running))
    .filter(({ kind, actor }) => /session_(un)?locked$/.test(kind) && actor === `member:${memberId}`)
    .map(({ kind, detail }) => `${kind} ${detail["reason"] ?? ""}`.trim());
}
