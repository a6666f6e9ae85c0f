import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { invited, readLog, strangerWrites } from "../support/attack-rig.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { openSession, type TestSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/**
 * The attacker: opens the console's socket from another site's page, to which a browser gives the victim's cookies and
 * no answer is hidden by CORS; or with part of somebody's cookies; or speaks on it out of turn.
 */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner, made } = running;

interface Tried {
  /** Of an upgrade that was refused; 101 for one that was let through. */
  readonly status: number;
  readonly closed: number | undefined;
  readonly heard: readonly string[];
}

const SESSION = "__Host-wr-session";
const WAITED_MS = 700;

function open(headers: Record<string, string>, path = "/api/v1/live"): WebSocket {
  const socket = new WebSocket(`wss://localhost:${wardroom.port}${path}`, {
    ...{ ca: wardroom.authority?.certificate, headers },
  });
  socket.on("error", () => undefined);
  return socket;
}

/** Opens a socket, and what comes of it: its refusal, or what it hears until it is closed. */
async function attempt(headers: Record<string, string>, path?: string): Promise<Tried> {
  const socket = open(headers, path);
  const heard: string[] = [];
  let status = 101;
  socket.on("message", (data) => heard.push(String(data)));
  socket.once("unexpected-response", (_, response) => {
    status = response.statusCode ?? 0;
    response.resume();
    socket.terminate();
  });
  const closed = await end(socket);
  return { status, closed: status === 101 ? closed : undefined, heard };
}

/** The code with which it is closed. That it was never open is no fault here. */
function end(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once("close", resolve));
}

const cookiesOf = ({ origin, cookieHeader }: TestSession) => ({ origin, cookie: cookieHeader });

/** Refusals of the socket in the log, as "whose actor code". */
async function refusals(): Promise<string[]> {
  return (await readLog(running))
    .filter(({ kind, subject }) => kind === "access.refused" && subject === "operation:GET /live")
    .map(({ workspaceId, actor, detail }) => `${workspaceId} ${actor} ${detail["code"]}`);
}

test("another site's page gets no socket with the victim's cookies, and the victim's workspace is told", async () => {
  const foreign: ReadonlyArray<Record<string, string>> = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "" },
    { origin: `https://localhost:${wardroom.port + 1}` },
    { origin: `http://localhost:${wardroom.port}` },
    { origin: owner.origin, "sec-fetch-site": "cross-site" },
    { origin: owner.origin, "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign) {
    const tried = await attempt({ ...cookiesOf(owner), ...headers });
    assert.deepEqual(tried, { status: 403, closed: undefined, heard: [] }, JSON.stringify(headers));
  }
  const noOrigin = await attempt({ cookie: owner.cookieHeader });
  assert.equal(noOrigin.status, 403, "a browser says where it is: who does not is none");
  const expected = `${made.workspaceId} member:${made.owner.memberId} request.foreign_origin`;
  await until(async () => (await refusals()).includes(expected));
  assert.equal((await owner.get("/session")).state, "signed_in");
});

test("a stranger, a made-up token, half a session and a locked one hear nothing", async () => {
  const { origin } = owner;
  const agent = await invited(running, "agent");
  const half = openSession(wardroom);
  await half.post("/session", { email: made.owner.email, password: OWNER_PASSWORD });
  await agent.session.post("/session/lock");
  const token = owner.cookies.get(SESSION) ?? "";
  const tries: Array<[who: string, headers: Record<string, string>, path?: string]> = [
    ["a stranger", { origin }],
    ["a made-up token", { origin, cookie: `${SESSION}=${randomBytes(32).toString("base64url")}` }],
    ["half a session", cookiesOf(half)],
    ["a locked session", cookiesOf(agent.session)],
    ["a session without its device", { origin, cookie: `${SESSION}=${token}` }],
    [
      "a token that is no cookie",
      { origin, authorization: `Bearer ${token}` },
      `/api/v1/live?session=${token}`,
    ],
  ];
  for (const [who, headers, path] of tries) {
    const { closed, heard } = await attempt(headers, path);
    assert.deepEqual({ closed, heard }, { closed: 1008, heard: [] }, who);
  }
  // A stranger's knock and a locked screen's are no entries: nobody is wronged by the one, and the lock is one itself.
  const ofHalf = `${made.workspaceId} member:${made.owner.memberId} session.factor_needed`;
  await until(async () => (await refusals()).includes(ofHalf));
  const kinds = (await readLog(running)).map(({ kind, detail }) =>
    `${kind} ${detail["reason"] ?? ""}`.trim(),
  );
  assert.ok(kinds.includes("identity.network_refused device_missing"));
  assert.ok(kinds.includes("identity.session_locked asked"));
  for (const session of [half, agent.session]) await session.close();
});

test("what is no command, or too large for one, ends the socket; what is one shows nothing that is not one's own", async () => {
  const agent = await invited(running, "agent");
  const { conversationId, customerId } = await strangerWrites(running, "A word for the Owner");
  await owner.post(`/conversations/${conversationId}/take`);
  for (const [said, code] of [
    ["no json", 1008],
    [JSON.stringify({ watch: { $ne: null } }), 1008],
    [JSON.stringify({ watch: conversationId, as: made.owner.memberId }), 1008],
    [JSON.stringify({ watch: "x".repeat(5_000) }), 1009],
  ] as const) {
    const socket = open(cookiesOf(agent.session));
    await once(socket, "open");
    socket.send(said);
    const closed = await end(socket);
    // A server that ends while we still send may be gone before its reason is read: that is an end as well.
    assert.ok(closed === code || closed === 1006, `${closed} for ${said.slice(0, 40)}`);
  }
  const socket = open(cookiesOf(agent.session));
  const heard: string[] = [];
  socket.on("message", (data) => heard.push(String(data)));
  await once(socket, "open");
  socket.send(JSON.stringify({ watch: conversationId }));
  await wardroom.simulator?.sendAsCustomer(customerId, { type: "text", body: "Another one" });
  await wardroom.simulator?.idle();
  await strangerWrites(running, "For whoever takes it");
  await until(async () => heard.some((text) => text.includes('"counts"')));
  assert.equal(heard.join().includes(conversationId), false);
  const watched = (await readLog(running)).filter(
    ({ kind, actor }) => kind === "conversation.opened" && actor === `member:${agent.memberId}`,
  );
  assert.deepEqual(watched, [], "no reading is on record, because there was none");
  socket.close();
  await end(socket);
  await agent.session.close();
});

test("a socket that is gone before it was let in is not kept, and one session has a limited number of them", async () => {
  const agent = await invited(running, "agent");
  const ofAgent = () =>
    wardroom.rooms.hub.sockets().filter(({ actor }) => actor.memberId === agent.memberId).length;
  for (let n = 0; n < 20; n += 1) {
    const socket = open(cookiesOf(agent.session));
    socket.once("open", () => socket.terminate());
    await end(socket);
  }
  await until(async () => ofAgent() === 0);
  const sockets = Array.from({ length: 24 }, () => open(cookiesOf(agent.session)));
  const closed = sockets.map(end);
  await until(async () => ofAgent() === 16);
  await Promise.race(closed);
  // No event: they are the member's own, and the first sixteen go on.
  for (const socket of sockets) socket.close();
  await Promise.all(closed);
  await agent.session.close();
});

test("an open socket does not count as a person who is there, and knows nothing of what is locked meanwhile", async () => {
  const agent = await invited(running, "agent");
  const socket = open(cookiesOf(agent.session));
  const heard: string[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data)).event));
  await once(socket, "open");
  await until(async () => heard.includes("hello"));
  await agent.session.post("/session/lock");
  await until(async () => heard.includes("locked"), WAITED_MS * 2);
  const from = heard.length;
  socket.send(JSON.stringify({ watch: null }));
  await strangerWrites(running, "While nobody is there");
  await until(async () => heard.length > from);
  assert.deepEqual([...new Set(heard.slice(from))], ["counts"]);
  assert.equal((await agent.session.api("GET", "/members")).body.code, "session.locked");
  socket.close();
  await end(socket);
  await agent.session.close();
});
