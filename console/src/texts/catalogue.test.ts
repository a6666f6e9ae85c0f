import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { arabic } from "./ar.ts";
import { arabicOf, type Catalogue } from "./catalogue.ts";
import { english } from "./en.ts";

const area = {
  "area.plain": "Plain",
  "area.named": "For {name}",
  "area.counted": { one: "{count} chat of {name}", other: "{count} chats of {name}" },
} as const satisfies Catalogue;
type Area = typeof area;
const forms = { one: "1", two: "2", few: "3", many: "11" };

test("every English text has its Arabic one, and no other", () => {
  assert.deepEqual(Object.keys(arabic).sort(), Object.keys(english).sort());
});

test("no text is empty in either language", () => {
  for (const catalogue of [english, arabic]) {
    const texts = Object.values(catalogue).flatMap((text) =>
      typeof text === "string" ? [text] : Object.values(text),
    );
    assert.equal(
      texts.some((text) => text.trim() === ""),
      false,
    );
  }
});

test("texts keep to the words of the house: no exclamation mark, no oops", () => {
  const texts = Object.values(english).flatMap((text) =>
    typeof text === "string" ? [text] : Object.values(text),
  );
  assert.deepEqual(
    texts.filter((text) => /!|\boops\b/i.test(text)),
    [],
  );
});

test("the compiler refuses Arabic that lacks a key, a placeholder or a plural form", () => {
  const counted = { ...forms, other: "{count} {name}" } as const;
  arabicOf<Area>()({ "area.plain": "س", "area.named": "إلى {name}", "area.counted": counted });
  // @ts-expect-error a key is missing
  arabicOf<Area>()({ "area.plain": "س", "area.counted": counted });
  // @ts-expect-error the placeholder is missing
  arabicOf<Area>()({ "area.plain": "س", "area.named": "إلى", "area.counted": counted });
  // @ts-expect-error the placeholder has another name
  arabicOf<Area>()({ "area.plain": "س", "area.named": "إلى {who}", "area.counted": counted });
  const { few: _, ...withoutFew } = counted;
  // @ts-expect-error a plural form is missing
  arabicOf<Area>()({ "area.plain": "س", "area.named": "إلى {name}", "area.counted": withoutFew });
  assert.equal(Object.keys(area).length, 3);
});

test("no two areas share a key: the later one would silently win", async () => {
  const areas = await Promise.all(
    globSync("en/*.ts", { cwd: import.meta.dirname }).map(
      (path) => import(`./${path}`) as Promise<Record<string, Catalogue>>,
    ),
  );
  const keys = areas.flatMap((area) => Object.values(area).flatMap((texts) => Object.keys(texts)));
  assert.deepEqual(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    [],
  );
});
