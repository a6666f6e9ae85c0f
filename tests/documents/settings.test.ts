import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createRoleSql, databaseRightsSql, ROLE_KEYS } from "../../server/platform/postgres/roles.ts";
import { QUIET_LOG } from "../../server/platform/postgres/settings.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const operating = read("docs/operating.md");

test("the table of settings has exactly those that the program reads", () => {
  const listed = [...operating.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = ""]) => name);
  const sources = read("server/config/config.ts") + read("server/config/smtp-settings.ts");
  const known = [...sources.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = ""]) => name);
  assert.ok(known.length > 10, "the search finds them");
  assert.deepEqual(listed.toSorted(), known.toSorted());
});

test("the roles and rights for an operator's PostgreSQL are those of the built-in one", () => {
  const squeezed = operating.replaceAll(/ +/g, " ");
  for (const key of ROLE_KEYS) assert.ok(squeezed.includes(createRoleSql(key, "...")), key);
  for (const statement of databaseRightsSql("wardroom")) assert.ok(operating.includes(statement), statement);
});

test("the log settings for an operator's PostgreSQL are those of the built-in one", () => {
  for (const setting of QUIET_LOG.filter((each) => !each.startsWith("log_min_duration_sample"))) {
    assert.ok(operating.includes(setting.replace("=", " = ")), setting);
  }
});
