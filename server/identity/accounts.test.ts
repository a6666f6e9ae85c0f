import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse, makeOwner, OWNER, VISITOR } from "../../tests/support/identity-house.ts";
import { findActor } from "./find-actor.ts";
import { signIn } from "./sign-in.ts";

const YEAR_S = 365 * 24 * 60 * 60;

test("a fresh installation holds no account and no session of anybody", async () => {
  await using house = await identityHouse();
  const tables = ["person", "login", "member", "credential", "session", "invitation"];
  for (const table of tables) {
    const rows = await house.asSuperuser(`select * from identity_${table}`);
    assert.deepEqual(rows, [], table);
  }
});

/** A password, a device or a written-down code: nothing that somebody else could know of a person. */
const KINDS = new Set(["password", "totp", "recovery_code", "passkey", "enrolment_leave"]);
const PERSON = new Set(["workspace_id", "id", "email_sealed", "name_sealed", "language", "created_at"]);

test("an account has no place for a hint, nor for a question and its answer", async () => {
  await using house = await identityHouse();
  const [check] = await house.asSuperuser(`
    select pg_get_constraintdef(oid) as text from pg_constraint
    where conrelid = 'identity_credential'::regclass and conname = 'identity_credential_kind_check'`);
  const kinds = [...String((check as { text?: string }).text).matchAll(/'(\w+)'/g)].map(([, kind]) => kind);
  assert.ok(kinds.length > 2);
  assert.deepEqual(
    kinds.filter((kind) => !KINDS.has(kind ?? "")),
    [],
  );
  const columns = await house.asSuperuser(`
    select attname as name from pg_attribute
    where attrelid = 'identity_person'::regclass and attnum > 0 and not attisdropped`);
  const unknown = (columns as Array<{ name: string }>).filter(({ name }) => !PERSON.has(name));
  assert.deepEqual(unknown, []);
});

test("a password is as good after three years as on its first day", async () => {
  await using house = await identityHouse();
  await makeOwner(house);
  house.pass(3 * YEAR_S);
  const { token } = await signIn(house.handles, VISITOR, OWNER);
  const actor = await findActor(house.handles, token.reveal(), house.now());
  assert.equal(actor?.stage, "factor");
});
