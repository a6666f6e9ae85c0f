import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inviteMember } from "../support/invite-member.ts";
import { MetaDoor, newPerson } from "../support/meta-door.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import type { TestSession } from "../support/test-session.ts";

/** The attacker: a member who reads the answers themselves, beyond what their console shows of them. */
const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const { wardroom, owner, made } = running;

const member = (role: "agent" | "team_lead", name: string) =>
  inviteMember(wardroom, owner, { name, role, email: `${name.toLowerCase()}@marsahome.example` });
const [agent, colleague, lead] = await Promise.all([
  member("agent", "Amal"),
  member("agent", "Basma"),
  member("team_lead", "Lina"),
]);

/** Everything that a member's console asks for by itself. */
const LISTS = [
  "/conversations?view=mine",
  "/conversations?view=unassigned",
  "/conversations?view=all",
  "/conversations/counts",
  "/contacts",
  "/members",
  "/session",
  "/policies",
  "/me/devices",
  "/templates",
];

async function readAll(session: TestSession, paths: readonly string[] = LISTS): Promise<string> {
  const answers = await Promise.all(paths.map((path) => session.api("GET", path)));
  return JSON.stringify(answers.map(({ body }) => body));
}

test("a customer's number is in nothing that an Agent reads before they open a chat of their own", async () => {
  const door = new MetaDoor(running);
  const customer = newPerson();
  const message = door.text(customer, "the oak table came today");
  await door.post(door.change({ contacts: [door.contact(customer)], messages: [message] }));
  const { conversations } = await agent.session.get("/conversations?view=unassigned");
  const [{ id }] = conversations;
  assert.doesNotMatch(await readAll(agent.session), new RegExp(`${customer.waId}|${customer.name}|oak`));

  await agent.session.post(`/conversations/${id}/take`);
  assert.doesNotMatch(await readAll(agent.session), new RegExp(customer.waId), "a list shows no number");
  assert.match(await readAll(lead.session), new RegExp(customer.waId), "a Team Lead's list does");
  const { contact } = await agent.session.get(`/conversations/${id}`);
  assert.equal(contact.phone, `+${customer.waId}`, "their own chat shows it");

  const elsewhere = [...LISTS, `/conversations/${id}`, `/conversations/${id}/messages`];
  assert.doesNotMatch(
    await readAll(colleague.session, elsewhere),
    new RegExp(`${customer.waId}|${customer.name}|oak`),
  );
});

test("colleagues' addresses are in nothing that an Agent or a Team Lead reads, and in the Owner's list", async () => {
  const addresses = ["huda", "basma"].map((name) => `${name}@marsahome.example`);
  for (const session of [agent.session, lead.session]) {
    const read = await readAll(session);
    for (const address of addresses) assert.ok(!read.includes(address), address);
  }
  const owners = await readAll(owner);
  for (const address of addresses) assert.ok(owners.includes(address), address);
});

test("nothing that anybody reads holds a token, a secret or what a password became", async () => {
  const number = made.number?.id ?? "";
  const read = await readAll(owner, [...LISTS, "/numbers", `/numbers/${number}/callback`, "/quarantine"]);
  assert.doesNotMatch(read, /argon2|"(password|secret|accessToken|appSecret|totpSecret|tokenHash|mac)"/);
  const { simulator } = made;
  assert.ok(simulator !== null && !read.includes(simulator.appSecret));
  assert.ok(![...owner.cookies.values()].some((token) => read.includes(token)));
});

test("a member's own page takes no role, no team and no other's id", async () => {
  for (const extra of [{ role: "owner" }, { memberId: lead.memberId }, { teams: [] }, { isAdmin: true }]) {
    const answer = await agent.session.api("PATCH", "/me", { name: "Amal", ...extra });
    assert.equal(answer.status, 422, JSON.stringify(extra));
  }
  assert.equal((await agent.session.get("/session")).role, "agent");
});
