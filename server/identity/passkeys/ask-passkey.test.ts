import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse } from "../../../tests/support/identity-house.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import type { PersonId } from "../actor.ts";
import { askForPasskey, offerPasskey } from "./ask-passkey.ts";
import { relyingPartyOf } from "./relying-party.ts";

const party = relyingPartyOf(new URL("https://wa.shop.example:8443"));

test("a passkey is asked for with 192 random bits that never come twice, and for our host's name alone", async () => {
  await using house = await identityHouse();
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const asked = Array.from({ length: 200 }, () =>
    askForPasskey(installation, party, { use: "sign-in", passkeys: [], now: house.now() }),
  );
  const random = asked.map(({ challenge }) =>
    Buffer.from(challenge, "base64url").subarray(8, 32).toString("hex"),
  );
  assert.equal(new Set(random).size, 200);
  assert.deepEqual([...new Set(random.map((bytes) => bytes.length * 4))], [192]);
  assert.deepEqual([...new Set(asked.map(({ rpId }) => rpId))], ["wa.shop.example"]);
});

test("passkeys are made with Ed25519, ES256 or RS256: approved, and of 112 bits or more", async () => {
  await using house = await identityHouse();
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const given = { personId: newId<PersonId>(), email: "ana@shop.example", passkeys: [], now: house.now() };
  const offer = offerPasskey(installation, party, given);
  assert.deepEqual(offer.algorithms, [-8, -7, -257]);
  assert.equal(offer.rp.id, "wa.shop.example");
});
