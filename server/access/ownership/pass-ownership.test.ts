import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { teamHouse } from "../../../tests/support/team-house.ts";
import type { Actor } from "../../identity/actor.ts";
import { changeMemberRole, deactivateMember } from "../change-member.ts";
import { listMembers } from "../list-members.ts";
import {
  acceptOwnership,
  endOwnershipOffer,
  findOwnershipOffer,
  type OwnershipRoom,
  offerOwnership,
} from "./pass-ownership.ts";

async function ownedHouse() {
  const at = await teamHouse();
  const steps: string[] = [];
  const room: OwnershipRoom = {
    handles: at.handles,
    onOwnership: async (_tx, { step }) => void steps.push(step),
  };
  const admin = await at.join("admin");
  const roles = async () => (await listMembers(at.handles, at.owner)).map(({ role }) => role);
  const offer = (to: Actor, afterwards: "owner" | "admin" = "admin") =>
    offerOwnership(room, at.owner, { memberId: to.memberId, afterwards });
  return {
    ...at,
    at,
    room,
    steps,
    admin,
    roles,
    offer,
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

test("ownership passes by two acts, and the one who gave it is what the offer said", async () => {
  for (const [afterwards, expected] of [
    ["admin", ["admin", "owner"]],
    ["owner", ["owner", "owner"]],
  ] as const) {
    await using at = await ownedHouse();
    const offer = await at.offer(at.admin, afterwards);
    assert.deepEqual(await at.roles(), ["owner", "admin"], "half of it is nothing");
    assert.equal((await findOwnershipOffer(at.room, at.admin))?.id, offer.id);
    await acceptOwnership(at.room, at.admin, offer.id);
    assert.deepEqual(await at.roles(), expected);
    assert.deepEqual(at.steps, ["offered", "accepted"]);
    const events = await at.house.events(at.owner.workspaceId);
    assert.deepEqual(events.slice(-2), [
      "access.ownership_offered success",
      "access.ownership_accepted success",
    ]);
    assert.equal(
      await refusalOf(acceptOwnership(at.room, at.admin, offer.id)),
      "access.offer_not_found",
      "once",
    );
  }
});

test("nobody accepts what was offered to another, and an offer ends after 72 hours, a no, or being taken back", async () => {
  await using at = await ownedHouse();
  const agent = await at.join("agent");
  const accept = (by: Actor, id: string) => refusalOf(acceptOwnership(at.room, by, id));
  const first = await at.offer(at.admin);
  assert.equal(await accept(agent, first.id), "access.offer_not_found");
  assert.equal(await refusalOf(endOwnershipOffer(at.room, agent, first.id)), "access.offer_not_found");
  assert.equal(await findOwnershipOffer(at.room, agent), undefined);
  await endOwnershipOffer(at.room, at.admin, first.id);
  assert.equal(await accept(at.admin, first.id), "access.offer_not_found", "declined");

  const second = await at.offer(at.admin);
  const third = await at.offer(agent);
  assert.equal(await accept(at.admin, second.id), "access.offer_not_found", "another one took its place");
  await endOwnershipOffer(at.room, at.owner, third.id);
  assert.equal(await accept(agent, third.id), "access.offer_not_found", "taken back");

  const last = await at.offer(at.admin);
  at.house.pass(72 * 3600);
  const fresh = { ...at.admin, factorAt: at.house.now() };
  assert.equal(await accept(fresh, last.id), "access.offer_not_found", "too late");
  assert.deepEqual(await at.roles(), ["owner", "admin", "agent"]);
});

test("an offer dies with the power of whoever made it, and both sides prove themselves", async () => {
  await using at = await ownedHouse();
  const given = await at.offer(at.admin, "owner");
  await acceptOwnership(at.room, at.admin, given.id);
  const second: Actor = { ...at.admin, role: "owner" };
  const agent = await at.join("agent");
  const offer = await at.offer(agent);
  await changeMemberRole(at.handles, second, { memberId: at.owner.memberId, role: "admin" });
  assert.equal(await refusalOf(acceptOwnership(at.room, agent, offer.id)), "access.offer_ended");
  const again = await offerOwnership(at.room, second, { memberId: agent.memberId, afterwards: "owner" });
  at.house.pass(5 * 60);
  assert.equal(await refusalOf(acceptOwnership(at.room, agent, again.id)), "identity.factor_stale");
  const stale = { memberId: agent.memberId, afterwards: "owner" } as const;
  assert.equal(await refusalOf(offerOwnership(at.room, second, stale)), "identity.factor_stale");
  assert.deepEqual(await at.roles(), ["admin", "owner", "agent"]);
});

test("an offer to oneself, to an Owner or to who is suspended is refused, and only an Owner makes one", async () => {
  await using at = await ownedHouse();
  const agent = await at.join("agent");
  await deactivateMember(at.handles, async () => {}, at.owner, agent.memberId);
  assert.equal(await refusalOf(at.offer(at.owner)), "access.own_membership");
  assert.equal(await refusalOf(at.offer(agent)), "access.member_not_active");
  const by = (actor: Actor, to: Actor) =>
    refusalOf(offerOwnership(at.room, actor, { memberId: to.memberId, afterwards: "owner" }));
  assert.equal(await by(at.admin, agent), "access.permission_missing");
  await acceptOwnership(at.room, at.admin, (await at.offer(at.admin, "owner")).id);
  assert.equal(await by(at.owner, at.admin), "access.owner_already");
});

test("accepting and taking back at the same moment: one of them happened", async () => {
  for (let n = 0; n < 4; n += 1) {
    await using at = await ownedHouse();
    const { id } = await at.offer(at.admin);
    const [accepted, ended] = await Promise.all([
      refusalOf(acceptOwnership(at.room, at.admin, id)),
      refusalOf(endOwnershipOffer(at.room, at.owner, id)),
    ]);
    assert.equal([accepted, ended].filter((each) => each === "no refusal").length, 1);
    const roles = await at.roles();
    assert.deepEqual(roles, accepted === "no refusal" ? ["admin", "owner"] : ["owner", "admin"]);
  }
});

test("an offer written, raised or put back by hand makes nobody an Owner, and is on record", async () => {
  await using at = await ownedHouse();
  const agent = await at.join("agent");
  const { id } = await at.offer(at.admin);
  const forged = async () =>
    (await at.house.events()).filter((event) => event === "identity.forged_row refusal").length;
  await at.house.asSuperuser(`update access_ownership_offer set offered_to = '${agent.memberId}'`);
  assert.equal(await refusalOf(acceptOwnership(at.room, agent, id)), "access.permission_missing");
  assert.equal(await findOwnershipOffer(at.room, agent), undefined);
  assert.equal(await forged(), 1);
  assert.deepEqual(await at.roles(), ["owner", "admin", "agent"]);
});
