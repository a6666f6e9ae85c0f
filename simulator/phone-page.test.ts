import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let now = Date.parse("2026-11-20T08:00:00Z");
let rig: Rig;
before(async () => {
  rig = await startRig({ clock: () => new Date(now) });
});
after(() => rig[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: tests read the page's JSON as it is
type Answer = { status: number; body: any; headers: Headers };

async function ask(
  path: string,
  options: {
    bearer?: string;
    json?: object;
    body?: string | Buffer<ArrayBuffer>;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(`${rig.simulator.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(options.bearer === undefined ? {} : { authorization: `Bearer ${options.bearer}` }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith("{") ? JSON.parse(text) : text,
  };
}

const linkFor = (phoneNumberId: string) =>
  rig.simulator.createPhoneLink({ phoneNumberId, language: "ar" }).split("#")[1]!;
const exchange = (link: string) => ask("/phone/session", { json: { link } });
const signIn = async (phoneNumberId = rig.number.phoneNumberId) =>
  (await exchange(linkFor(phoneNumberId))).body.bearer as string;

test("a link works once and for ten minutes; a second use, an old one and a guess are refused", async () => {
  const link = linkFor(rig.number.phoneNumberId);
  const first = await exchange(link);
  assert.deepEqual([first.status, first.body.language], [200, "ar"]);
  assert.equal((await ask("/phone/api/overview", { bearer: first.body.bearer })).status, 200);
  const second = await exchange(link);
  const old = linkFor(rig.number.phoneNumberId);
  now += 10 * 60 * 1_000;
  const refused = [second, await exchange(old), await exchange("A".repeat(43)), await exchange("")];
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body]),
    refused.map(() => [403, { simulator: true, error: "link_used_or_expired" }]),
  );
});

test("a link in its last moment still works", async () => {
  const link = linkFor(rig.number.phoneNumberId);
  now += 10 * 60 * 1_000 - 1;
  assert.equal((await exchange(link)).status, 200);
});

test("a session outlives a restart, ends after twelve hours, and opens the customers of its own number only", async () => {
  const bearer = await signIn();
  const other = await rig.simulator.addNumber({ businessName: "Other" });
  const foreign = await rig.simulator.addCustomer({
    phoneNumberId: other.phoneNumberId,
    name: "Not yours",
    phone: "+966500000001",
  });
  await rig.restart();
  const overview = await ask("/phone/api/overview", { bearer });
  assert.equal(overview.status, 200);
  assert.equal(JSON.stringify(overview.body).includes("Not yours"), false);
  assert.equal((await ask(`/phone/api/chats/${foreign.customerId}`, { bearer })).status, 404);
  const write = await ask(`/phone/api/chats/${foreign.customerId}/messages`, {
    bearer,
    json: { type: "text", body: "x" },
  });
  assert.deepEqual([write.status, rig.simulator.messagesOf(foreign.customerId).length], [404, 0]);
  now += 12 * 60 * 60 * 1_000;
  assert.equal((await ask("/phone/api/overview", { bearer })).status, 401);
});

test("the API answers nobody without a session", async () => {
  const answers = await Promise.all([
    ask("/phone/api/overview"),
    ask("/phone/api/events"),
    ask("/phone/api/customers", { json: { name: "x", phone: "+966500000001", businessScopedOnly: false } }),
    ask("/phone/api/media/1"),
    ask("/phone/api/overview", { bearer: rig.number.accessToken }),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 401),
  );
});

test("another host name is refused on every path, so that a rebound name reaches nothing", async () => {
  const { port } = new URL(rig.simulator.url);
  const status = (path: string, host: string) =>
    new Promise<number>((done, fail) => {
      request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      })
        .on("error", fail)
        .end();
    });
  for (const path of ["/phone", "/phone/files/phone.js", `/${rig.number.phoneNumberId}`, "/nothing"]) {
    for (const host of [
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.example:${port}`,
      `127.0.0.1:${Number(port) + 1}`,
    ]) {
      assert.equal(await status(path, host), 421);
    }
  }
  assert.deepEqual(
    [await status("/phone", `127.0.0.1:${port}`), await status("/phone", `localhost:${port}`)],
    [200, 200],
  );
});

test("the page says simulator, sets no cookie, and allows no inline code and no other origin", async () => {
  const page = await ask("/phone");
  assert.match(page.body, /<title>Simulator/);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.equal(/unsafe|https?:|\*/.test(policy), false);
  assert.deepEqual(
    ["x-content-type-options", "cache-control", "set-cookie"].map((name) => page.headers.get(name)),
    ["nosniff", "no-store", null],
  );
  assert.equal(/\sstyle=|<style|\son\w+=/.test(page.body), false);
  const names = [...page.body.matchAll(/\/phone\/files\/([\w.-]+)/g)].map((match) => match[1]);
  for (const name of [...names, "inter.woff2", "arabic.woff2"])
    assert.equal((await ask(`/phone/files/${name}`)).status, 200);
  assert.equal((await ask("/phone/files/..%2fstart-simulator.ts")).status, 404);
});

test("what the page sends reaches Wardroom: text, a tap on a button, a file; bad input changes nothing", async () => {
  const bearer = await signIn();
  const created = await ask("/phone/api/customers", {
    bearer,
    json: { name: "Layla", phone: "+966 50 000 0142", businessScopedOnly: false },
  });
  assert.equal(created.status, 200);
  const chat = `/phone/api/chats/${created.body.customerId}`;
  const again = await ask("/phone/api/customers", {
    bearer,
    json: { name: "B", phone: "+966500000142", businessScopedOnly: false },
  });
  assert.deepEqual([again.status, again.body.error], [409, "phone_known"]);
  await ask(`${chat}/messages`, { bearer, json: { type: "text", body: "مرحبا" } });
  const sent = await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: "966500000142",
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "When?" },
      action: { buttons: [{ type: "reply", reply: { id: "b1", title: "Now" } }] },
    },
  });
  const wamid = sent.body.messages[0].id;
  const shown = (await ask(chat, { bearer })).body.messages.at(-1);
  assert.deepEqual(shown.taps, [{ kind: "button_reply", id: "b1", title: "Now" }]);
  await ask(`${chat}/messages`, {
    bearer,
    json: { type: "button_reply", messageId: wamid, id: "b1", title: "Now" },
  });
  await ask(`${chat}/media?type=document&filename=a.pdf`, {
    bearer,
    body: Buffer.from("%PDF"),
    headers: { "content-type": "application/pdf" },
  });
  await rig.simulator.idle();
  const messages = rig.received.flatMap((webhook) => webhook.body.entry[0].changes[0].value.messages ?? []);
  assert.deepEqual(
    messages.map(
      (message) => message.text?.body ?? message.interactive?.button_reply ?? message.document?.filename,
    ),
    ["مرحبا", { id: "b1", title: "Now" }, "a.pdf"],
  );
  assert.deepEqual(messages[1].context, {
    from: rig.number.displayPhoneNumber.replaceAll(/\D/g, ""),
    id: wamid,
  });
  const bad = [
    { type: "text", body: "" },
    { type: "text", body: "x", extra: 1 },
    { type: "reaction", messageId: "wamid.of-somebody-else", emoji: "👍" },
    { type: "location", latitude: 100, longitude: 0 },
  ];
  const before = rig.simulator.messagesOf(created.body.customerId).length;
  for (const json of bad) assert.equal((await ask(`${chat}/messages`, { bearer, json })).status, 422);
  assert.equal((await ask(`${chat}/messages`, { bearer, body: "{" })).status, 400);
  assert.equal(rig.simulator.messagesOf(created.body.customerId).length, before);
});

test("a message is read only while the phone shows its chat", async () => {
  const bearer = await signIn();
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Omar",
    phone: "+966500000333",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "hello" });
  const write = () =>
    callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
      messaging_product: "whatsapp",
      to: "966500000333",
      type: "text",
      text: { body: "hi" },
    });
  const ticks = async () => {
    await rig.simulator.idle();
    return rig.simulator
      .messagesOf(customer.customerId)
      .slice(1)
      .map((message) => message.tick);
  };
  await write();
  assert.deepEqual(await ticks(), ["delivered"]);
  const look = (looking: boolean) =>
    ask(`/phone/api/chats/${customer.customerId}/look`, { bearer, json: { looking } });
  await look(true);
  await write();
  assert.deepEqual(await ticks(), ["read", "read"]);
  await look(false);
  await write();
  assert.deepEqual(await ticks(), ["read", "read", "delivered"]);
});

test("the choice for the next answer bends one message and falls back", async () => {
  const bearer = await signIn();
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Aisha",
    phone: "+966500000444",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "hello" });
  const chat = `/phone/api/chats/${customer.customerId}`;
  await ask(`${chat}/answer`, { bearer, json: { answer: "window_closed" } });
  assert.equal((await ask(chat, { bearer })).body.answer, "window_closed");
  const write = () =>
    callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
      messaging_product: "whatsapp",
      to: "966500000444",
      type: "text",
      text: { body: "hi" },
    });
  assert.equal((await write()).body.error.code, 131047);
  assert.equal((await ask(chat, { bearer })).body.answer, "deliver");
  assert.equal((await write()).status, 200);
  assert.equal((await ask(`${chat}/answer`, { bearer, json: { answer: "constructor" } })).status, 422);
});

test("files go back as downloads that cannot run in the page's origin", async () => {
  const bearer = await signIn();
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "N",
    phone: "+966500000555",
  });
  for (const mimeType of ["text/html", "image/svg+xml", "image/png"]) {
    await rig.simulator.sendAsCustomer(customer.customerId, {
      type: "document",
      bytes: Buffer.from("<script>"),
      mimeType,
    });
  }
  const types = await Promise.all(
    rig.simulator.messagesOf(customer.customerId).map(async ({ media }) => {
      const answer = await ask(`/phone/api/media/${media?.id}`, { bearer });
      return [
        answer.headers.get("content-type"),
        answer.headers.get("content-disposition"),
        answer.headers.get("x-content-type-options"),
      ];
    }),
  );
  assert.deepEqual(types, [
    ["application/octet-stream", "attachment", "nosniff"],
    ["application/octet-stream", "attachment", "nosniff"],
    ["image/png", "attachment", "nosniff"],
  ]);
});

test("notices stream as lines that carry no content", async () => {
  const bearer = await signIn();
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "S",
    phone: "+966500000666",
  });
  const stop = new AbortController();
  const response = await fetch(`${rig.simulator.url}/phone/api/events`, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: stop.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader.read()).value;
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "hidden" });
  const second = (await reader.read()).value;
  assert.deepEqual(
    [first, second],
    ['{"simulator":true,"event":"changed"}\n', '{"simulator":true,"event":"changed"}\n'],
  );
  stop.abort();
});
