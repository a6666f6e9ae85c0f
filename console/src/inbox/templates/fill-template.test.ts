import assert from "node:assert/strict";
import { test } from "node:test";
import type { Template } from "../../../../contract/numbers.ts";
import {
  composeTemplate,
  fillTemplate,
  listTemplateGroups,
  NO_VALUES,
  segmentTemplate,
} from "./fill-template.ts";

const template = (over: Partial<Template> = {}): Template => ({
  id: "00000000-0000-4000-e000-000000000001",
  name: "delivery_time",
  language: "ar",
  category: "UTILITY",
  status: "APPROVED",
  header: null,
  body: "Hello {{1}}, order {{order_id}} comes {{1}}.",
  variables: ["1", "order_id"],
  footer: null,
  buttons: [],
  sendable: true,
  ...over,
});

test("variables are marked where they stand, filled or not", () => {
  assert.deepEqual(segmentTemplate("Hi {{1}}, {{ order_id }}", { "1": "Layla" }), [
    { kind: "text", text: "Hi " },
    { kind: "variable", name: "1", value: "Layla" },
    { kind: "text", text: ", " },
    { kind: "variable", name: "order_id", value: "" },
  ]);
  assert.equal(fillTemplate("Hi {{1}}!", { "1": " Layla " }), "Hi Layla!");
});

test("sending stays off until every variable is filled with more than spaces", () => {
  const values = (body: Record<string, string>) => composeTemplate(template(), { ...NO_VALUES, body });
  assert.equal(values({ "1": "Layla" }), undefined);
  assert.equal(values({ "1": "Layla", order_id: "  " }), undefined);
  assert.deepEqual(values({ "1": "Layla", order_id: "MH-1\n  2", other: "x" }), {
    templateId: template().id,
    variables: { "1": "Layla", order_id: "MH-1 2" },
  });
});

test("header text, header file and button address are asked for as the template has them", () => {
  const filled = { ...NO_VALUES, body: { "1": "a", order_id: "b" } };
  const withHeader = template({ header: { format: "TEXT", text: "For {{1}}", variables: ["1"] } });
  assert.equal(composeTemplate(withHeader, filled), undefined);
  assert.deepEqual(composeTemplate(withHeader, { ...filled, header: { "1": "you" } })?.headerVariables, {
    "1": "you",
  });
  const withFile = template({ header: { format: "IMAGE", text: null, variables: [] } });
  assert.equal(composeTemplate(withFile, filled), undefined);
  assert.equal(composeTemplate(withFile, { ...filled, headerUploadId: "u" })?.headerUploadId, "u");
  const withButton = template({
    buttons: [
      { kind: "QUICK_REPLY", text: "Yes", variable: false },
      { kind: "URL", text: "Track", variable: true },
    ],
  });
  assert.equal(composeTemplate(withButton, filled), undefined);
  assert.deepEqual(composeTemplate(withButton, { ...filled, buttons: { "1": "x" } })?.buttonVariables, {
    "1": "x",
  });
});

test("a template that is not approved, or that we cannot fill, never goes", () => {
  const filled = { ...NO_VALUES, body: { "1": "a", order_id: "b" } };
  assert.equal(composeTemplate(template({ status: "PAUSED" }), filled), undefined);
  assert.equal(composeTemplate(template({ sendable: false }), filled), undefined);
});

test("languages of one name are one choice, the customer's first; the search reads names and words", () => {
  const list = [
    template({ language: "en", body: "Hello" }),
    template({ language: "ar", body: "مرحبا" }),
    template({ name: "order_ready", language: "en", body: "Ready" }),
    template({ name: "paused", status: "PAUSED" }),
  ];
  const say = (search: string) =>
    listTemplateGroups(list, { search, language: "ar" }).map(
      (group) => `${group.name}: ${group.templates.map((one) => one.language).join(", ")}`,
    );
  assert.deepEqual(say(""), ["delivery_time: ar, en", "order_ready: en"]);
  assert.deepEqual(say("order r"), ["order_ready: en"]);
  assert.deepEqual(say("مرحبا"), ["delivery_time: ar"]);
});
