import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { invite, resendInvitation } from "../../server/access/invite.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import { invited, readLog } from "../support/attack-rig.ts";
import { comeBack, connectOidc, connectOwn, ledTo, put, signInBy } from "../support/company-accounts.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, startSession, type TestSession } from "../support/test-session.ts";

/**
 * The attacker: found an invitation's link, and has a company account, of their own or at a provider of their own; or
 * has none and would get in by a password where the workspace takes company accounts only.
 */
const provider = await startFakeProvider();
const evil = await startFakeProvider();
const running = await runWardroom({ loopbackProviders: [provider.issuer, evil.issuer] });
const browsers: TestSession[] = [];
after(async () => {
  for (const browser of browsers) await browser.close();
  await running[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await evil[Symbol.asyncDispose]();
});
const { owner, wardroom } = running;
const connectionId = await connectOidc(owner, provider, { trust: { acrValues: ["mfa"], amrValues: [] } });

const open = () => {
  const browser = openSession(wardroom);
  browsers.push(browser);
  return browser;
};

/** A link that is carried by hand. */
async function carried(role = "agent"): Promise<string> {
  const { link } = await owner.post("/invitations", { name: "Layla Haddad", role, teamIds: [] });
  return new URL(link).hash.slice(1);
}

/** The Owner where mail goes out: what is sent to an address is for it alone. */
async function mailing() {
  const { identity } = wardroom.rooms;
  const now = identity.clock();
  const actor = await findActor(identity, owner.cookies.get("__Host-wr-session") ?? "", now);
  assert.ok(actor);
  const handles = { ...identity, mail: { publicUrl: running.url } };
  return { handles, actor: { ...actor, factorAt: now } };
}

/** A link that was mailed. */
async function mailed(email: string): Promise<{ readonly token: string; readonly id: string }> {
  const { handles, actor } = await mailing();
  const { token, invitation } = await invite(handles, actor, { name: "Layla", role: "agent", email });
  return { token: token.reveal(), id: invitation.id };
}

const account = (sub: string, email: string, more: object = {}) => ({
  sub,
  claims: { email, email_verified: true, ...more },
});

async function begin(browser: TestSession, token: string, id = connectionId): Promise<string> {
  const { location } = await browser.post("/invitations/company-account", {
    ...{ token, connectionId: id, language: "en" },
  });
  return location;
}

/** Where whoever accepts with the account that the provider signs in next is led. */
async function accept(token: string, browser = open()): Promise<string> {
  const location = await begin(browser, token);
  return ledTo(await comeBack(browser, location, provider.authorize(location)));
}

const IN = "303 /sign-in";
const refused = (code: string) => `${IN}?refused=${code}`;
const members = async () => (await owner.get("/members")).members;
const stillWaits = async (token: string) =>
  (await open().api("POST", "/invitations/open", { token })).status === 200;

test("whoever is invited becomes a member by their company account, and enrols our factor or has theirs trusted", async () => {
  const token = await carried("team_lead");
  const offer = await open().post("/invitations/open", { token });
  assert.deepEqual(
    [offer.companyAccounts, offer.companyOnly],
    [[{ id: connectionId, label: "Marsa" }], false],
  );
  const browser = open();
  provider.next = account("layla", "Layla@Marsahome.example");
  assert.equal(await accept(token, browser), IN);
  assert.equal((await browser.get("/session")).state, "enrolment_needed");
  assert.equal((await browser.api("GET", "/members")).status, 401);
  const layla = (await members()).find(({ email }: { email: string }) => email === "layla@marsahome.example");
  assert.deepEqual([layla.name, layla.role, layla.state], ["Layla Haddad", "team_lead", "active"]);
  const again = { token, connectionId, language: "en" };
  const used = await open().api("POST", "/invitations/company-account", again);
  assert.deepEqual([used.status, used.body.code], [409, "access.invitation_ended"], "a link is used once");

  // From then on they sign in by it; somebody else with their address does not.
  assert.equal(ledTo(await signInBy(open(), provider, connectionId)), IN);
  provider.next = account("other", "layla@marsahome.example");
  assert.equal(ledTo(await signInBy(open(), provider, connectionId)), refused("sso.not_linked"));

  const trusted = open();
  provider.next = account("rana", "rana@marsahome.example", { acr: "mfa" });
  assert.equal(await accept(await carried(), trusted), IN);
  assert.equal((await trusted.get("/session")).state, "signed_in");
  const log = await readLog(running);
  const accepted = log.filter(({ kind }) => kind === "access.invitation_accepted").slice(-2);
  assert.deepEqual(
    accepted.map(({ detail }) => [detail["role"], detail["by"]]),
    [
      ["team_lead", "oidc"],
      ["agent", "oidc"],
    ],
  );
});

test("what was sent to an address is accepted by an account with that very address, and a verified one", async () => {
  const { token } = await mailed("noor@marsahome.example");
  const tries: Array<[ReturnType<typeof account> | { sub: string; claims?: object }, string]> = [
    [account("thief", "thief@marsahome.example"), "access.invitation_other_email"],
    [account("thief", "noor@marsahome.example", { email_verified: false }), "sso.email_unverified"],
    [account("thief", "noor@marsahome.example", { email_verified: "yes" }), "sso.email_unverified"],
    [{ sub: "thief", claims: { email: "noor@marsahome.example" } }, "sso.email_unverified"],
    [
      { sub: "thief", claims: { email: ["noor@marsahome.example"], email_verified: true } },
      "sso.email_unverified",
    ],
    [{ sub: "thief" }, "sso.email_unverified"],
  ];
  const before = (await members()).length;
  for (const [next, code] of tries) {
    provider.next = next as typeof provider.next;
    const thief = open();
    assert.equal(await accept(token, thief), refused(code));
    assert.ok(!thief.cookies.has("__Host-wr-session"));
  }
  assert.equal((await members()).length, before);
  assert.ok(await stillWaits(token), "it is still Noor's");
  const reasons = (await readLog(running))
    .filter(({ kind }) => kind === "identity.sso_refused")
    .map(({ detail }) => detail["reason"]);
  for (const code of ["access.invitation_other_email", "sso.email_unverified"])
    assert.ok(reasons.includes(code));
  provider.next = account("noor", "NOOR@marsahome.example");
  assert.equal(await accept(token), IN);
});

test("nobody who is here already becomes somebody else by an invitation", async () => {
  const { session: agent, memberId } = await invited(running, "agent");
  browsers.push(agent);
  provider.next = { sub: "agent-1" };
  await connectOwn(agent, provider, connectionId);
  const token = await carried("admin");
  provider.next = account("agent-1", "fresh@marsahome.example");
  assert.equal(await accept(token), refused("sso.account_taken"), "an account that is a member's");
  const { email, role } = (await members()).find(({ id }: { id: string }) => id === memberId);
  provider.next = account("stranger", email);
  assert.equal(await accept(token), refused("identity.email_known"), "an address that has a login");
  provider.next = { sub: "stranger" };
  assert.equal(ledTo(await signInBy(open(), provider, connectionId)), refused("sso.not_linked"));
  const after = (await members()).find(({ id }: { id: string }) => id === memberId);
  assert.deepEqual([after.role, role], ["agent", "agent"]);
  assert.ok(await stillWaits(token));
});

test("a round trip is of one browser, one link and one workspace, and is over once", async () => {
  const token = await carried();
  const [victim, thief] = [open(), open()];
  provider.next = account("mixed", "mixed@marsahome.example");
  const location = await begin(victim, token);
  const query = provider.authorize(location);
  await thief.post("/sso/start", { connectionId });
  assert.equal(
    ledTo(await comeBack(thief, location, query)),
    refused("sso.state_unknown"),
    "another browser",
  );
  assert.equal(ledTo(await comeBack(victim, location, query)), refused("sso.state_unknown"), "it is over");

  // The answer to a sign-in accepts nothing, and that to an invitation signs in nobody who was not invited.
  provider.next = account("mixed", "mixed@marsahome.example");
  assert.equal(ledTo(await signInBy(open(), provider, connectionId)), refused("sso.not_linked"));
  const wrong = await begin(victim, token);
  provider.next = { ...account("mixed", "mixed@marsahome.example"), nonce: "of another round trip" };
  const nonce = ledTo(await comeBack(victim, wrong, provider.authorize(wrong)));
  assert.equal(nonce, refused("sso.answer_refused"));

  // Another workspace's provider, which its Admin runs.
  const owned = await setUp(wardroom, running.config, {
    workspace: { name: "Other Shop", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "simulator" },
  });
  const login = { email: "omar@other.example", password: OWNER_PASSWORD, now: new Date() };
  const other = await startSession(wardroom, { ...login, totpSecret: owned.owner.totpSecret });
  browsers.push(other);
  const theirs = await connectOidc(other, evil);
  const body = { token, connectionId: theirs, language: "en" };
  const crossed = await open().api("POST", "/invitations/company-account", body);
  assert.deepEqual([crossed.status, crossed.body.code], [404, "sso.connection_not_found"]);
  const guessed = { token: "x".repeat(43), connectionId, language: "en" };
  const unknown = await open().api("POST", "/invitations/company-account", guessed);
  assert.equal(unknown.body.code, "access.invitation_not_found");

  // Sent again while the finder of the first link was at their provider: with the right address, even.
  const lost = await mailed("lost@marsahome.example");
  const finder = open();
  const away = await begin(finder, lost.token);
  const { handles, actor } = await mailing();
  await resendInvitation(handles, actor, lost.id);
  provider.next = account("lost", "lost@marsahome.example");
  const stale = ledTo(await comeBack(finder, away, provider.authorize(away)));
  assert.equal(stale, refused("access.invitation_ended"));

  // Withdrawn while they were at their provider.
  const late = open();
  const there = await begin(late, token);
  const { invitations } = await owner.get("/invitations");
  for (const { id } of invitations) await owner.api("DELETE", `/invitations/${id}`);
  provider.next = account("late", "late@marsahome.example");
  assert.equal(
    ledTo(await comeBack(late, there, provider.authorize(there))),
    refused("access.invitation_ended"),
  );
});

test("of two who come back at once with one link, one becomes a member", async () => {
  const token = await carried();
  const trips = await Promise.all(
    ["first", "second", "third"].map(async (sub) => {
      const browser = open();
      const location = await begin(browser, token);
      provider.next = account(sub, `${sub}@marsahome.example`);
      return { browser, location, query: provider.authorize(location) };
    }),
  );
  const before = (await members()).length;
  provider.next = account("racer", "racer@marsahome.example");
  const led = await Promise.all(
    trips.map(async ({ browser, location, query }) => ledTo(await comeBack(browser, location, query))),
  );
  assert.deepEqual(led.sort(), [IN, refused("access.invitation_ended"), refused("access.invitation_ended")]);
  assert.equal((await members()).length, before + 1);
});

test("into a workspace of company accounts an invitation leads by a company account only", async () => {
  provider.next = { sub: "huda" };
  await connectOwn(owner, provider, connectionId);
  assert.equal(ledTo(await signInBy(open(), provider, connectionId)), IN);
  const { memberId } = await owner.get("/session");
  const token = await carried();
  const before = open();
  const early = { token, email: "early@marsahome.example" };
  const { enrolment } = await before.post("/invitations/enrolment", early);
  await put(owner, "/sso/only", { required: true, breakGlass: [memberId] });
  assert.equal((await open().post("/invitations/open", { token })).companyOnly, true);
  const enrol = await open().api("POST", "/invitations/enrolment", early);
  assert.deepEqual([enrol.status, enrol.body.code], [403, "access.invitation_company_only"]);
  const person = { name: "Early", password: OWNER_PASSWORD, language: "en", totp: "000000" };
  const byPassword = await before.api("POST", "/invitations/accept", { ...early, ...person, enrolment });
  assert.deepEqual([byPassword.status, byPassword.body.code], [403, "access.invitation_company_only"]);
  provider.next = account("proper", "proper@marsahome.example");
  assert.equal(await accept(token), IN);
});
