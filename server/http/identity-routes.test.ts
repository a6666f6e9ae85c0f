import assert from "node:assert/strict";
import { test } from "node:test";
import cookie from "@fastify/cookie";
import fastify from "fastify";
import { type IdentityHouse, identityHouse } from "../../tests/support/identity-house.ts";
import { findActor } from "../identity/find-actor.ts";
import { issueSetupCode } from "../identity/setup.ts";
import { totpCodeAt } from "../identity/totp.ts";
import { Secret } from "../platform/secret.ts";
import { API_PREFIX, createApi } from "./api.ts";
import { registerDeviceRoutes } from "./device-routes.ts";
import { registerMemberRoutes } from "./member-routes.ts";
import { problemOf, sendProblem } from "./refusal-reply.ts";
import { limitRequests } from "./request-limits.ts";
import { registerSessionRoutes } from "./session-routes.ts";
import { registerSetupRoutes } from "./setup-routes.ts";

const ORIGIN = "https://localhost:8443";
const OWNER = { name: "Ana", email: "ana@shop.example", password: "correct horse battery", language: "en" };

/** The routes of these rooms behind the gate, and browsers that keep their cookies. */
async function site(house: IdentityHouse) {
  const { handles } = house;
  const app = fastify();
  await app.register(cookie);
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request.id)));
  const api = createApi(app, {
    own: { hosts: new Set(["localhost:8443"]), origins: new Set([ORIGIN]) },
    limits: limitRequests(),
    admitsNetwork: async () => true,
    findActor: (token, presence) => findActor(handles, token, handles.clock(), presence),
    clock: handles.clock,
    onRefusal: () => {},
  });
  registerSetupRoutes(api, handles);
  registerSessionRoutes(api, handles);
  registerDeviceRoutes(api, handles);
  registerMemberRoutes(api, { handles, publicUrl: ORIGIN, onMemberGone: async () => {} });

  const browser = () => {
    const jar = new Map<string, string>();
    /** Sends a request; answers the status and, for a refusal, its code, with the body. */
    const ask = async (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, payload?: object) => {
      const reply = await app.inject({
        method,
        url: API_PREFIX + path,
        headers: { origin: ORIGIN, host: "localhost:8443" },
        cookies: Object.fromEntries(jar),
        ...(payload === undefined ? {} : { payload }),
      });
      for (const { name, value, maxAge, expires } of reply.cookies) {
        const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() === 0);
        if (isGone) jar.delete(name);
        else jar.set(name, value);
      }
      const body = reply.json();
      return { status: `${reply.statusCode} ${body.code ?? ""}`.trim(), body, reply };
    };
    return { jar, ask };
  };
  return { browser, [Symbol.asyncDispose]: () => app.close() };
}

type Browser = ReturnType<Awaited<ReturnType<typeof site>>["browser"]>;

async function setUp(house: IdentityHouse, { ask }: Browser) {
  const code = await issueSetupCode(house.handles);
  await ask("POST", "/setup/open", { code: code.reveal() });
  const { body: enrolment } = await ask("POST", "/setup/enrolment", { email: OWNER.email });
  const completed = await ask("POST", "/setup/complete", {
    workspace: { name: "Shop", timeZone: "Asia/Dubai" },
    owner: OWNER,
    enrolment: enrolment.enrolment,
    totp: totpCodeAt(new Secret(enrolment.secret), house.now()),
  });
  return { completed, enrolment, totp: () => totpCodeAt(new Secret(enrolment.secret), house.now()) };
}

test("from the code in the terminal to a signed-in Owner, out and in again", async () => {
  await using house = await identityHouse();
  await using s = await site(house);
  const ana = s.browser();

  const before = { needed: true, opened: false, workspaceName: null };
  assert.deepEqual((await ana.ask("GET", "/setup")).body, before);
  assert.equal(
    (await ana.ask("POST", "/setup/open", { code: "no" })).status,
    "403 identity.setup_code_refused",
  );
  const { completed, totp } = await setUp(house, ana);

  assert.equal(completed.status, "200");
  const { memberId, personId, permissions, workspace, ...me } = completed.body;
  assert.deepEqual(me, {
    state: "signed_in",
    ...{ name: "Ana", email: "ana@shop.example", role: "owner", language: "en", recoveryCodesLeft: 10 },
    factors: ["totp", "recovery_code"],
    factorAt: house.now().toISOString(),
    lockAfterMinutes: 10,
  });
  assert.ok(
    memberId && personId && permissions.includes("member.invite") && workspace.timeZone === "Asia/Dubai",
  );
  assert.deepEqual(
    [...ana.jar.keys()],
    ["__Host-wr-session", "__Host-wr-device"],
    "the set-up cookie is gone",
  );
  const after = { needed: false, opened: false, workspaceName: "Shop" };
  assert.deepEqual((await s.browser().ask("GET", "/setup")).body, after);
  assert.deepEqual((await ana.ask("GET", "/session")).body, completed.body);

  assert.equal((await ana.ask("DELETE", "/session")).status, "200");
  assert.deepEqual([...ana.jar.keys()], ["__Host-wr-device"], "the device stays known");
  assert.equal((await ana.ask("GET", "/session")).status, "401 session.none");

  house.pass(30);
  const { email, password } = OWNER;
  assert.deepEqual((await ana.ask("POST", "/session", { email, password })).body, {
    state: "factor_needed",
    factors: ["totp", "recovery_code"],
  });
  assert.equal((await ana.ask("GET", "/session")).body.state, "factor_needed");
  assert.equal((await ana.ask("GET", "/members")).status, "401 session.factor_needed");
  const proved = await ana.ask("POST", "/session/factor", { totp: totp() });
  assert.deepEqual([proved.status, proved.body.memberId], ["200", memberId]);
});

test("cookies are out of reach of scripts, of other sites and of plain HTTP", async () => {
  await using house = await identityHouse();
  await using s = await site(house);
  const { completed } = await setUp(house, s.browser());
  const cookies = [completed.reply.headers["set-cookie"]].flat();
  assert.equal(cookies.length, 3);
  for (const each of cookies)
    assert.match(
      `${each}`,
      /^__Host-wr-\w+=.*; Path=\/; (Expires=[^;]*; )?HttpOnly; Secure; SameSite=Strict$/,
    );
  assert.match(`${cookies[0]}`, /Max-Age=43200/);
});

test("a link makes a member, who sees colleagues without their addresses and may not invite", async () => {
  await using house = await identityHouse();
  await using s = await site(house);
  const ana = s.browser();
  await setUp(house, ana);
  const invited = await ana.ask("POST", "/invitations", { name: "Bo", role: "agent" });
  const [page, token = ""] = invited.body.link.split("#");
  assert.equal(page, `${ORIGIN}/invitation`);

  const bo = s.browser();
  const offer = {
    workspaceName: "Shop",
    name: "Bo",
    role: "agent",
    expiresAt: invited.body.invitation.expiresAt,
    email: null,
    companyAccounts: [],
    companyOnly: false,
  };
  assert.deepEqual((await bo.ask("POST", "/invitations/open", { token })).body, offer);
  const email = "bo@shop.example";
  const { body: enrolment } = await bo.ask("POST", "/invitations/enrolment", { token, email });
  const joined = await bo.ask("POST", "/invitations/accept", {
    ...{ token, email, name: "Bo", password: "another long password", language: "ar" },
    enrolment: enrolment.enrolment,
    totp: totpCodeAt(new Secret(enrolment.secret), house.now()),
  });
  assert.deepEqual([joined.status, joined.body.role, joined.body.language], ["200", "agent", "ar"]);

  const seenByBo = (await bo.ask("GET", "/members")).body.members;
  assert.deepEqual(
    seenByBo.map(({ name, email: address }: { name: string; email: string | null }) => [name, address]),
    [
      ["Ana", null],
      ["Bo", null],
    ],
  );
  assert.equal(
    (await bo.ask("POST", "/invitations", { name: "x", role: "agent" })).status,
    "403 access.permission_missing",
  );
  assert.equal((await bo.ask("GET", "/invitations")).status, "403 access.permission_missing");

  const raised = await ana.ask("PATCH", `/members/${joined.body.memberId}`, { role: "team_lead" });
  assert.deepEqual([raised.status, raised.body.role], ["200", "team_lead"]);
  assert.equal((await bo.ask("GET", "/members")).status, "401 session.none");
  const gone = await ana.ask("POST", `/members/${joined.body.memberId}/deactivate`);
  assert.deepEqual([gone.status, gone.body.state], ["200", "deactivated"]);
});

test("people change their own name, language, password and recovery codes", async () => {
  await using house = await identityHouse();
  await using s = await site(house);
  const ana = s.browser();
  await setUp(house, ana);

  const renamed = await ana.ask("PATCH", "/me", { name: "Anahita", language: "ar" });
  assert.deepEqual([renamed.body.name, renamed.body.language], ["Anahita", "ar"]);
  house.pass(30);
  const codes = await ana.ask("POST", "/me/recovery-codes");
  assert.equal(codes.body.recoveryCodes.length, 10);
  house.pass(30);
  const next = "another long password";
  const before = ana.jar.get("__Host-wr-session");
  const changed = await ana.ask("POST", "/me/password", { current: OWNER.password, next });
  assert.equal(changed.status, "200");
  assert.notEqual(ana.jar.get("__Host-wr-session"), before);
  assert.equal((await ana.ask("GET", "/session")).status, "200");
  assert.equal(
    (await s.browser().ask("POST", "/session", { email: OWNER.email, password: OWNER.password })).status,
    "401 identity.sign_in_refused",
  );
});
