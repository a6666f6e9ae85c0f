import assert from "node:assert/strict";
import { test } from "node:test";
import { identityHouse } from "../../../tests/support/identity-house.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { INSTALLATION, newId } from "../../platform/ids.ts";
import { Secret } from "../../platform/secret.ts";
import type { PersonId } from "../actor.ts";
import { pepperOf } from "../credentials.ts";
import { hashNewPassword } from "../person.ts";
import { openPasswordStrength } from "./strength.ts";

const strength = openPasswordStrength();

/** Somebody who chooses a password, and whether it is theirs afterwards. */
async function chooser() {
  const house = await identityHouse();
  const installation = await house.handles.vault.openWorkspace(INSTALLATION);
  const personId = newId<PersonId>();
  const handles = { passwords: house.handles.passwords, strength };
  const choose = (password: string, about: readonly string[] = []) =>
    hashNewPassword(handles, installation, { personId, password: new Secret(password), about });
  const matches = (phc: string, password: string) =>
    house.handles.passwords.verify(phc, password, pepperOf(installation, personId));
  return { choose, matches, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

/** Letters without a word in them. */
const LETTERS = "wqjxkvbzpmfhtgrdnlc".repeat(14);

test("a password has 12 characters at the least and 256 at the most, each code point one, of whatever kind", async () => {
  await using c = await chooser();
  assert.equal(await refusalOf(c.choose(LETTERS.slice(0, 11))), "identity.password_too_short");
  assert.equal(await refusalOf(c.choose(LETTERS.slice(0, 257))), "identity.password_too_long");
  assert.equal(
    await refusalOf(c.choose("🪁🧷🛶🧊🪴🎏🥝🧲🪵🏺🔋")),
    "identity.password_too_short",
    "11 in 44 bytes",
  );
  const all = [
    LETTERS.slice(0, 12),
    LETTERS.slice(0, 64),
    LETTERS.slice(0, 256),
    "806171523941",
    "🪁🧷🛶🧊🪴🎏🥝🧲🪵🏺🔋🐎",
    "قارب يمر تحت الجسر ليلا",
    "        ~|{`^ ",
  ];
  for (const password of all) assert.equal(await refusalOf(c.choose(password)), "no refusal", password);
});

test("a password is taken whole and as it was typed: none that is cut, or differs in case or in its end, is it", async () => {
  await using c = await chooser();
  const password = `Boats under ${LETTERS.slice(0, 180)} bridges`;
  const phc = await c.choose(password);
  assert.equal(await c.matches(phc, password), true);
  for (const other of [
    password.slice(0, -1),
    `${password} `,
    ` ${password}`,
    `${password.slice(0, -1)}S`,
    password.toLowerCase(),
    password.slice(0, 72),
  ])
    assert.equal(await c.matches(phc, other), false);
});

test("one character typed in two ways is one, and two that only look alike are two", async () => {
  await using c = await chooser();
  const typed = "Ünïcode ① bridges";
  const phc = await c.choose(typed);
  assert.equal(await c.matches(phc, typed.normalize("NFD")), true);
  assert.equal(await c.matches(phc, typed.replace("①", "1")), false);
});

test("each password has a salt of its own, of 128 bits, beside its hash and what that cost", async () => {
  await using c = await chooser();
  const [one, other] = [await c.choose(LETTERS.slice(0, 20)), await c.choose(LETTERS.slice(0, 20))];
  const parts = (phc: string) =>
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([\w+/]+)\$([\w+/]+)$/.exec(phc) ?? [];
  const [, memory, passes, salt = "", hash = ""] = parts(one);
  assert.equal(Buffer.from(salt, "base64").length, 16);
  assert.equal(Buffer.from(hash, "base64").length, 32);
  assert.ok(Number(memory) >= 19_456 && Number(passes) >= 2, "OWASP's least");
  assert.notEqual(parts(other)[3], salt);
  assert.notEqual(parts(other)[4], hash);
});

test("what stands in the list of breached passwords is refused, and so is what is easy to guess; each says why", async () => {
  await using c = await chooser();
  for (const password of ["1qaz2wsx3edc", "Qwerty123456", "leavemealone", "Sojdlg123aljg"])
    assert.equal(await refusalOf(c.choose(password)), "identity.password_breached", password);
  for (const password of ["aaaaaaaaaaaaaa!", "January-2026", "ababababababab!"])
    assert.equal(await refusalOf(c.choose(password)), "identity.password_weak", password);
});

test("a word of the house or of the person makes no password, also with a year or itself behind it", async () => {
  await using c = await chooser();
  for (const password of ["wardroom-2026", "wardroomwardroom", "whatsappwhatsapp", "Wardroom12345"])
    assert.equal(await refusalOf(c.choose(password)), "identity.password_weak", password);
  const about = ["ana.salem@shop.example", "Ana Salem", "Rosewood Tables"];
  for (const password of ["ana.salem@shop.example", "rosewood2026!"]) {
    assert.equal(await refusalOf(c.choose(password, about)), "identity.password_weak", password);
    assert.equal(await refusalOf(c.choose(password, [])), "no refusal", "to who does not know them");
  }
});
