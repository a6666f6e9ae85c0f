import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import type { Route } from "../../contract/route.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { openSession, totpCode } from "../support/test-session.ts";

/**
 * The attacker: adds a field to a form that the form does not have, and hopes that it is stored. No event: such a body is
 * malformed for whoever sends it, a console of last year as much as a thief, and is refused before it is anybody's act.
 * What somebody may not do is on record when they ask for it by its name (self-promoter).
 */
const routes = Object.entries<Route>(contract).filter(([, route]) => route.body !== undefined);

interface Schema {
  readonly type?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Where in a body an object takes fields that nobody named. */
function openObjects(schema: Schema, path: string): string[] {
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  const isOpen = schema.type === "object" && schema.additionalProperties !== false;
  // A record of named values (template parameters) has a shape for each of them.
  const isRecord = isOpen && typeof schema.additionalProperties === "object";
  return [
    ...(isOpen && !isRecord ? [path] : []),
    ...Object.entries(properties).flatMap(([name, inner]) => openObjects(inner, `${path}/${name}`)),
    ...(items === undefined ? [] : openObjects(items, `${path}/*`)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((inner) => openObjects(inner, path)),
  ];
}

test("no body of any route takes a field that it does not name, at any depth", () => {
  assert.ok(routes.length > 15, "the contract is read");
  const open = routes.flatMap(([name, { body }]) =>
    body === undefined ? [] : openObjects(z.toJSONSchema(body, { io: "input" }) as Schema, name),
  );
  assert.deepEqual(open, []);
});

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner } = running;

test("a role of one's own choice in any body is refused, and nobody has another role than before", async () => {
  const roles = async () =>
    (await owner.get("/members")).members.map(({ id, role }: { id: string; role: string }) => [id, role]);
  const before = await roles();
  for (const [name, { method, path, body }] of routes) {
    if (body === undefined || name === "signIn") continue;
    const address = `/api/v1${path.replaceAll(":id", "019ab000-0000-7000-8000-000000000000")}`;
    const answer = await owner.call(method, address, { role: "owner", isOwner: true, workspaceId: "x" });
    assert.ok(answer.status >= 400 && answer.status < 500, `${name} answered ${answer.status}`);
  }
  assert.deepEqual(await roles(), before);
});

test("who accepts an invitation, or changes their profile, as an Owner, does not become one", async () => {
  const { link } = await owner.post("/invitations", { name: "Eve", role: "agent" });
  const token = new URL(link).hash.slice(1);
  const email = "eve@marsahome.example";
  const browser = openSession(wardroom);
  const { enrolment, secret } = await browser.post("/invitations/enrolment", { token, email });
  const person = { token, email, name: "Eve", password: "velvet lantern orchard", language: "en" };
  const given = { ...person, enrolment, totp: totpCode(secret, new Date()) };
  const raised = await browser.api("POST", "/invitations/accept", { ...given, role: "owner" });
  assert.deepEqual([raised.status, raised.body.code], [422, "request.invalid"]);
  const me = await browser.post("/invitations/accept", given);
  assert.equal(me.role, "agent");
  for (const more of [{ role: "owner" }, { permissions: ["member.invite"] }, { personId: me.personId }]) {
    const answer = await browser.api("PATCH", "/me", { name: "Eve", ...more });
    assert.deepEqual([answer.status, answer.body.code], [422, "request.invalid"]);
  }
  assert.equal((await browser.get("/session")).role, "agent");
  await browser.close();
});

test("where devices are approved, whoever accepts an invitation is told that theirs waits, and nothing else", async () => {
  const { link } = await owner.post("/invitations", { name: "Noor", role: "agent" });
  const token = new URL(link).hash.slice(1);
  const email = "noor@marsahome.example";
  const browser = openSession(wardroom);
  const { enrolment, secret } = await browser.post("/invitations/enrolment", { token, email });
  const person = { token, email, name: "Noor", password: "velvet lantern orchard", language: "en" };
  await owner.api("PATCH", "/policies", { deviceApproval: { required: true } });
  const given = { ...person, enrolment, totp: totpCode(secret, new Date()) };
  assert.deepEqual(await browser.post("/invitations/accept", given), { state: "device_pending" });
  assert.equal((await browser.api("GET", "/members")).body.code, "session.device_pending");
  await owner.api("PATCH", "/policies", { deviceApproval: { required: false } });
  await browser.close();
});
