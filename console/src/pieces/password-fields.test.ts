import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const CONSOLE = new URL("..", import.meta.url).pathname;

const pages = readdirSync(CONSOLE, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".tsx"))
  .map((path) => ({ path, source: readFileSync(join(CONSOLE, path), "utf8") }));

test("every field for a password hides it, and says to password managers which one it is for", () => {
  const fields = pages.flatMap(({ path, source }) =>
    [...source.matchAll(/<PasswordInput\b.*?\/>/gs)].map(([field]) => ({ path, field })),
  );
  assert.ok(fields.length >= 4, "the fields are found");
  for (const { path, field } of fields) assert.match(field, /autoComplete="(current|new)-password"/, path);
  for (const { path, source } of pages) assert.doesNotMatch(source, /<input[^>]*type="password"/, path);
});

test("where a password is typed nothing keeps anybody from pasting it", () => {
  const forms = pages.filter(({ source }) => source.includes("<PasswordInput"));
  for (const { path, source } of forms) assert.doesNotMatch(source, /onPaste|onBeforeInput|onDrop/, path);
  for (const { path, source } of pages)
    assert.doesNotMatch(source, /addEventListener\("(paste|beforeinput)"/, path);
});

test("no field for a password or a recovery code cuts what is pasted into it", () => {
  const fields = pages.flatMap(({ path, source }) =>
    [...source.matchAll(/<(?:PasswordInput|TextInput)\b.*?\/>/gs)].map(([field]) => ({ path, field })),
  );
  const secret = fields.filter(({ field }) => /PasswordInput|signIn\.recoveryCode/.test(field));
  assert.ok(secret.length > 5);
  for (const { path, field } of secret) {
    const [, most] = /maxLength=\{(\d+)\}/.exec(field) ?? [];
    assert.ok(
      most === undefined || (field.includes("recoveryCode") && Number(most) >= 29),
      `${path}: ${most}`,
    );
  }
});
