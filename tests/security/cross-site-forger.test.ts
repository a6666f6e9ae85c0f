import assert from "node:assert/strict";
import { get } from "node:https";
import { after, test } from "node:test";
import type { Access } from "../../server/http/api.ts";
import { type LoggedEvent, readLog } from "../support/attack-rig.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/**
 * The attacker: a page of another site in the victim's browser. It sends what a form or a script may send, and the
 * browser adds the victim's cookies; SameSite is taken as if it did not work.
 */
interface KnownRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

const routes: KnownRoute[] = [];
const running = await runWardroom({ onRoute: (route) => void routes.push(route) });
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner, made } = running;

const UNKNOWN_ID = "019ab000-0000-7000-8000-000000000000";
const addressOf = ({ path }: KnownRoute) => `/api/v1${path.replaceAll(/:\w+/g, UNKNOWN_ID)}`;
const nameOf = ({ method, path }: KnownRoute) => `${method} ${path}`;
const changing = routes.filter(({ method }) => method !== "GET");

/** Heads that only a page of another origin has; undefined takes the Origin away. */
const FOREIGN: ReadonlyArray<Record<string, string | undefined>> = [
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: `https://localhost:${wardroom.port + 1}` },
  { origin: `http://localhost:${wardroom.port}` },
  { origin: `https://localhost.evil.example:${wardroom.port}` },
  { origin: undefined },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "none" },
];

const send = (route: KnownRoute, headers: Record<string, string | undefined>) =>
  owner.call(
    route.method,
    addressOf(route),
    route.method === "DELETE" ? undefined : {},
    headers as Record<string, string>,
  );

const forgeries = async () =>
  (await readLog(running)).filter(({ detail }) => detail["code"] === "request.foreign_origin");

/** Whether an entry is about this operation, in the Owner's name and in their workspace. */
const isOf =
  (operation: string) =>
  ({ kind, actor, subject, workspaceId }: LoggedEvent): boolean =>
    kind === "access.refused" &&
    subject === `operation:${operation}` &&
    actor === `member:${made.owner.memberId}` &&
    workspaceId === made.workspaceId;

test("a form of another site is refused and on record, and shaped like a form it is nothing even from our own page", async () => {
  const before = (await owner.get("/members")).members;
  const shapes: Array<[type: string, body: string]> = [
    ["text/plain", JSON.stringify({ name: "Mine", role: "owner" })],
    ["application/x-www-form-urlencoded", "name=Mine&role=owner"],
    [
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\nMine\r\n--x--',
    ],
  ];
  const post = async (path: string, [type, body]: [string, string], origin: string) => {
    const answer = await owner.call("POST", path, Buffer.from(body), { "content-type": type, origin });
    return `${answer.status} ${answer.body.code}`;
  };
  for (const shape of shapes)
    for (const path of ["/api/v1/session/lock", "/api/v1/invitations", "/api/v1/session"]) {
      assert.equal(await post(path, shape, "https://evil.example"), "403 request.foreign_origin", shape[0]);
      // No event of this one: it is no forgery, but a type that no route takes.
      assert.equal(await post(path, shape, owner.origin), "415 request.media_type", shape[0]);
    }
  // A method that is named in a field or a head is no method.
  for (const headers of [{ "x-http-method-override": "DELETE" }, { "x-method-override": "DELETE" }])
    assert.equal((await owner.call("GET", "/api/v1/session?_method=DELETE", undefined, headers)).status, 200);
  assert.deepEqual((await owner.get("/members")).members, before);
  await until(async () => (await forgeries()).some(isOf("POST /invitations")));
});

test("a change that another site's page asks for is refused on every route, with the Owner's own cookie", async () => {
  for (const route of changing) {
    const all = route.path === "/session/lock" ? FOREIGN : FOREIGN.slice(0, 1);
    for (const headers of all) {
      const { status, body } = await send(route, headers);
      const said = `${nameOf(route)} with ${JSON.stringify(headers)}`;
      assert.deepEqual([status, body.code], [403, "request.foreign_origin"], said);
    }
  }
  assert.equal((await owner.get("/session")).state, "signed_in", "the session itself is unharmed");

  // Where cookies say nothing there is nobody in whose name it could stand.
  const inTheirName = changing.filter(({ access }) => access !== "device_key");
  for (const route of inTheirName) await until(async () => (await forgeries()).some(isOf(nameOf(route))));
  const ofLock = (await forgeries()).filter(isOf("POST /session/lock"));
  assert.ok(ofLock.length <= 2, "a dozen tries are one entry, and one that counts the others");
});

test("nobody is signed in, out or over to the attacker's account by another site", async () => {
  const victim = openSession(wardroom);
  const login = { email: made.owner.email, password: OWNER_PASSWORD };
  const foreign = { origin: "https://evil.example" };
  const answer = await victim.call("POST", "/api/v1/session", login, foreign);
  assert.deepEqual([answer.status, answer.body.code], [403, "request.foreign_origin"]);
  assert.equal(victim.cookies.size, 0, "no session of the attacker's choice is in the browser");
  await until(async () =>
    (await readLog(running)).some(
      ({ kind, actor, subject }) =>
        kind === "access.refused" && actor === "anonymous" && subject === "operation:POST /session",
    ),
  );
  await victim.close();
});

test("what another site's page reads is not readable to it: no answer allows an origin, and none is asked beforehand", async () => {
  const reading = routes.filter(({ method, path }) => method === "GET" && !path.includes(":"));
  for (const route of reading) {
    const { headers } = await owner.call("GET", addressOf(route), undefined, {
      origin: "https://evil.example",
    });
    const allowed = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
    assert.deepEqual(allowed, [], nameOf(route));
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", nameOf(route));
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/, nameOf(route));
  }
  const preflight = await owner.call("OPTIONS", "/api/v1/me", undefined, {
    ...{ origin: "https://evil.example", "access-control-request-method": "PATCH" },
  });
  assert.equal(preflight.status, 404);
  assert.equal(preflight.headers["access-control-allow-origin"], undefined);
  // No event: a page that reads nothing has done nothing, and browsers ask so by themselves for images and prefetches.
});

test("a name that is not ours is not served", async () => {
  for (const path of [
    ...["/api/v1/session", "/api/v1/setup", "/api/openapi.json", "/healthz"],
    ...["/webhooks/whatsapp/1", "/"],
  ])
    assert.deepEqual(await askFor("evil.example", path), [404, "request.unknown_host"], path);
  assert.deepEqual(await askFor(`localhost:${wardroom.port}`, "/api/v1/session"), [200, undefined]);
  // No event: it is refused before any session is looked at, so there is nobody whom it could be about.
});

/** The Owner's own request, over our certificate, under another name in its head: what a rebinding trick sends. */
function askFor(host: string, path: string): Promise<[number | undefined, string | undefined]> {
  return new Promise((resolve, reject) => {
    const headers = { host, cookie: owner.cookieHeader };
    const ca = wardroom.authority?.certificate;
    const at = { host: "localhost", servername: "localhost", port: wardroom.port, path, ca, headers };
    get(at, async (reply) => {
      const body = JSON.parse(Buffer.concat(await reply.toArray()).toString());
      resolve([reply.statusCode, body.code]);
    }).on("error", reject);
  });
}
