import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:https";
import { after, test } from "node:test";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type ApiDeps, admit, SESSION_COOKIE } from "../../server/http/api.ts";
import { limitRequests } from "../../server/http/request-limits.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { Refusal } from "../../server/platform/refusal.ts";
import { Secret } from "../../server/platform/secret.ts";
import { readLog } from "../support/attack-rig.ts";
import { identityHouse } from "../support/identity-house.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, made } = running;

const stranger = openSession(wardroom);
after(() => stranger.close());

test("webhooks for a hundred made-up apps are one entry of the log at once, and the rest is counted", async () => {
  const knocks = async () => (await readLog(running)).filter(({ kind }) => kind === "webhook.refused");
  const before = (await knocks()).length;
  for (let n = 0; n < 100; n += 1) {
    const answer = await stranger.call("POST", `/webhooks/whatsapp/9${n}0001`, Buffer.from("{}"));
    assert.equal(answer.status, 404);
  }
  for (let n = 0; n < 100; n += 1) {
    const query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x";
    assert.equal((await stranger.call("GET", `/webhooks/whatsapp/8${n}0001?${query}`)).status, 404);
  }
  await until(async () => (await knocks()).length > before);
  const found = (await knocks()).slice(before);
  assert.ok(found.length <= 4, `${found.length} entries`);
  assert.deepEqual([...new Set(found.map(({ subject }) => subject))], ["app:unknown"]);
});

test("nothing is read of a body whose app or signature we can refuse by the head alone", async () => {
  const unknownApp = await answerToHead("/webhooks/whatsapp/777", {
    "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
  });
  const unsigned = await answerToHead(`/webhooks/whatsapp/${made.simulator?.appId}`, {});
  const malformed = await answerToHead(`/webhooks/whatsapp/${made.simulator?.appId}`, {
    "x-hub-signature-256": "sha256=no",
  });
  assert.deepEqual([unknownApp, unsigned, malformed], [404, 401, 401]);
});

test("a link of an invitation that is another address's, or is over, is on record when a stranger tries it", async () => {
  const email = "ghada@marsahome.example";
  const { link } = await running.owner.post("/invitations", { name: "Ghada", role: "agent", email });
  const token = new URL(link).hash.slice(1);
  const accept = async (address: string) => {
    const { enrolment, secret } = await stranger.post("/invitations/enrolment", { token, email: address });
    const person = { name: "Ghada", password: "velvet lantern orchard", language: "en" };
    const totp = totpCode(secret, new Date());
    return stranger.api("POST", "/invitations/accept", { token, email: address, enrolment, ...person, totp });
  };
  assert.equal((await accept("thief@evil.example")).body.code, "access.invitation_other_email");
  assert.equal((await accept(email)).status, 200);
  await stranger.api("DELETE", "/session");
  assert.equal(
    (await stranger.api("POST", "/invitations/open", { token })).body.code,
    "access.invitation_ended",
  );
  for (const [operation, code] of [
    ["POST /invitations/accept", "access.invitation_other_email"],
    ["POST /invitations/open", "access.invitation_ended"],
  ])
    await until(async () =>
      (await readLog(running)).some(
        ({ kind, actor, subject, detail }) =>
          kind === "access.refused" &&
          actor === "anonymous" &&
          subject === `operation:${operation}` &&
          detail["code"] === code,
      ),
    );
});

test("the figures are for this machine, and not for whoever comes through a proxy that stands on it", async () => {
  assert.equal((await stranger.call("GET", "/metrics")).status, 200);
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip"]) {
    const { status } = await stranger.call("GET", "/metrics", undefined, { [name]: "192.0.2.7" });
    assert.equal(status, 404, name);
  }
});

test("addresses of one IPv6 network share what one stranger may ask, and a made-up cookie is counted before it is looked up", async () => {
  let looked = 0;
  const deps = {
    limits: limitRequests(),
    clock: () => new Date("2026-11-23T10:00:00Z"),
    findActor: async () => {
      looked += 1;
      return undefined;
    },
  } as unknown as ApiDeps;
  const knock = (n: number) =>
    admit(
      deps,
      {
        ip: `2001:db8:7:1::${n.toString(16)}`,
        headers: {},
        cookies: { [SESSION_COOKIE]: randomBytes(32).toString("base64url") },
      } as unknown as FastifyRequest,
      { header: () => undefined } as unknown as FastifyReply,
      { access: "public", changes: false, known: () => undefined },
    ).then(
      () => "admitted",
      (error: unknown) => (error instanceof Refusal ? error.code : "failed"),
    );
  const answers: string[] = [];
  for (let n = 1; n <= 4_000; n += 1) answers.push(await knock(n));
  assert.equal(answers.filter((answer) => answer === "admitted").length, 120);
  assert.ok(answers.slice(120).every((answer) => answer === "request.too_many"));
  assert.equal(looked, 3_000, "no query for what is beyond the address's share");
});

test("a sign-in with an address that has no account takes the same way as one that has, every time", async () => {
  await using house = await identityHouse();
  const visitor = { address: "192.0.2.9", userAgent: undefined };
  const entries = async () =>
    (await house.events()).filter((each) => each.startsWith("identity.sign_in_refused"));
  for (const email of ["one@nowhere.example", "two@nowhere.example", "three@nowhere.example"])
    await assert.rejects(signIn(house.handles, visitor, { email, password: new Secret("wrong horse") }));
  assert.equal((await entries()).length, 3);
});

test("somebody with a whole IPv6 network buys no more entries than somebody with one address", async () => {
  await using house = await identityHouse();
  for (let n = 1; n <= 60; n += 1) {
    const visitor = { address: `2001:db8:7:1::${n.toString(16)}`, userAgent: undefined };
    const given = { email: `nobody${n}@nowhere.example`, password: new Secret("wrong horse") };
    await assert.rejects(signIn(house.handles, visitor, given));
  }
  const entries = (await house.events()).filter((each) => each.startsWith("identity.sign_in_refused"));
  assert.ok(entries.length <= 22, `${entries.length} entries`);
});

/** What is answered to the head of a large POST whose body never comes. */
function answerToHead(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`https://localhost:${wardroom.port}${path}`, {
      method: "POST",
      ca: wardroom.authority?.certificate,
      headers: { "content-type": "application/json", "content-length": 3_000_000, ...headers },
      timeout: 3_000,
    });
    call.on("response", (response) => {
      resolve(response.statusCode);
      call.destroy();
    });
    call.on("timeout", () => {
      reject(new Error("the body is waited for"));
      call.destroy();
    });
    call.on("error", reject);
    call.flushHeaders();
  });
}

test("a browser that renews its session's binding is told that we are busy, never that it asks too often: it would give its key up", async () => {
  const deps = { limits: limitRequests(), own: { origins: new Set() } } as unknown as ApiDeps;
  const renew = () =>
    admit(
      deps,
      { ip: "192.0.2.1", headers: {} } as unknown as FastifyRequest,
      { header: () => undefined } as unknown as FastifyReply,
      { access: "device_key", changes: true, known: () => undefined },
    ).then(
      () => "admitted",
      (error: unknown) => (error instanceof Refusal ? `${error.kind} ${error.code}` : "failed"),
    );
  const answers: string[] = [];
  for (let n = 1; n <= 3_001; n += 1) answers.push(await renew());
  assert.deepEqual([...new Set(answers)], ["admitted", "unavailable request.too_many"]);
  assert.equal(answers.indexOf("unavailable request.too_many"), 3_000);
});
