import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BROKEN_SENDS } from "../support/broken-sends.ts";

const PAGE = new URL("../../docs/in-doubt.md", import.meta.url);
const HISTORY = new URL("../../../shared/meta/fixtures/spec-message-history.json", import.meta.url);

/** The rows of every table of the page that has these columns. */
function rowsUnder(heading: string): string[][] {
  const tables = readFileSync(PAGE, "utf8").split(`| ${heading} |`).slice(1);
  return tables.flatMap((table) => {
    const lines = table.split("\n").slice(2);
    const end = lines.findIndex((line) => !line.startsWith("|"));
    return lines.slice(0, end).map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  });
}

test("docs/in-doubt.md has a row for each way of breaking that is tested, and no other", () => {
  const documented = rowsUnder("how it breaks | what becomes of the message | reason");
  assert.ok(documented.length > 70);
  assert.deepEqual(
    documented,
    BROKEN_SENDS.map(({ how, fate, reason }) => [how, fate, reason === null ? "" : `\`${reason}\``]),
  );
  assert.equal(new Set(documented.map(([how]) => how)).size, documented.length, "each once");
});

test("Meta's history of messages still carries nothing of ours", { skip: !existsSync(HISTORY) }, () => {
  const samples = readFileSync(HISTORY, "utf8");
  assert.ok(samples.includes("webhook_update_state"));
  assert.equal(/biz_opaque_callback_data|callback_data|recipient_id|"to"/.test(samples), false);
});
