import assert from "node:assert/strict";
import { after, test } from "node:test";
import { invited, readLog } from "../support/attack-rig.ts";
import { ledTo, put } from "../support/company-accounts.ts";
import {
  type Asked,
  type AssertionTexts,
  newSigner,
  startFakeSamlProvider,
} from "../support/fake-saml-provider.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { type Answer, openSession, type TestSession } from "../support/test-session.ts";

/** The attacker: somebody between the company's SAML provider and us, with assertions of their own and of others. */
const provider = await startFakeSamlProvider();
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { owner, wardroom } = running;

const connection = (more: object = {}) => ({
  ...{ label: "Marsa", enabled: false, trust: null, directoryClaim: null },
  ...{ entityId: provider.entityId, signInUrl: provider.signInUrl, certificates: [provider.certificate] },
  ...more,
});

/** As a provider's page does: a form posted from another site, without any cookie of ours. */
async function post(asked: Asked, xml: string, relayState = asked.relayState): Promise<Answer> {
  const form = new URLSearchParams({
    SAMLResponse: Buffer.from(xml).toString("base64"),
    ...(relayState === "" ? {} : { RelayState: relayState }),
  });
  const site = openSession(wardroom);
  const answer = await site.call("POST", new URL(asked.acs).pathname, Buffer.from(form.toString()), {
    "content-type": "application/x-www-form-urlencoded",
    origin: "https://idp.marsahome.example",
    "sec-fetch-site": "cross-site",
  });
  await site.close();
  return answer;
}

/** Follows the redirect after the post, in the browser that began. */
async function follow(browser: TestSession, answer: Answer): Promise<Answer> {
  const location = String(answer.headers["location"]);
  return location.startsWith("/sso/") ? browser.call("GET", location) : answer;
}

const honest = (asked: Asked, said: Partial<AssertionTexts> = {}) =>
  provider.wrap(asked, provider.sign(provider.assertion(asked, said)));

async function begin(browser: TestSession): Promise<Asked> {
  const { location } = await browser.post("/sso/start", { connectionId });
  return provider.read(location);
}

/** Where a browser ends that comes back with what `make` makes of its request. */
async function tryWith(make: (asked: Asked) => string): Promise<string> {
  const browser = openSession(wardroom);
  const asked = await begin(browser);
  const led = ledTo(await follow(browser, await post(asked, make(asked))));
  const isIn = browser.cookies.has("__Host-wr-session");
  await browser.close();
  return `${led}, ${isIn ? "in" : "out"}`;
}

const IN = "303 /sign-in, in";
const REFUSED = "303 /sign-in?refused=sso.answer_refused, out";

const { saml } = await put(owner, "/sso/saml", connection());
const connectionId: string = saml.id;
const tested = provider.read((await owner.post("/sso/connections/saml/test")).location);
assert.equal(
  ledTo(await follow(owner, await post(tested, honest(tested)))),
  "303 /single-sign-on?company=done",
);
await put(owner, "/sso/saml", connection({ enabled: true }));

const { session: agent, memberId } = await invited(running, "agent");
const own = provider.read((await agent.post("/me/company-accounts", { connectionId })).location);
const made = await follow(agent, await post(own, honest(own, { nameId: "agent-1" })));
assert.equal(ledTo(made), "303 /profile?company=done");
after(() => agent.close());

test("whose assertion it is gets in as far as our second factor", async () => {
  assert.equal(await tryWith((asked) => honest(asked, { nameId: "agent-1" })), IN);
  const log = await readLog(running);
  assert.ok(log.some(({ kind, actor }) => kind === "identity.sso_proved" && actor === `member:${memberId}`));
});

test("an assertion that is unsigned, signed by another, with SHA-1, or changed after, is refused", async () => {
  const stranger = await newSigner();
  const said = { nameId: "agent-1" };
  const bent: Array<(asked: Asked) => string> = [
    (asked) => provider.wrap(asked, provider.assertion(asked, said)),
    (asked) => provider.wrap(asked, provider.sign(provider.assertion(asked, said), { key: stranger.key })),
    (asked) => provider.wrap(asked, provider.sign(provider.assertion(asked, said), { algorithm: "sha1" })),
    (asked) => honest(asked, { nameId: "thief" }).replace(">thief<", ">agent-1<"),
    (asked) => honest(asked, said).replace(/<SignatureValue>[^<]*/, "<SignatureValue>"),
    () => "<not-saml/>",
    () => "",
  ];
  for (const make of bent) assert.equal(await tryWith(make), REFUSED);
});

test("an assertion for another audience, recipient, request, issuer or time is refused", async () => {
  const hour = 3_600_000;
  const now = Date.now();
  const bent: Array<Partial<AssertionTexts>> = [
    { audience: "https://other.example/metadata" },
    { recipient: "https://other.example/acs" },
    { inResponseTo: "_another" },
    { inResponseTo: null },
    { issuer: "https://evil.example/metadata" },
    { notOnOrAfter: new Date(now - 120_000) },
    { issuedAt: new Date(now - 2 * hour) },
    { issuedAt: new Date(now + hour), notOnOrAfter: new Date(now + 2 * hour) },
    { nameIdFormat: "email" },
  ];
  for (const said of bent)
    assert.equal(
      await tryWith((asked) => honest(asked, { nameId: "agent-1", ...said })),
      REFUSED,
      JSON.stringify(said),
    );
});

test("a signature wrapped around another assertion covers nobody: the known shapes", async () => {
  /** What the provider did sign, for the thief's own account; and what the thief would like to have said. */
  const pieces = (asked: Asked) => {
    const signed = provider.sign(provider.assertion(asked, { nameId: "thief" }));
    const forged = provider.assertion(asked, { nameId: "agent-1", id: "_forged" });
    const signature = /<(?:ds:)?Signature[\s\S]*<\/(?:ds:)?Signature>/.exec(signed)?.[0] ?? "";
    const bare = signed.replace(signature, "");
    return { signed, forged, signature, bare };
  };
  const inside = (assertion: string, what: string) =>
    assertion.replace("<saml:Subject>", `${what}<saml:Subject>`);
  const atEnd = (assertion: string, what: string) =>
    assertion.replace("</saml:Assertion>", `${what}</saml:Assertion>`);
  const shapes: Array<(asked: Asked) => string> = [
    // The forged one first or last, beside the signed one.
    (asked) => provider.wrap(asked, pieces(asked).forged + pieces(asked).signed),
    (asked) => provider.wrap(asked, pieces(asked).signed + pieces(asked).forged),
    // The forged one around the signed one, or around its signature.
    (asked) => provider.wrap(asked, inside(pieces(asked).forged, pieces(asked).signed)),
    (asked) => provider.wrap(asked, atEnd(pieces(asked).forged, pieces(asked).signed)),
    (asked) => {
      const { forged, signature, bare } = pieces(asked);
      return provider.wrap(
        asked,
        inside(forged, signature.replace("</Signature>", `<Object>${bare}</Object></Signature>`)),
      );
    },
    (asked) => {
      const { forged, signature, bare } = pieces(asked);
      return provider.wrap(asked, inside(forged, signature) + bare);
    },
    // Under the same id.
    (asked) => {
      const { forged, signature, bare } = pieces(asked);
      const id = / ID="([^"]+)"/.exec(bare)?.[1] ?? "";
      return provider.wrap(
        asked,
        `${inside(forged.replace("_forged", id), signature)}<saml:Advice>${bare}</saml:Advice>`,
      );
    },
    // The signed one hidden in an extension, with the forged one in its place.
    (asked) =>
      provider.wrap(
        asked,
        `<samlp:Extensions>${pieces(asked).signed}</samlp:Extensions>${pieces(asked).forged}`,
      ),
    // A whole answer inside the answer.
    (asked) => provider.wrap(asked, `${pieces(asked).forged}${provider.wrap(asked, pieces(asked).signed)}`),
  ];
  for (const [index, make] of shapes.entries()) {
    const led = await tryWith(make);
    assert.ok(led.endsWith("out"), `shape ${index}: ${led}`);
    assert.match(led, /refused=sso\.(answer_refused|not_linked)/, `shape ${index}`);
  }
});

test("a comment, an entity or a section in a name cuts it in two for nobody", async () => {
  const bent = ["agent-1<!-- -->.evil", "agent-1<!---->", "<![CDATA[agent-1]]>", "<?x y?>agent-1"];
  for (const nameId of bent)
    assert.equal(await tryWith((asked) => honest(asked, { nameId })), REFUSED, nameId);
  const entity = (asked: Asked) =>
    `<!DOCTYPE r [<!ENTITY who "agent-1">]>${honest(asked, { nameId: "agent-1" }).replace(">agent-1<", ">&who;<")}`;
  assert.equal(await tryWith(entity), REFUSED);
  assert.equal(
    await tryWith((asked) => honest(asked, { nameId: "agent-1" }).replace(">agent-1<", ">agent-1<!-- --><")),
    REFUSED,
  );
});

test("an answer comes once, in answer to a request of ours, in the browser that began", async () => {
  const [victim, thief] = [openSession(wardroom), openSession(wardroom)];
  const asked = await begin(victim);
  const xml = honest(asked, { nameId: "agent-1" });
  const first = await post(asked, xml);
  await begin(thief);
  assert.equal(
    ledTo(await follow(thief, first)),
    "303 /sign-in?refused=sso.state_unknown",
    "another browser",
  );
  assert.equal(ledTo(await post(asked, xml)), "303 /sign-in?refused=sso.state_unknown", "the state is spent");

  // The same assertion again, under a round trip of the thief's own.
  const theirs = await begin(thief);
  assert.equal(
    ledTo(await follow(thief, await post(theirs, xml))),
    "303 /sign-in?refused=sso.answer_refused",
  );
  assert.equal(
    ledTo(await post(asked, honest(asked, { nameId: "agent-1" }), "")),
    "303 /sign-in?refused=sso.state_unknown",
    "unsolicited",
  );
  assert.equal(await tryWith((own) => honest(own, { nameId: "agent-1", id: "_once" })), IN);
  assert.equal(
    await tryWith((own) => honest(own, { nameId: "agent-1", id: "_once" })),
    REFUSED,
    "an assertion's id counts once",
  );
  for (const session of [victim, thief]) await session.close();
});

test("an account that nobody has made theirs opens nothing, whatever address it carries", async () => {
  const attributes = `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>huda@marsahome.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`;
  const led = await tryWith((asked) => honest(asked, { nameId: "huda@marsahome.example", attributes }));
  assert.equal(led, "303 /sign-in?refused=sso.not_linked, out");
});

test("every refusal of an assertion left an event, and none a sign-in", async () => {
  const log = await readLog(running);
  const refused = log.filter(({ kind }) => kind === "identity.sso_refused");
  // Those of one kind within ten seconds are one entry, and one that counts the others.
  assert.ok(refused.length >= 2);
  assert.ok(refused.every(({ outcome }) => outcome === "refusal"));
  assert.equal(log.filter(({ kind }) => kind === "identity.sso_proved").length, 2, "the two honest ones");
});

test("our description of ourselves names the addresses, and a connection that is off takes nothing", async () => {
  const browser = openSession(wardroom);
  const metadata = await browser.call("GET", new URL(saml.metadataUrl).pathname);
  assert.equal(metadata.status, 200);
  assert.ok(metadata.body.toString().includes(saml.acsUrl));
  const asked = await begin(browser);
  await put(owner, "/sso/saml", connection());
  assert.equal(
    ledTo(await follow(browser, await post(asked, honest(asked, { nameId: "agent-1" })))),
    REFUSED.split(",")[0],
  );
  assert.equal((await browser.api("POST", "/sso/start", { connectionId })).status, 404);
  await browser.close();
});
