import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { test } from "node:test";
import { refusalOf } from "../../tests/support/refusal-of.ts";
import { createTurns, isOutdated, openPasswords } from "./password.ts";

const PEPPER = Buffer.alloc(32, 1);

test("a password matches its hash, in whatever form it is typed, and only with its pepper", async () => {
  const { hash, verify } = openPasswords();
  const phc = await hash("Ünïcode passwörd", PEPPER);

  assert.match(phc, /^\$argon2id\$v=19\$m=47104,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verify(phc, "Ünïcode passwörd".normalize("NFD"), PEPPER), true);
  assert.equal(await verify(phc, "Ünïcode passwörD", PEPPER), false);
  assert.equal(await verify(phc, "Ünïcode passwörd", Buffer.alloc(32, 2)), false);
  assert.notEqual(await hash("Ünïcode passwörd", PEPPER), phc, "salted");
});

test("where there is no account every password is wrong", async () => {
  const { verify } = openPasswords();
  assert.equal(await verify(undefined, "", PEPPER), false);
  assert.equal(await verify(undefined, "correct horse battery", PEPPER), false);
});

test("a hash made at a lower cost still matches, and is known to be outdated", async () => {
  const nonce = Buffer.alloc(16, 5);
  const cost = { memory: 8192, passes: 1, parallelism: 1 };
  const tag = argon2Sync("argon2id", { message: "old", nonce, ...cost, tagLength: 32, secret: PEPPER });
  const encode = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  const phc = `$argon2id$v=19$m=8192,t=1,p=1$${encode(nonce)}$${encode(tag)}`;

  const { hash, verify } = openPasswords();
  assert.equal(await verify(phc, "old", PEPPER), true);
  assert.equal(isOutdated(phc), true);
  assert.equal(isOutdated(await hash("new", PEPPER)), false);
});

test("work runs so many at once, waits in order up to a limit, and is refused beyond it", async () => {
  const inTurn = createTurns(2, 3);
  const started: number[] = [];
  const finish: Array<() => void> = [];
  const start = (n: number) =>
    inTurn(() => {
      started.push(n);
      return new Promise<void>((resolve) => finish.push(resolve));
    });

  const running = [1, 2, 3, 4, 5].map(start);
  assert.equal(await refusalOf(start(6)), "identity.busy");
  assert.deepEqual(started, [1, 2]);
  finish.shift()?.();
  await running[0];
  await new Promise(setImmediate);
  assert.deepEqual(started, [1, 2, 3]);
  const seventh = start(7);
  while (finish.length > 0 || started.length < 6) {
    finish.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all([...running, seventh]);
  assert.deepEqual(started, [1, 2, 3, 4, 5, 7]);
});

test("of many sign-ins at once so many are let in, and the rest is refused before it costs anything", async () => {
  const { admit } = openPasswords();
  const finish: Array<() => void> = [];
  let begun = 0;
  const signIn = () =>
    refusalOf(
      admit(() => {
        begun += 1;
        return new Promise<void>((resolve) => finish.push(resolve));
      }),
    );
  const all = Array.from({ length: 1000 }, signIn);
  const inside = begun;
  assert.ok(inside >= 24 && inside < 1000);
  assert.equal(await signIn(), "identity.busy");
  assert.equal(begun, inside, "not begun");
  for (const end of finish) end();
  const outcomes = await Promise.all(all);
  assert.equal(outcomes.filter((outcome) => outcome === "identity.busy").length, 1000 - inside);
  const late = signIn();
  finish.at(-1)?.();
  assert.equal(await late, "no refusal", "room again");
});

test("work that fails gives its turn back", async () => {
  const inTurn = createTurns(1, 1);
  await assert.rejects(
    inTurn(async () => {
      throw new Error("no");
    }),
    /no/,
  );
  assert.equal(await inTurn(async () => "next"), "next");
});
