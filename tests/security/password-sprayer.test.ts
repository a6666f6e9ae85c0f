import assert from "node:assert/strict";
import { test } from "node:test";
import { signIn } from "../../server/identity/sign-in.ts";
import { Secret } from "../../server/platform/secret.ts";
import { identityHouse, makeOwner, OWNER, VISITOR } from "../support/identity-house.ts";
import { refusalOf } from "../support/refusal-of.ts";

/** The attacker: one likely password, tried once at each of many accounts, so that no account's count rises. */
test("one password tried at many accounts is slowed at the address, and its owners are not", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  const spray = (email: string, address = "198.51.100.66", password = new Secret("Welcome to 2026!")) =>
    refusalOf(signIn(house.handles, { ...VISITOR, address }, { email, password }));

  const answers: string[] = [];
  for (let n = 0; n < 40; n += 1) answers.push(await spray(`person${n}@shop.example`));
  const refused = answers.filter((answer) => answer === "identity.sign_in_refused").length;
  assert.ok(refused <= 21, `${refused} of 40 were looked at`);
  assert.equal(answers.at(-1), "identity.too_many_attempts");

  assert.equal(await spray(OWNER.email, "198.51.100.66", OWNER.password), "identity.too_many_attempts");
  assert.equal(
    await spray(OWNER.email, VISITOR.address, OWNER.password),
    "no refusal",
    "from elsewhere, at once",
  );
  const told = (await house.events()).filter((event) => event === "identity.sign_in_refused refusal");
  assert.ok(told.length >= 20, "each account's refusal is on record");
});

test("the passwords that everybody sprays cannot be chosen", async (t) => {
  await using house = await identityHouse();
  for (const password of [
    "password1234",
    "Password123!",
    "qwertyuiop12",
    "123456789012",
    "wardroom2026",
    "whatsapp1234",
    "anaanaanaana",
    "ana@shop.example",
  ])
    await t.test(password, async () => {
      const outcome = await refusalOf(
        makeOwner(house, { ...OWNER, password: new Secret(password) } as never),
      );
      assert.match(outcome, /^identity\.password_(weak|breached)$/);
    });
});
