import assert from "node:assert/strict";
import { test } from "node:test";
import { recoveryHouse } from "../../../tests/support/recovery-house.ts";
import { mailOffer } from "./mail-offer.ts";
import { acceptOwnership, offerOwnership } from "./pass-ownership.ts";

test("whom an ownership is offered gets one mail about it, and nobody gets one about what becomes of it", async () => {
  await using r = await recoveryHouse();
  const adam = await r.join("admin", "adam@shop.example");
  const before = await r.countTo(r.owner.email);
  const room = { handles: r.handles, onOwnership: mailOffer(r.handles) };
  const owner = { ...r.owner.actor, factorAt: r.house.now() };
  const offer = await offerOwnership(room, owner, { memberId: adam.actor.memberId, afterwards: "admin" });
  const mail = await r.mailTo(adam.email);
  assert.match(mail.subject, /You are offered .*Shop/);
  assert.match(mail.text, /Ana.* offers you to become Owner/);

  await acceptOwnership(room, { ...adam.actor, factorAt: r.house.now() }, offer.id);
  assert.equal(await r.countTo(adam.email), 1);
  assert.equal(await r.countTo(r.owner.email), before);
});
