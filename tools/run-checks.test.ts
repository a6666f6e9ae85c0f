import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createRoleSql, databaseRightsSql, ROLE_KEYS } from "../server/platform/postgres/roles.ts";
import { DEPLOYMENT_FILES, findDeploymentFaults } from "./check-deployment.ts";
import { findPackageFaults, type LockedPackage } from "./check-packages.ts";
import { findSecrets } from "./check-secrets.ts";
import { ROOT } from "./source-files.ts";

const SOUND: LockedPackage = {
  version: "1.0.0",
  license: "MIT",
  integrity: "sha512-x",
};

function faultsOf(version: string, locked: LockedPackage): string[] {
  return findPackageFaults(
    { dependencies: { a: version } },
    { packages: { "": {}, "node_modules/a": locked } },
  );
}

test("the packages of the project are pinned, locked by hash and permissively licensed", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
  assert.deepEqual(findPackageFaults(read("package.json"), read("package-lock.json")), []);
});

test("a package that floats, comes from elsewhere, has no hash or a licence with strings is named", () => {
  const path = "node_modules/a";
  assert.deepEqual(faultsOf("1.0.0", SOUND), []);
  assert.deepEqual(faultsOf("^1.0.0", SOUND), ["package.json: a is not pinned to one version (^1.0.0)"]);
  assert.deepEqual(faultsOf("1.0.1", SOUND), ["package-lock.json: a is locked at 1.0.0, wanted 1.0.1"]);
  const { integrity: __, ...unchecked } = SOUND;
  assert.deepEqual(faultsOf("1.0.0", unchecked), [`${path} has no sha512 in the lock`]);
  assert.deepEqual(faultsOf("1.0.0", { ...SOUND, resolved: "git+ssh://git@example/a.git" }), [
    `${path} names the address it comes from`,
  ]);
  for (const [license, faults] of [
    ["(MIT OR GPL-3.0)", 0],
    ["MIT AND ISC", 0],
    ["MIT AND GPL-3.0", 1],
    ["AGPL-3.0-only", 1],
    ["LGPL-3.0", 1],
    ["SEE LICENSE IN LICENSE.txt", 1],
  ] as const) {
    assert.equal(faultsOf("1.0.0", { ...SOUND, license }).length, faults, license);
  }
  const { license: ___, ...unlicensed } = SOUND;
  assert.deepEqual(faultsOf("1.0.0", unlicensed), [`${path} is licensed as nobody knows`]);
});

test("a Linux binary that an npm on Node 18 would leave out is named", () => {
  const binary: LockedPackage = { ...SOUND, optional: true, os: ["linux"] };
  assert.deepEqual(faultsOf("1.0.0", { ...binary, engines: { node: ">=16" } }), []);
  assert.equal(faultsOf("1.0.0", { ...binary, engines: { node: "^20.19.0 || >=22.12.0" } }).length, 1);
  assert.deepEqual(faultsOf("1.0.0", { ...binary, os: ["darwin"], engines: { node: ">=22" } }), []);
});

test("a licence accepted for building is not accepted for shipping", () => {
  const packages = (dev: boolean) => ({
    packages: { "node_modules/lightningcss-linux-x64-gnu": { ...SOUND, license: "MPL-2.0", dev } },
  });
  assert.deepEqual(findPackageFaults({}, packages(true)), []);
  assert.equal(findPackageFaults({}, packages(false)).length, 1);
});

test("what looks like a secret is named by file and line, and not repeated", () => {
  // Put together here, so that this file holds none.
  const secrets = [
    `-----BEGIN ${"PRIVATE"} KEY-----\n${"A".repeat(64)}`,
    `E${"AA"}${"x1".repeat(20)}`,
    `AK${"IA"}ABCDEFGHIJKLMNOP`,
    `https://user:${"correcthorse"}@db.example.com/x`,
  ];
  for (const secret of secrets) {
    const [sentence = "", ...more] = findSecrets("a.ts", `one\ntwo ${secret}`);
    assert.match(sentence, /^a\.ts:2 holds /);
    assert.deepEqual(more, []);
    assert.ok(!sentence.includes(secret));
  }
  for (const innocent of ["postgres://user@localhost/db", "-----BEGIN CERTIFICATE-----"]) {
    assert.deepEqual(findSecrets("a.ts", innocent), []);
  }
});

test("compose makes the same roles with the same rights as the built-in database", () => {
  const script = readFileSync(join(ROOT, "deploy/create-roles.sh"), "utf8");
  const ours = createRoleSql("app", "x").replace("wardroom_app", ':"name"').replace("'x'", ":'password'");
  for (const statement of [ours, ...databaseRightsSql("wardroom")])
    assert.ok(script.includes(statement), statement);
  assert.ok(script.includes(`for name in ${ROLE_KEYS.join(" ")};`));
});

test("the files that deploy us keep their rules, and each rule can be broken", () => {
  for (const path of DEPLOYMENT_FILES) {
    const text = readFileSync(join(ROOT, path), "utf8");
    assert.deepEqual(findDeploymentFaults(path, text), []);
    assert.notDeepEqual(findDeploymentFaults(path, ""), []);
  }
  const dockerfile = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  assert.deepEqual(
    findDeploymentFaults("Dockerfile", `${dockerfile.replaceAll(/^USER .*$/gm, "")}\nRUN npm install x`),
    ["Dockerfile must end as an ordinary user", "Dockerfile must not install past the lock"],
  );
});
