import assert from "node:assert/strict";
import { test } from "node:test";
import { findForbiddenImports } from "./check-imports.ts";
import { findForeignTables } from "./check-tables.ts";
import { findCycles } from "./find-cycles.ts";
import { readMigrationTexts, readSources } from "./source-files.ts";

test("the project keeps to its map", () => {
  assert.deepEqual(findForbiddenImports(readSources()), []);
});

test("rooms name their own tables alone", () => {
  assert.deepEqual(findForeignTables(readSources(), readMigrationTexts()), []);
});

for (const [path, target, fault] of [
  ["server/audit/a.ts", "../inbox/tables.ts", "audit may not import inbox (server/inbox/tables.ts)"],
  ["server/inbox/a.ts", "../audit/internal/y.ts", "server/audit/internal/y.ts is internal to audit"],
  ["server/inbox/a.ts", "../audit/entry.ts", undefined],
  ["server/inbox/a.ts", "./internal/y.ts", undefined],
  ["server/platform/a.ts", "../compose.ts", "platform may not import compose (server/compose.ts)"],
  ["server/compose.ts", "./http/app.ts", undefined],
  ["server/main.ts", "./compose.ts", undefined],
  ["server/compose.ts", "./inbox/internal/y.ts", "server/inbox/internal/y.ts is internal to inbox"],
  ["server/http/a.ts", "../../contract/contract.ts", undefined],
  ["server/inbox/a.ts", "../../contract/contract.ts", "inbox may not import contract (contract/contract.ts)"],
  ["contract/a.ts", "../server/platform/ids.ts", "contract may not import platform (server/platform/ids.ts)"],
  ["console/src/a.tsx", "../../contract/contract.ts", undefined],
  [
    "console/src/a.tsx",
    "../../server/platform/ids.ts",
    "console may not import platform (server/platform/ids.ts)",
  ],
  ["simulator/a.ts", "../contract/contract.ts", "simulator may not import contract (contract/contract.ts)"],
  ["simulator/a.ts", "./page/b.ts", undefined],
  ["server/http/a.ts", "../../simulator/a.ts", "http may not import simulator (simulator/a.ts)"],
  ["server/compose.ts", "../simulator/a.ts", undefined],
  ["cli/a.ts", "../console/src/a.ts", "cli may not import console (console/src/a.ts)"],
  ["cli/a.ts", "../server/compose.ts", undefined],
  ["server/compose.ts", "../cli/main.ts", "compose may not import cli (cli/main.ts)"],
  ["server/inbox/a.ts", "../../tests/support/database.ts", "tests/support/database.ts is never shipped"],
  ["server/inbox/a.ts", "./b.test-support.ts", "server/inbox/b.test-support.ts is never shipped"],
  ["server/inbox/a.test.ts", "../../tests/support/database.ts", undefined],
  ["server/inbox/a.test-support.ts", "../../tests/support/database.ts", undefined],
  ["tests/journeys/a.ts", "../../server/vault/internal/y.ts", undefined],
] as const) {
  test(`${path} ${fault === undefined ? "may" : "may not"} import ${target}`, () => {
    const expected = fault === undefined ? [] : [`${path}: ${fault}`];
    for (const text of [
      `import { x } from "${target}";\n`,
      `import type {\n  X,\n} from "${target}";\n`,
      `import "${target}";\n`,
      `export { x } from "${target}";\n`,
      `const x = await import("${target}");\n`,
    ]) {
      assert.deepEqual(findForbiddenImports([{ path, text }]), expected, text);
    }
  });
}

test("a room that is not on the map stops the check", () => {
  const file = { path: "server/cellar/a.ts", text: 'import { x } from "../platform/ids.ts";\n' };
  assert.throws(() => findForbiddenImports([file]), /"cellar" is not on the map/);
});

test("files that import each other are named, also through types alone and over other files", () => {
  const files = [
    ["a", 'import type { B } from "./b.ts";\n'],
    ["b", 'import { c } from "./c.ts";\n'],
    ["c", 'import { a } from "./a.ts";\nimport { d } from "./d.ts";\n'],
    ["d", ""],
  ].map(([name, text = ""]) => ({ path: `server/inbox/${name}.ts`, text }));
  assert.deepEqual(findForbiddenImports(files), [
    "these files import each other: server/inbox/a.ts, server/inbox/b.ts, server/inbox/c.ts",
  ]);
});

test("every group that reaches itself is found, and only those", () => {
  const cycles = findCycles(
    new Map([
      ["a", ["b", "c"]],
      ["b", ["c"]],
      ["c", []],
      ["d", ["e", "a"]],
      ["e", ["f"]],
      ["f", ["d", "e", "absent"]],
      ["g", ["g"]],
    ]),
  );
  assert.deepEqual(cycles, [["d", "e", "f"], ["g"]]);
});

test("a room that names another's table is found, in SQL and in Kysely, and comments are not", () => {
  const migrations = ["create table inbox_message (\n);\ncreate table vault.data_key (\n);"];
  const naming = (path: string, text: string) => findForeignTables([{ path, text }], migrations);

  assert.deepEqual(naming("server/gateway/a.ts", 'db.selectFrom("inbox_message as m")'), [
    "server/gateway/a.ts: inbox_message belongs to inbox",
  ]);
  assert.deepEqual(naming("server/audit/a.ts", "sql`select 1 from vault.data_key`"), [
    "server/audit/a.ts: vault.data_key belongs to vault",
  ]);
  assert.deepEqual(naming("server/inbox/a.ts", 'db.selectFrom("inbox_message")'), []);
  assert.deepEqual(naming("server/gateway/a.ts", "// reads inbox_message\n/** inbox_message */"), []);
  assert.deepEqual(naming("server/gateway/a.ts", '"inbox_message_idx"'), []);
});
