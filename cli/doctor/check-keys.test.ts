import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKeys } from "./check-keys.ts";

const DAY = 24 * 60 * 60;
const NO_FILES = { prepared: [], replaced: [] };

function look(versions: ReadonlyArray<[ageSeconds: number, isDestroyed: boolean]>, rootKeyFiles = NO_FILES) {
  const findings = checkKeys({
    ...{ provider: "file", rootKeyId: "0", bundle: null, rootKeyFiles },
    workspaces: [
      {
        workspaceId: "00000000-0000-0000-0000-000000000000" as never,
        versions: versions.map(([ageSeconds, isDestroyed], at) => ({
          version: at + 1,
          ageSeconds,
          isDestroyed,
        })),
        ...{ rotation: null, dataKeys: [] },
      },
    ],
  });
  return Object.fromEntries(findings.map(({ check, state }) => [check, state]));
}

test("a living key older than 30 days is looked at, a destroyed one of any age is not", () => {
  const ok = { "workspace keys": "ok", "root key": "ok" };
  assert.deepEqual(look([[30 * DAY, false]]), ok);
  assert.deepEqual(look([[30 * DAY + 1, false]]), { ...ok, "workspace keys": "attention" });
  assert.deepEqual(
    look([
      [90 * DAY, true],
      [DAY, false],
    ]),
    ok,
  );
});

test("a rotation is unfinished when its new version is a day old and the one before lives", () => {
  const state = (age: number) =>
    look([
      [28 * DAY, false],
      [age, false],
    ])["key rotation"];
  assert.equal(state(DAY), undefined);
  assert.equal(state(DAY + 1), "attention");
});

test("a root key beside the key file is looked at, prepared or replaced", () => {
  const young: ReadonlyArray<[number, boolean]> = [[DAY, false]];
  for (const files of [
    { prepared: ["a"], replaced: [] },
    { prepared: [], replaced: ["a"] },
  ])
    assert.equal(look(young, files as never)["root key"], "attention");
});
