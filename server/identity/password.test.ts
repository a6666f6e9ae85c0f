import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { availableParallelism } from "node:os";
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

test("of many sign-ins at once few are at work, some wait, and the rest is refused before it costs anything", async () => {
  const { admit } = openPasswords();
  let atWork = 0;
  let most = 0;
  let begun = 0;
  const signIn = () =>
    refusalOf(
      admit(async () => {
        begun += 1;
        atWork += 1;
        most = Math.max(most, atWork);
        await new Promise(setImmediate);
        atWork -= 1;
      }),
    );
  const outcomes = await Promise.all(Array.from({ length: 1000 }, signIn));
  const turnedAway = outcomes.filter((outcome) => outcome === "identity.busy").length;
  const cores = Math.max(1, Math.floor(availableParallelism() / 2));
  assert.deepEqual(
    { begun, turnedAway, most },
    { begun: 24 * cores, turnedAway: 1000 - 24 * cores, most: 3 * cores },
  );
  assert.equal(await signIn(), "no refusal", "room again");
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
