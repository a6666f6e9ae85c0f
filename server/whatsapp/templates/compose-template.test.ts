import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../platform/refusal.ts";
import { composeTemplate, type TemplateInput } from "./compose-template.ts";
import { readTemplateParts, type StoredTemplate } from "./template-parts.ts";

const BODY = { type: "BODY", text: "Hello {{2}}, order {{1}} for {{2}} is ready." };
const OFFER: StoredTemplate = {
  parameterFormat: "POSITIONAL",
  components: [
    { type: "HEADER", format: "TEXT", text: "News for {{1}}" },
    BODY,
    { type: "FOOTER", text: "Falcon" },
    {
      type: "BUTTONS",
      buttons: [
        { type: "QUICK_REPLY", text: "Yes" },
        { type: "URL", text: "See", url: "https://example.com/{{1}}" },
        { type: "COPY_CODE", text: "Copy" },
        { type: "URL", text: "Home", url: "https://example.com/" },
      ],
    },
  ],
};
const FILLED: TemplateInput = {
  templateId: "t",
  variables: { "1": "1042", "2": "Layla" },
  headerVariables: { "1": "you" },
  buttonVariables: { "1": "oak", "2": "SAVE20" },
};

function compose(stored: StoredTemplate, input: TemplateInput) {
  return composeTemplate({ name: "offer", language: "en_US", stored }, input);
}

function refusalOf(stored: StoredTemplate, input: TemplateInput): string {
  try {
    compose(stored, input);
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.code;
  }
  return assert.fail("not refused");
}

test("variables go out in the order of their numbers and are read in the order of the text", () => {
  assert.deepEqual(readTemplateParts(OFFER).variables, ["2", "1"]);
  const { payload, rendered } = compose(OFFER, FILLED);
  assert.deepEqual(payload.components, [
    { type: "header", parameters: [{ type: "text", text: "you" }] },
    {
      type: "body",
      parameters: [
        { type: "text", text: "1042" },
        { type: "text", text: "Layla" },
      ],
    },
    { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "oak" }] },
    {
      type: "button",
      sub_type: "copy_code",
      index: "2",
      parameters: [{ type: "coupon_code", coupon_code: "SAVE20" }],
    },
  ]);
  assert.deepEqual(rendered, {
    kind: "template",
    name: "offer",
    language: "en_US",
    header: { text: "News for you" },
    text: "Hello Layla, order 1042 for Layla is ready.",
    footer: "Falcon",
    buttons: ["Yes", "See", "Copy", "Home"],
  });
});

test("named variables go out with their names", () => {
  const stored: StoredTemplate = {
    parameterFormat: "NAMED",
    components: [{ type: "BODY", text: "مرحباً {{first_name}}، يوم {{day}}" }],
  };
  const { payload, rendered } = compose(stored, {
    templateId: "t",
    variables: { day: "الخميس", first_name: "ليلى" },
  });
  assert.deepEqual(payload.components, [
    {
      type: "body",
      parameters: [
        { type: "text", parameter_name: "first_name", text: "ليلى" },
        { type: "text", parameter_name: "day", text: "الخميس" },
      ],
    },
  ]);
  assert.equal(rendered.text, "مرحباً ليلى، يوم الخميس");
});

test("a value that looks like a placeholder stays a value", () => {
  const { rendered } = compose(OFFER, { ...FILLED, variables: { "1": "{{2}}", "2": "$& {{1}}" } });
  assert.equal(rendered.text, "Hello $& {{1}}, order {{2}} for $& {{1}} is ready.");
});

test("what does not fit is refused before anything is queued", async (t) => {
  const cases: Array<[code: string, change: Partial<TemplateInput>]> = [
    ["template.variable_missing", { variables: { "1": "1042" } }],
    ["template.variable_missing", { variables: { "1": "1042", "2": "  " } }],
    ["template.variable_unknown", { variables: { ...FILLED.variables, "3": "x" } }],
    ["template.variable_unknown", { buttonVariables: { ...FILLED.buttonVariables, "0": "x" } }],
    ["template.variable_missing", { buttonVariables: { "1": "oak" } }],
    ["template.variable_missing", { headerVariables: {} }],
    ["template.variable_malformed", { variables: { "1": "10\n42", "2": "Layla" } }],
    ["template.variable_malformed", { variables: { "1": "10     42", "2": "Layla" } }],
    ["template.too_long", { headerVariables: { "1": "y".repeat(52) } }],
    ["template.too_long", { variables: { "1": "1".repeat(990), "2": "Layla" } }],
    ["template.header_file_unexpected", { headerUploadId: "file" }],
  ];
  for (const [code, change] of cases) {
    await t.test(`${code}: ${JSON.stringify(change).slice(0, 60)}`, () => {
      assert.equal(refusalOf(OFFER, { ...FILLED, ...change }), code);
    });
  }
  compose(OFFER, { ...FILLED, headerVariables: { "1": "y".repeat(51) } });
});

test("a picture on top wants a file, and the file goes out in its format", () => {
  const stored: StoredTemplate = {
    parameterFormat: "POSITIONAL",
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Look" },
    ],
  };
  assert.equal(refusalOf(stored, { templateId: "t", variables: {} }), "template.header_file_missing");
  const { payload, rendered } = compose(stored, { templateId: "t", variables: {}, headerUploadId: "m" });
  assert.deepEqual(payload.components, [
    { type: "header", parameters: [{ type: "media", format: "image", mediaId: "m", fileName: null }] },
  ]);
  assert.deepEqual(rendered.header, { text: null });
});

test("a template with a part that we cannot fill says so instead of failing at Meta", async (t) => {
  const parts: Array<[string, StoredTemplate["components"]]> = [
    ["a location on top", [{ type: "HEADER", format: "LOCATION" }, BODY]],
    ["a header of a kind to come", [{ type: "HEADER", format: "GIF" }, BODY]],
    ["a carousel", [BODY, { type: "CAROUSEL", cards: [] }]],
    ["a limited offer", [BODY, { type: "LIMITED_TIME_OFFER" }]],
    ["a flow", [BODY, { type: "BUTTONS", buttons: [{ type: "FLOW", text: "Go" }] }]],
    ["a one-time code", [{ type: "BODY" }, { type: "BUTTONS", buttons: [{ type: "OTP", text: "Copy" }] }]],
    ["no body", [{ type: "FOOTER", text: "x" }]],
  ];
  for (const [name, components] of parts) {
    await t.test(name, () => {
      const stored: StoredTemplate = { parameterFormat: "POSITIONAL", components };
      assert.equal(readTemplateParts(stored).sendable, false);
      assert.equal(refusalOf(stored, FILLED), "template.not_sendable");
    });
  }
});
