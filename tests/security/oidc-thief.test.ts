import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { after, test } from "node:test";
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { invited, readLog } from "../support/attack-rig.ts";
import { comeBack, connectOidc, connectOwn, ledTo, put, signInBy } from "../support/company-accounts.ts";
import { type Answer, startFakeProvider } from "../support/fake-provider.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";

/** The attacker: somebody at, or in place of, the company's identity provider, or between it and the browser. */
const provider = await startFakeProvider();
const other = await startFakeProvider();
const running = await runWardroom({ loopbackProviders: [provider.issuer, other.issuer] });
after(async () => {
  await running[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});
const { owner, wardroom } = running;
const connectionId = await connectOidc(owner, provider);
const { session: agent, memberId } = await invited(running, "agent");
provider.next = { sub: "agent-1" };
assert.equal(ledTo(await connectOwn(agent, provider, connectionId)), "303 /profile?company=done");

const REFUSED = "303 /sign-in?refused=sso.answer_refused";
const UNKNOWN = "303 /sign-in?refused=sso.state_unknown";

async function tryAs(answer: Answer): Promise<string> {
  provider.next = answer;
  const browser = openSession(wardroom);
  const led = ledTo(await signInBy(browser, provider, connectionId));
  const { status } = await browser.api("GET", "/session");
  await browser.close();
  return `${led}, then ${status}`;
}

async function refusals(): Promise<number> {
  return (await readLog(running)).filter(({ kind }) => kind === "identity.sso_refused").length;
}

test("whose account it is gets in as far as our second factor, and no further", async () => {
  provider.next = { sub: "agent-1" };
  const browser = openSession(wardroom);
  assert.equal(ledTo(await signInBy(browser, provider, connectionId)), "303 /sign-in");
  const { body } = await browser.api("GET", "/session");
  assert.deepEqual(body, { state: "factor_needed" });
  assert.equal((await browser.api("GET", "/conversations?view=mine")).status, 401);
  const log = await readLog(running);
  assert.ok(log.some(({ kind, actor }) => kind === "identity.sso_proved" && actor === `member:${memberId}`));
  await browser.close();
});

test("an account that nobody has made theirs opens nothing, whatever e-mail address it carries", async () => {
  const claims = { email: "huda@marsahome.example", email_verified: true };
  assert.equal(await tryAs({ sub: "stranger", claims }), "303 /sign-in?refused=sso.not_linked, then 401");
  const log = await readLog(running);
  const last = log.filter(({ kind }) => kind === "identity.sso_refused").at(-1);
  assert.equal(last?.outcome, "refusal");
});

test("a wrong nonce, another audience, party or issuer, an old or ended token: each is refused", async () => {
  const now = Math.floor(Date.now() / 1000);
  const bent: Answer[] = [
    { sub: "agent-1", nonce: "of another round trip" },
    { sub: "agent-1", claims: { aud: "another client" } },
    { sub: "agent-1", claims: { aud: ["wardroom", "another"], azp: "another" } },
    { sub: "agent-1", claims: { azp: "another" } },
    { sub: "agent-1", claims: { iss: other.issuer } },
    { sub: "agent-1", claims: { iat: now - 3600, exp: now - 1800 } },
    { sub: "agent-1", claims: { iat: now - 3600 } },
    { sub: "agent-1", claims: { sub: "" } },
    { sub: "agent-1", iss: other.issuer },
    { sub: "agent-1", iss: null },
  ];
  for (const answer of bent)
    assert.equal(await tryAs(answer), `${REFUSED}, then 401`, JSON.stringify(answer));
});

test("a token that is unsigned, or signed by whoever knows the public key or the client's secret, is refused", async () => {
  const foreign = await generateKeyPair("RS256");
  const hs = (key: string) => (claims: Record<string, unknown>) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .sign(createSecretKey(Buffer.from(key)));
  const signers: Array<Answer["sign"]> = [
    async (claims) => new UnsecuredJWT(claims).encode(),
    hs(provider.publicKeyText),
    hs(provider.clientSecret),
    (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(foreign.privateKey),
  ];
  for (const sign of signers)
    assert.equal(
      await tryAs({ sub: "agent-1", ...(sign === undefined ? {} : { sign }) }),
      `${REFUSED}, then 401`,
    );
});

test("a round trip comes back once, and only to the browser that began it", async () => {
  provider.next = { sub: "agent-1" };
  const [victim, thief] = [openSession(wardroom), openSession(wardroom)];
  const { location } = await victim.post("/sso/start", { connectionId });
  const query = provider.authorize(location);
  await thief.post("/sso/start", { connectionId });
  const before = provider.tokensAsked();
  assert.equal(ledTo(await comeBack(thief, location, query)), UNKNOWN, "the answer in another browser");
  assert.equal(ledTo(await comeBack(victim, location, query)), UNKNOWN, "it was spent by that");
  assert.equal(provider.tokensAsked(), before, "the code went nowhere");

  const again = await victim.post("/sso/start", { connectionId });
  const answer = provider.authorize(again.location);
  const cookie = victim.cookies.get("__Host-wr-sso") ?? "";
  assert.equal(ledTo(await comeBack(victim, again.location, answer)), "303 /sign-in");
  victim.cookies.set("__Host-wr-sso", cookie);
  assert.equal(ledTo(await comeBack(victim, again.location, answer)), UNKNOWN);
  for (const session of [victim, thief]) await session.close();
});

test("a code of one's own is not taken in somebody else's round trip", async () => {
  provider.next = { sub: "thief" };
  const [victim, thief] = [openSession(wardroom), openSession(wardroom)];
  const theirs = provider.authorize((await thief.post("/sso/start", { connectionId })).location);
  const { location } = await victim.post("/sso/start", { connectionId });
  const query = provider.authorize(location);
  query.set("code", theirs.get("code") ?? "");
  assert.equal(ledTo(await comeBack(victim, location, query)), REFUSED, "PKCE and nonce are the victim's");
  for (const session of [victim, thief]) await session.close();
});

test("an answer that arrives at another connection's address is refused", async () => {
  provider.next = { sub: "agent-1" };
  const browser = openSession(wardroom);
  const { location } = await browser.post("/sso/start", { connectionId });
  const query = provider.authorize(location);
  const asked = new URL(location);
  asked.searchParams.set(
    "redirect_uri",
    `https://x/sso/oidc/${"0".repeat(8)}-0000-4000-8000-${"0".repeat(12)}/callback`,
  );
  assert.equal((await comeBack(browser, asked.href, query)).status, 404);
  await browser.close();
});

test("a round trip that took longer than ten minutes, or was never begun, is refused", async () => {
  const browser = openSession(wardroom);
  const { location } = await browser.post("/sso/start", { connectionId });
  const query = provider.authorize(location);
  query.set("state", "A".repeat(43));
  assert.equal(ledTo(await comeBack(browser, location, query)), UNKNOWN);
  await browser.close();
});

test("an account that is a colleague's cannot be made one's own", async () => {
  const { session: colleague } = await invited(running, "agent");
  provider.next = { sub: "agent-1" };
  assert.equal(
    ledTo(await connectOwn(colleague, provider, connectionId)),
    "303 /profile?company=sso.account_taken",
  );
  const { accounts } = await colleague.get("/me/company-accounts");
  assert.deepEqual(
    accounts.map(({ linked }: { linked: boolean }) => linked),
    [false],
  );
  await colleague.close();
});

test("whoever signs out before their account comes back connects nothing", async () => {
  const { session: leaver } = await invited(running, "agent");
  provider.next = { sub: "leaver" };
  const { location } = await leaver.post("/me/company-accounts", { connectionId });
  const cookie = leaver.cookies.get("__Host-wr-sso") ?? "";
  await leaver.api("DELETE", "/session");
  leaver.cookies.set("__Host-wr-sso", cookie);
  const led = ledTo(await comeBack(leaver, location, provider.authorize(location)));
  assert.equal(led, "303 /profile?company=sso.session_ended");
  assert.equal(await tryAs({ sub: "leaver" }), "303 /sign-in?refused=sso.not_linked, then 401");
  await leaver.close();
});

test("every refusal left an event", async () => {
  assert.ok((await refusals()) > 5);
});

test("another provider in the connection's place knows nobody", async () => {
  const settings = await put(owner, "/sso/oidc", {
    ...{ label: "Marsa", enabled: false, trust: null, directoryClaim: null },
    ...{ issuer: other.issuer, clientId: other.clientId, clientSecret: other.clientSecret },
  });
  assert.equal(settings.oidc.connection.provedAt, null, "the test of before says nothing of it");
  const { location } = await owner.post("/sso/connections/oidc/test");
  await comeBack(owner, location, other.authorize(location));
  await put(owner, "/sso/oidc", {
    ...{ label: "Marsa", enabled: true, trust: null, directoryClaim: null },
    ...{ issuer: other.issuer, clientId: other.clientId },
  });
  other.next = { sub: "agent-1" };
  const browser = openSession(wardroom);
  assert.equal(ledTo(await signInBy(browser, other, connectionId)), "303 /sign-in?refused=sso.not_linked");
  await browser.close();
  await agent.close();
});
