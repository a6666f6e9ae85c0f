import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

/** Samples of Meta's own OpenAPI document; not part of this repository. */
const FIXTURES = join(import.meta.dirname, "../../shared/meta/fixtures");
const skip = existsSync(FIXTURES) ? false : "Meta's samples are not at ../shared/meta";

// biome-ignore lint/suspicious/noExplicitAny: Meta's JSON as it is
type Json = any;
interface Operation {
  readonly path: string;
  readonly method: string;
  readonly request: readonly { readonly name: string; readonly value: Json }[];
  readonly responses: Readonly<Record<string, readonly { readonly name: string; readonly value: Json }[]>>;
}

const operations = (file: string): Operation[] =>
  JSON.parse(readFileSync(join(FIXTURES, file), "utf8")).operations;
const operation = (file: string, method: string, path: string): Operation =>
  operations(file).find((one) => one.method === method && one.path.endsWith(path))!;

let rig: Rig;
let known: { waId: string; wamid: string; mediaId: string };
before(async () => {
  if (skip !== false) return;
  rig = await startRig();
  const { phoneNumberId } = rig.number;
  const customer = await rig.simulator.addCustomer({ phoneNumberId, name: "Spec", phone: "+16505551234" });
  const { wamid } = await rig.simulator.sendAsCustomer(customer.customerId, {
    type: "image",
    bytes: Buffer.from("x"),
    mimeType: "image/png",
  });
  known = {
    waId: "16505551234",
    wamid,
    mediaId: rig.simulator.messagesOf(customer.customerId)[0]!.media!.id!,
  };
});
after(() => rig?.[Symbol.asyncDispose]());

/** Puts what exists here in place of the sample's placeholders; all else stays as Meta printed it. */
function filled(value: Json, key = ""): Json {
  if (Array.isArray(value)) return value.map((item) => filled(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner, name)]));
  }
  if (typeof value !== "string") return value;
  if (key === "to") return known.waId;
  if (key === "message_id") return known.wamid;
  if (/^<?http\(s\):\/\//.test(value)) return "https://example.com/file";
  if (/OBJECT_ID>$/.test(value)) return known.mediaId;
  if (/(latitude|longitude)/.test(key) && Number.isNaN(Number(value))) return "1.5";
  return value;
}

/** The names in a JSON value, so that values may differ and shapes may not. */
function shape(value: Json): Json {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

/** Templates of the samples do not exist here, which has its own answer; placeholders in a choice are no choice. */
const isTemplate = (value: Json) => value.type === "template";
/** One sample forgets its `type`, which would make it a text. */
const isTyped = (value: Json) => value.type !== undefined || value.text !== undefined;

test("every message of the spec's samples is accepted, and answered in the spec's shape", {
  skip,
}, async () => {
  const { request, responses } = operation("spec-messages.json", "POST", "/messages");
  const sent = request.filter(
    ({ value }) => value.status === undefined && isTyped(value) && !isTemplate(value),
  );
  const wanted = shape(responses["200"]!.find(({ name }) => name === "Send Text Message")!.value);
  const answers = [];
  for (const { name, value } of sent) {
    const { status, body } = await callGraph(
      rig,
      "POST",
      `/v23.0/${rig.number.phoneNumberId}/messages`,
      filled(value),
    );
    const { user_id: _, ...contact } = body.contacts?.[0] ?? {}; // documented after the spec (facts.md, 2.1)
    answers.push([name, status, shape({ ...body, contacts: [contact] })]);
  }
  assert.deepEqual(
    answers,
    sent.map(({ name }) => [name, 200, wanted]),
  );
  assert.equal(sent.length > 35, true);
});

test("templates of the samples are refused as unknown, not as malformed", { skip }, async () => {
  const { request } = operation("spec-messages.json", "POST", "/messages");
  const templates = request.filter(({ value }) => isTemplate(value));
  for (const { name, value } of templates) {
    const { body } = await callGraph(
      rig,
      "POST",
      `/v23.0/${rig.number.phoneNumberId}/messages`,
      filled(value),
    );
    assert.deepEqual([name, body.error.code], [name, 132001]);
  }
  assert.equal(templates.length > 3, true);
});

test("read receipts of the samples are accepted as the spec answers", { skip }, async () => {
  const { request } = operation("spec-messages.json", "POST", "/messages");
  const receipts = request.filter(({ value }) => value.status === "read");
  for (const { value } of receipts) {
    const { status, body } = await callGraph(
      rig,
      "POST",
      `/v23.0/${rig.number.phoneNumberId}/messages`,
      filled(value),
    );
    assert.deepEqual([status, body], [200, { success: true }]);
  }
  assert.equal(receipts.length > 0, true);
});

test("media, number, account and subscriptions answer in the spec's shape", { skip }, async () => {
  const { phoneNumberId, wabaId } = rig.number;
  const sample = (file: string, method: string, path: string, name?: string) => {
    const samples = operation(file, method, path).responses["200"]!;
    return shape(samples.find((one) => name === undefined || one.name === name)!.value);
  };
  const got = async (path: string) => shape((await callGraph(rig, "GET", `/v23.0${path}`)).body);
  assert.deepEqual(await got(`/${known.mediaId}`), sample("spec-media.json", "GET", "/{Media-ID}"));
  const fields = "id,display_phone_number,verified_name,quality_rating,name_status,code_verification_status";
  assert.deepEqual(
    await got(`/${phoneNumberId}?fields=${fields}`),
    sample("spec-phone-number.json", "GET", "/{Phone-Number-ID}", "comprehensive_response"),
  );
  const account = sample("spec-waba.json", "GET", "/{WABA-ID}", "verified_account");
  assert.deepEqual(await got(`/${wabaId}?fields=${Object.keys(account).join(",")}`), account);
  assert.deepEqual(await got(`/${wabaId}/subscribed_apps`), {
    data: [{ whatsapp_business_api_data: { id: "string", name: "string", link: "string" } }],
  });
});

test("templates are listed and created in the spec's shape", { skip }, async () => {
  const listed = (await callGraph(rig, "GET", `/v23.0/${rig.number.wabaId}/message_templates`)).body;
  const sample = operation("spec-templates.json", "GET", "/message_templates").responses["200"]![0]!.value;
  const { previous_category: _, ...wanted } = sample.data[0];
  assert.deepEqual(
    Object.keys(wanted).filter((name) => !(name in listed.data[0])),
    [],
  );
  assert.deepEqual(shape(listed.paging.cursors), shape(sample.paging.cursors));
  const { request, responses } = operation("spec-templates.json", "POST", "/message_templates");
  const created = [];
  for (const [index, { name, value }] of request.entries()) {
    const { status, body } = await callGraph(rig, "POST", `/v23.0/${rig.number.wabaId}/message_templates`, {
      ...value,
      name: `sample_${index}`,
    });
    created.push([name, status, shape(body)]);
  }
  const answer = shape(responses["200"]![0]!.value);
  assert.deepEqual(
    created,
    request.map(({ name }) => [name, 200, answer]),
  );
});

test("errors have the shape of the spec's 401 and 400", { skip }, async () => {
  const sample = JSON.parse(readFileSync(join(FIXTURES, "spec-errors.json"), "utf8")).errors;
  const expired = sample.find(
    ({ value }: Json) =>
      value.error?.code === 190 && value.error.error_subcode === 463 && value.error.fbtrace_id,
  );
  const { status, body } = await callGraph(rig, "GET", `/v23.0/${rig.number.phoneNumberId}`, undefined, {
    authorization: "Bearer EAAx",
  });
  assert.deepEqual([status, shape(body)], [expired.http_status, shape(expired.value)]);
});

test("each error code of Meta's table can be asked for, with its HTTP status", { skip }, async () => {
  const table: Json[] = JSON.parse(readFileSync(join(FIXTURES, "error-codes.json"), "utf8")).errors;
  const single = table.filter((entry) => Number.isInteger(Number(entry.code)) && entry.http_status !== null);
  const answers = [];
  for (const entry of single) {
    rig.simulator.behaviour(rig.number.phoneNumberId, {
      answer: { kind: "refuse", code: Number(entry.code) },
      times: 1,
    });
    const { status, body } = await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
      messaging_product: "whatsapp",
      to: known.waId,
      type: "text",
      text: { body: "x" },
    });
    answers.push([body.error.code, status]);
  }
  assert.deepEqual(
    answers,
    single.map((entry) => [Number(entry.code), entry.http_status]),
  );
});

test("webhooks have the shape of the spec's samples, plus what Meta's pages added since", {
  skip,
}, async () => {
  const samples = operations("spec-webhooks.json").flatMap((one) => one.request);
  const sampleOf = (name: string) =>
    samples.find((one) => one.name === name)!.value.entry[0].changes[0].value;
  const { phoneNumberId } = rig.number;
  const customer = await rig.simulator.addCustomer({ phoneNumberId, name: "Shapes", phone: "+16505550001" });
  const compare = async (
    name: string,
    message: Parameters<typeof rig.simulator.sendAsCustomer>[1],
    added: object = {},
  ) => {
    await rig.simulator.sendAsCustomer(customer.customerId, message);
    await rig.simulator.idle();
    const value = structuredClone(rig.received.at(-1)!.body.entry[0].changes[0].value);
    delete value.contacts[0].user_id;
    delete value.contacts[0].identity_key_hash;
    delete value.messages[0].from_user_id;
    const wanted = shape(sampleOf(name));
    const inner = wanted.messages[0][value.messages[0].type];
    Object.assign(inner, added);
    assert.deepEqual(shape(value), wanted);
  };
  await compare("Text Message", { type: "text", body: "x" });
  await compare(
    "Image Message",
    { type: "image", bytes: Buffer.from("x"), mimeType: "image/jpeg", caption: "c" },
    { url: "string" },
  );
  await compare("Reaction Message", { type: "reaction", messageId: known.wamid, emoji: "👍" });
  const replied = { messageId: known.wamid, id: "i", title: "t" };
  await compare("Interactive Button Reply Message", { type: "button_reply", ...replied });
  await compare("Interactive List Reply Message", { type: "list_reply", ...replied, description: "d" });
  await compare("Button Message", { type: "button", messageId: known.wamid, payload: "p", text: "t" });
  assert.match(rig.received.at(-1)!.body.entry[0].changes[0].value.messages[0].id, /^wamid\.HBg[\w+/]+=*$/);
});
