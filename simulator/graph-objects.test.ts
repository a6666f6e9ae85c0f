import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let now = Date.parse("2026-11-20T08:00:00Z");
let rig: Rig;
before(async () => {
  rig = await startRig({ clock: () => new Date(now) });
});
after(() => rig[Symbol.asyncDispose]());

const appToken = () => ({
  authorization: `Bearer ${rig.simulator.app.appId}|${rig.simulator.app.appSecret}`,
});

async function uploadFile(bytes: Uint8Array<ArrayBuffer>, type: string, token = rig.number.accessToken) {
  const form = new FormData();
  form.set("messaging_product", "whatsapp");
  form.set("type", type);
  form.set("file", new Blob([bytes], { type }), "name.bin");
  const response = await fetch(`${rig.simulator.url}/v23.0/${rig.number.phoneNumberId}/media`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  return {
    status: response.status,
    body: (await response.json()) as { id: string; error?: { code: number } },
  };
}

test("media go up, are described, come down with the bearer only, expire after five minutes and can be deleted", async () => {
  const bytes = new Uint8Array(70_000).map((_, index) => index % 251);
  const { body: uploaded } = await uploadFile(bytes, "image/png");
  assert.match(uploaded.id, /^\d{15,16}$/);
  const info = await callGraph(
    rig,
    "GET",
    `/v23.0/${uploaded.id}?phone_number_id=${rig.number.phoneNumberId}`,
  );
  assert.deepEqual(
    { ...info.body, url: undefined },
    {
      messaging_product: "whatsapp",
      url: undefined,
      mime_type: "image/png",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      file_size: "70000",
      id: uploaded.id,
    },
  );
  const path = info.body.url.slice(rig.simulator.url.length);
  const got = await fetch(info.body.url, { headers: { authorization: `Bearer ${rig.number.accessToken}` } });
  assert.deepEqual(new Uint8Array(await got.arrayBuffer()), bytes);
  assert.equal((await callGraph(rig, "GET", path, undefined, { authorization: "" })).status, 401);
  assert.equal(
    (
      await callGraph(
        rig,
        "GET",
        path.replace(/hash=./, (start: string) => (start === "hash=A" ? "hash=B" : "hash=A")),
      )
    ).status,
    404,
  );
  now += 5 * 60 * 1_000 + 1_000;
  assert.equal((await callGraph(rig, "GET", path)).status, 404);
  assert.equal((await callGraph(rig, "GET", `/${uploaded.id}?phone_number_id=1`)).status, 400);
  assert.deepEqual((await callGraph(rig, "DELETE", `/${uploaded.id}`)).body, { success: true });
  assert.equal((await callGraph(rig, "GET", `/${uploaded.id}`)).status, 400);
});

test("uploads of another type, empty or too large are refused", async () => {
  const answers = [
    await uploadFile(new Uint8Array(10), "application/x-msdownload"),
    await uploadFile(new Uint8Array(0), "image/png"),
    await uploadFile(new Uint8Array(5 * 1_024 * 1_024 + 1), "image/png"),
    await uploadFile(new Uint8Array(5 * 1_024 * 1_024), "image/png"),
  ];
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error?.code]),
    [
      [400, 100],
      [400, 100],
      [400, 131053],
      [200, undefined],
    ],
  );
});

test("what a customer sends has its hash in base64, a fresh address, and `voice` on voice notes", async () => {
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "L",
    phone: "+966500000142",
  });
  const bytes = Buffer.from("OggS something");
  await rig.simulator.sendAsCustomer(customer.customerId, {
    type: "audio",
    bytes,
    mimeType: "audio/ogg; codecs=opus",
    voice: true,
  });
  await rig.simulator.idle();
  const { audio } = rig.received.at(-1)!.body.entry[0].changes[0].value.messages[0];
  assert.deepEqual(
    [audio.sha256, audio.mime_type, audio.voice],
    [createHash("sha256").update(bytes).digest("base64"), "audio/ogg; codecs=opus", true],
  );
  const got = await fetch(audio.url, { headers: { authorization: `Bearer ${rig.number.accessToken}` } });
  assert.deepEqual(Buffer.from(await got.arrayBuffer()), bytes);
});

test("templates are paged without gap or repetition, filtered, created, decided and deleted", async () => {
  const path = `/v23.0/${rig.number.wabaId}/message_templates`;
  const names: string[] = [];
  let next: string | undefined = `${path}?limit=4`;
  while (next !== undefined) {
    const page = await callGraph(rig, "GET", next);
    names.push(
      ...page.body.data.map((one: { name: string; language: string }) => `${one.name}/${one.language}`),
    );
    next = page.body.paging.next?.slice(rig.simulator.url.length);
  }
  assert.equal(new Set(names).size, names.length);
  const filtered = await callGraph(rig, "GET", `${path}?status=PAUSED&fields=name,status`);
  assert.deepEqual(filtered.body.data, [
    { name: "weekly_digest", status: "PAUSED", id: filtered.body.data[0].id },
  ]);

  const input = {
    name: "new_one",
    language: "en_US",
    category: "UTILITY",
    components: [{ type: "BODY", text: "Hello" }],
  };
  const created = await callGraph(rig, "POST", path, input);
  assert.deepEqual([created.status, created.body.status], [200, "PENDING"]);
  assert.equal((await callGraph(rig, "POST", path, input)).status, 400);
  rig.simulator.setTemplateStatus({
    wabaId: rig.number.wabaId,
    name: "new_one",
    language: "en_US",
    status: "APPROVED",
  });
  await rig.simulator.idle();
  const [entry] = rig.received.at(-1)!.body.entry;
  assert.deepEqual(entry, {
    id: rig.number.wabaId,
    time: Math.floor(now / 1_000),
    changes: [
      {
        value: {
          event: "APPROVED",
          message_template_id: Number(created.body.id),
          message_template_name: "new_one",
          message_template_language: "en_US",
          reason: "NONE",
        },
        field: "message_template_status_update",
      },
    ],
  });
  assert.deepEqual((await callGraph(rig, "DELETE", `${path}?name=new_one`)).body, { success: true });
  assert.deepEqual((await callGraph(rig, "GET", `${path}?name=new_one`)).body, { data: [] });
  assert.equal((await callGraph(rig, "GET", `${path}?after=nonsense`)).body.error.code, 131059);
});

test("a callback must echo the challenge, lie on this machine, and be registered by the app itself", async () => {
  const { appId } = rig.simulator.app;
  const register = (callback: string, headers = appToken(), verifyToken = "not the right one") =>
    callGraph(
      rig,
      "POST",
      `/v23.0/${appId}/subscriptions`,
      {
        object: "whatsapp_business_account",
        callback_url: callback,
        verify_token: verifyToken,
        fields: "messages",
      },
      headers,
    );
  const before = await callGraph(rig, "GET", `/v23.0/${appId}/subscriptions`, undefined, appToken());
  const answers = [
    await register(rig.callbackUrl),
    await register("https://example.com/webhook"),
    await register("http://127.0.0.1.example.com/webhook"),
    await register("http://127.0.0.1:9/webhook"),
    await register(rig.callbackUrl, { authorization: `Bearer ${rig.number.accessToken}` }),
  ];
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error.code]),
    [
      [400, 2200],
      [400, 2200],
      [400, 2200],
      [400, 2200],
      [400, 15],
    ],
  );
  for (const { body } of answers.slice(1, 3)) assert.match(body.error.message, /this machine only/);
  assert.deepEqual(
    await callGraph(rig, "GET", `/v23.0/${appId}/subscriptions`, undefined, appToken()).then(
      ({ body }) => body,
    ),
    before.body,
  );
  assert.deepEqual([before.body.data[0].callback_url, before.body.data[0].active], [rig.callbackUrl, true]);
});

test("without a subscriber a message stays on the phone, as Meta drops what nobody asked for", async () => {
  const path = `/v23.0/${rig.number.wabaId}/subscribed_apps`;
  assert.equal(
    (await callGraph(rig, "GET", path)).body.data[0].whatsapp_business_api_data.id,
    rig.simulator.app.appId,
  );
  await callGraph(rig, "DELETE", path);
  assert.deepEqual((await callGraph(rig, "GET", path)).body, { data: [] });
  const before = rig.received.length;
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "N",
    phone: "+966500000777",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "anyone?" });
  await rig.simulator.idle();
  assert.equal(rig.received.length, before);
  await callGraph(rig, "POST", path);
});

test("debug_token tells a good token from a bad one, both with 200", async () => {
  const debug = (token: string) =>
    callGraph(rig, "GET", `/v23.0/debug_token?input_token=${token}`, undefined, appToken());
  const good = await debug(rig.number.accessToken);
  assert.deepEqual(
    [good.status, good.body.data.is_valid, good.body.data.type, good.body.data.granular_scopes[1].target_ids],
    [200, true, "SYSTEM_USER", [rig.number.wabaId]],
  );
  const bad = await debug("EAAnothing");
  assert.deepEqual([bad.status, bad.body.data.is_valid, bad.body.data.error.code], [200, false, 190]);
});

test("numbers and accounts answer the fields that were asked for, and refuse invented ones", async () => {
  const { phoneNumberId, wabaId } = rig.number;
  const fields = (id: string, names: string) => callGraph(rig, "GET", `/${id}?fields=${names}`);
  assert.deepEqual((await fields(phoneNumberId, "verified_name,status")).body, {
    verified_name: "Marsa Home",
    status: "CONNECTED",
    id: phoneNumberId,
  });
  assert.equal((await fields(wabaId, "name,account_review_status")).body.account_review_status, "APPROVED");
  assert.equal((await fields(phoneNumberId, "shoe_size")).body.error.code, 100);
  const listed = await callGraph(rig, "GET", `/v25.0/${wabaId}/phone_numbers`);
  assert.equal(listed.body.data[0].id, phoneNumberId);
  const usage = JSON.parse(listed.headers.get("x-business-use-case-usage") ?? "{}");
  assert.equal(usage[wabaId][0].estimated_time_to_regain_access, 0);
});

test("bodies that are not JSON, not an object, or too large get an error in Meta's form", async () => {
  const post = (body: string) =>
    fetch(`${rig.simulator.url}/${rig.number.phoneNumberId}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${rig.number.accessToken}`, "content-type": "application/json" },
      body,
    }).then(async (response) => [
      response.status,
      ((await response.json()) as { error: { code: number } }).error.code,
    ]);
  assert.deepEqual(await post("{"), [400, 100]);
  assert.deepEqual(await post("[]"), [400, 100]);
  assert.deepEqual(await post(`{"a":"${"x".repeat(1_024 * 1_024)}"}`), [413, 100]);
});
