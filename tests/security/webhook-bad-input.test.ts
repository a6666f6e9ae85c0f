import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { connect } from "node:tls";
import pg from "pg";
import { setUp } from "../../cli/set-up.ts";
import { inWorkspace, narrow } from "../../server/platform/database.ts";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { Secret } from "../../server/platform/secret.ts";
import { keepAppSecret } from "../../server/whatsapp/numbers/app-secret-store.ts";
import type { WhatsappTables } from "../../server/whatsapp/tables.ts";
import { webhookBytes } from "../../simulator/signed-body.ts";
import { captureLog } from "../support/captured-log.ts";
import { Desk, textsOf } from "../support/desk.ts";
import { MetaDoor, newPerson, newWamid, secondsOf } from "../support/meta-door.ts";
import { OWNER_PASSWORD, runWardroom } from "../support/running-wardroom.ts";
import { startSession } from "../support/test-session.ts";
import { until } from "../support/until.ts";

const captured = captureLog();
const running = await runWardroom({ log: captured.log });
after(() => running[Symbol.asyncDispose]());
const { wardroom, config, owner, made } = running;
const door = new MetaDoor(running);
const desk = new Desk(owner);

/** A text of one's own in a whole webhook, with the person who writes it. */
function letter(text = `hello ${randomBytes(6).toString("hex")}`) {
  const person = newPerson();
  const message = door.text(person, text);
  return {
    person,
    text,
    message,
    body: door.change({ contacts: [door.contact(person)], messages: [message] }),
  };
}

// Begun first and looked at last: it takes as long as we let a body take.
const dripping = dripSlowly();

test("a webhook whose signature is missing, malformed, wrong, in capitals or cut gets 401 and leaves nothing", async () => {
  const bytes = webhookBytes(letter().body);
  const right = door.signature(bytes);
  const signatures: ReadonlyArray<string | null> = [
    null,
    "",
    "sha256=",
    right.slice("sha256=".length),
    right.toUpperCase(),
    `sha256=${right.slice("sha256=".length).toUpperCase()}`,
    right.slice(0, -1),
    right.slice(0, -2),
    `${right}0`,
    `${right}, ${right}`,
    right.replace("sha256", "sha1"),
    `sha256=${"g".repeat(64)}`,
    door.signature(bytes, "another secret"),
    door.signature(bytes, ""),
    door.signature(Buffer.concat([bytes, Buffer.from("\n")])),
  ];
  const before = await desk.counts();
  const answers = [];
  for (const signature of signatures) answers.push((await door.postBytes(bytes, { signature })).status);
  assert.deepEqual(
    answers,
    signatures.map(() => 401),
  );
  assert.deepEqual(await desk.counts(), before);
  assert.equal((await door.postBytes(bytes)).status, 200, "and the right one opens the door");
});

test("the signature is over the bytes that came: the same JSON written in another way is not signed", async () => {
  const { body, person, text } = letter("café / 100 % <3 @home");
  const escaped = webhookBytes(body);
  const plain = Buffer.from(JSON.stringify(body));
  assert.equal((await door.postBytes(plain, { signature: door.signature(escaped) })).status, 401);
  assert.equal((await door.postBytes(escaped)).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
});

test("an app that nobody has is not found, signed or not", async () => {
  const bytes = webhookBytes(letter().body);
  const before = await desk.counts();
  for (const appId of ["1", "999999999999999", "nobody", "%00", "..%2f..%2fapi", "9".repeat(200)]) {
    const { status } = await door.postBytes(bytes, { appId });
    assert.ok(status === 404 || status === 400 || status === 414, `${status}`);
  }
  assert.deepEqual(await desk.counts(), before);
});

test("a workspace that enters our app with a secret of its own cannot speak for our customers", async () => {
  const rival = await setUp(wardroom, config, {
    workspace: { name: "Rival", timeZone: "Asia/Dubai" },
    owner: { name: "Eve", email: "eve@rival.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "none" },
  });
  const workspaceId = rival.workspaceId as WorkspaceId;
  const vault = await wardroom.foundation.vault.openWorkspace(workspaceId);
  await inWorkspace(wardroom.foundation.db, workspaceId, (tx) =>
    keepAppSecret(narrow<WhatsappTables>(tx), vault, {
      appId: door.appId,
      secret: new Secret("a secret of the rival"),
      verifyToken: "rival",
      now: new Date(),
    }),
  );
  wardroom.rooms.numbers.appSecrets.forget(door.appId);

  const forged = webhookBytes(letter().body);
  const before = await desk.counts();
  const signature = door.signature(forged, "a secret of the rival");
  assert.equal((await door.postBytes(forged, { signature })).status, 200, "their signature is a signature");
  assert.deepEqual(await desk.counts(), before, "and says nothing about our number");
  const { email, totpSecret } = rival.owner;
  const eve = await startSession(wardroom, { email, password: OWNER_PASSWORD, totpSecret, now: new Date() });
  assert.deepEqual(await new Desk(eve).counts(), { chats: 0, held: 0 }, "nor do they get to read it");
  await eve.close();

  const { body, person, text } = letter();
  assert.equal((await door.post(body)).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text], "ours still opens");
});

test("another workspace's number is no way into ours, though the simulator's app is theirs as well", async () => {
  const other = await setUp(wardroom, config, {
    workspace: { name: "Other", timeZone: "Asia/Dubai" },
    owner: { name: "Omar", email: "omar@other.example", password: OWNER_PASSWORD, language: "en" },
    number: { host: "simulator" },
  });
  const { person, message } = letter();
  const before = await desk.counts();
  // Their number under our account, and our number under theirs.
  const value = { contacts: [door.contact(person)], messages: [message] };
  const ids = { wabaId: door.wabaId, phoneNumberId: other.number?.phoneNumberId ?? "" };
  assert.equal((await door.post(door.change(value, ids))).status, 200);
  assert.equal((await door.post(door.change(value, { wabaId: other.number?.wabaId ?? "" }))).status, 200);
  assert.equal((await desk.counts()).chats, before.chats);
  assert.deepEqual(
    (await desk.held()).slice(0, 1).map(({ reason, phoneNumberId }) => ({ reason, phoneNumberId })),
    [{ reason: "unknown_number", phoneNumberId: ids.phoneNumberId }],
  );
});

test("a body of 3 MB is read and one byte more is refused with 413", async () => {
  const limit = 3 * 1024 * 1024;
  const { body, person, text } = letter();
  const whole = JSON.stringify({ ...body, padding: "" });
  const padded = (size: number) =>
    Buffer.from(whole.replace('"padding":""', `"padding":"${"x".repeat(size - whole.length)}"`));
  assert.equal(padded(limit).length, limit);

  const refused = letter();
  const tooMuch = Buffer.concat([webhookBytes(refused.body), Buffer.alloc(limit, " ")]);
  const before = await desk.counts();
  assert.equal((await door.postBytes(tooMuch)).status, 413);
  assert.equal((await door.postBytes(padded(limit + 1))).status, 413);
  assert.deepEqual(await desk.counts(), before);
  assert.equal((await door.postBytes(padded(limit))).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
});

test("signed bytes that are no JSON, no webhook or nested too deeply wait in quarantine as they came", async () => {
  const secret = `content ${randomBytes(8).toString("hex")}`;
  door.remember(secret);
  const deep = `${"[".repeat(10_000)}"${secret}"${"]".repeat(10_000)}`;
  const inside = `{"object":"whatsapp_business_account","entry":${deep}}`;
  const cases: ReadonlyArray<readonly [Buffer, string]> = [
    [Buffer.from(`{"a": "${secret} 1`), "not_json"],
    [Buffer.from(`${secret} 2`), "not_json"],
    [Buffer.concat([Buffer.from(`"${secret} 3`), Buffer.from([0xff, 0xfe]), Buffer.from('"')]), "not_json"],
    [Buffer.alloc(0), "not_json"],
    [Buffer.from(`["${secret} 4"]`), "not_webhook"],
    [Buffer.from(`"${secret} 5"`), "not_webhook"],
    [Buffer.from("null"), "not_webhook"],
    [Buffer.from(`{"object":"page","entry":[],"x":"${secret} 6"}`), "not_webhook"],
    [Buffer.from(`{"object":"whatsapp_business_account","entry":{"0":"${secret} 7"}}`), "not_webhook"],
    [Buffer.from(deep), "too_deep"],
    [Buffer.from(inside), "too_deep"],
  ];
  for (const [bytes, reason] of cases) {
    const before = await desk.counts();
    assert.equal((await door.postBytes(bytes)).status, 200, reason);
    const [newest] = await desk.held();
    assert.deepEqual(
      { ...(await desk.counts()), reason: newest?.reason, byteSize: newest?.byteSize },
      { chats: before.chats, held: before.held + 1, reason, byteSize: bytes.length },
    );
    if (newest !== undefined && bytes.includes(secret))
      assert.ok((await desk.contentOf(newest.id)).includes(secret), "nothing of it is lost");
  }
});

test("keys that reach for the prototype are data like any other and change nothing", async () => {
  const { person, text, message } = letter();
  const evil = '"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":1,';
  const json = JSON.stringify(door.change({ contacts: [door.contact(person)], messages: [message] }));
  const everywhere = Buffer.from(json.replaceAll("{", `{${evil}`).replaceAll(",}", "}"));
  assert.equal((await door.postBytes(everywhere)).status, 200);
  assert.equal(({} as { polluted?: string }).polluted, undefined);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
});

test("numbers as strings and strings as numbers are read where they say the same, and held alone where not", async () => {
  const { person, text, message } = letter();
  const asNumbers = { ...message, timestamp: Number(message["timestamp"]), from: Number(person.waId) };
  const place = {
    ...{ from: person.waId, id: newWamid(), timestamp: message["timestamp"], type: "location" },
    location: { latitude: "25.2048", longitude: "55.2708" },
  };
  const wrong = door.text(person, "", { text: { body: 12345 } });
  const contacts = [{ profile: { name: person.name }, wa_id: Number(person.waId) }];
  const body = door.change({ contacts, messages: [asNumbers, wrong, place] });
  const asDigits = webhookBytes(body).toString().replaceAll(`"${door.phoneNumberId}"`, door.phoneNumberId);
  const before = await desk.counts();
  assert.equal((await door.postBytes(Buffer.from(asDigits))).status, 200);
  const messages = await desk.messagesOf(person.name);
  assert.deepEqual(
    messages.map(({ body: { kind } }) => kind),
    ["text", "location"],
  );
  assert.deepEqual(textsOf(messages), [text]);
  assert.equal((await desk.counts()).held, before.held + 1);
  const [held] = await desk.held();
  assert.equal(held?.reason, "shape");
  assert.ok((await desk.contentOf(held?.id ?? "")).includes("12345"));
});

test("an account that is not ours leaves one event and nothing else; our account with an unknown number is held", async () => {
  const stranger = letter();
  const before = await desk.counts();
  const foreign = door.change(
    { messages: [stranger.message] },
    { wabaId: "888888888888", phoneNumberId: "777777777777" },
  );
  assert.equal((await door.post(foreign)).status, 200);
  assert.deepEqual(await desk.counts(), before);
  await until(async () => {
    const events = await query(
      `select subject from audit_event where kind = 'webhook.unknown_account' and subject = 'waba:888888888888'`,
    );
    return events.length === 1;
  });

  const { message, text } = letter();
  assert.equal(
    (await door.post(door.change({ messages: [message] }, { phoneNumberId: "777777777777" }))).status,
    200,
  );
  assert.deepEqual(await desk.counts(), { chats: before.chats, held: before.held + 1 });
  const [held] = await desk.held();
  assert.equal(held?.reason, "unknown_number");
  assert.ok((await desk.contentOf(held?.id ?? "")).includes(text));
});

test("emoji alone, an override of the writing direction and 65,000 characters arrive as they were written", async () => {
  const texts = ["🧿🪬👩‍👩‍👧‍👦🏳️‍🌈", "invoice \u202Efdp.exe\u202C \u2066x\u2069", `${"م".repeat(64_999)}🙂`];
  const person = newPerson();
  const messages = texts.map((text) => door.text(person, text));
  assert.equal((await door.post(door.change({ contacts: [door.contact(person)], messages }))).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), texts);
  const row = await desk.getChat(person.name);
  assert.ok((row.last?.preview.length ?? 0) <= 141, "a list line stays short");
});

test("NUL bytes anywhere in an update lose nothing, and cost its neighbours nothing", async () => {
  const person = newPerson();
  const plain = door.text(person, "before");
  const messages = [
    plain,
    door.text(person, "a\u0000b"),
    { ...door.text(person, "reply\u0000id"), id: `wamid.\u0000${randomBytes(8).toString("hex")}` },
    {
      ...door.text(person, ""),
      type: "reaction",
      text: undefined,
      reaction: { message_id: plain.id, emoji: "\u0000" },
    },
    {
      ...door.text(person, ""),
      type: "document",
      text: undefined,
      document: {
        id: "1\u0000",
        mime_type: "text/\u0000plain",
        filename: "\u0000.txt",
        caption: "c\u0000d",
        sha256: "\u0000",
      },
    },
    { ...door.text(person, ""), type: "new\u0000kind", text: undefined, "new\u0000kind": { x: "\u0000" } },
    door.text(person, "after"),
  ];
  const contacts = [{ profile: { name: `${person.name}\u0000` }, wa_id: person.waId }];
  const status = {
    id: "wamid.\u0000status",
    status: "sent",
    timestamp: secondsOf(new Date()),
    recipient_id: person.waId,
    pricing: { category: "util\u0000ity", billable: true },
  };
  const before = await desk.counts();
  assert.equal((await door.post(door.change({ contacts, messages, statuses: [status] }))).status, 200);
  const shown = await desk.messagesOf(`${person.name}\u0000`);
  assert.deepEqual(textsOf(shown), ["before", "a\u0000b", "reply\u0000id", "after"]);
  const kinds = shown.map(({ body }) => body.kind);
  assert.deepEqual(kinds, ["text", "text", "text", "document", "unsupported", "text"]);
  // Meta's price is kept as JSON, where PostgreSQL refuses a NUL: that one status is held, and nothing else is.
  assert.equal((await desk.counts()).held, before.held + 1);
  assert.equal((await desk.held())[0]?.reason, "database");

  const notice = {
    message_template_name: "or\u0000der",
    message_template_language: "en",
    event: "APP\u0000ROVED",
  };
  const fields = ["message_template_status_update", "acc\u0000ount", "\u0000"];
  for (const field of fields)
    assert.equal((await door.post(door.envelope(notice, field))).status, 200, field);
});

test("one wrong update is held alone and its good neighbours arrive", async () => {
  const [a, b, c] = [letter(), letter(), letter()];
  const broken = { ...b.message, timestamp: "yesterday" };
  const contacts = [a, b, c].map(({ person }) => door.contact(person));
  const before = await desk.counts();
  assert.equal(
    (await door.post(door.change({ contacts, messages: [a.message, broken, c.message] }))).status,
    200,
  );
  assert.deepEqual(await desk.counts(), { chats: before.chats + 2, held: before.held + 1 });
  assert.deepEqual(textsOf(await desk.messagesOf(a.person.name)), [a.text]);
  assert.deepEqual(textsOf(await desk.messagesOf(c.person.name)), [c.text]);
  const [held] = await desk.held();
  const content = await desk.contentOf(held?.id ?? "");
  assert.ok(content.includes(b.text) && !content.includes(a.text), "of the POST only this update");
});

test("the same POST again, and the same message twice in one POST, are one message and one unread", async () => {
  const { body, person, text, message } = letter();
  const twice = door.change({ contacts: [door.contact(person)], messages: [message, message] });
  for (const each of [body, body, twice]) assert.equal((await door.post(each)).status, 200);
  const answers = await Promise.all([door.post(body), door.post(twice), door.post(body)]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
  assert.equal((await desk.getChat(person.name)).unread, 1);
});

test("an update older than eight days is held, and one that we have already changes nothing", async () => {
  const dayMs = 24 * 60 * 60 * 1000;
  const at = (ageMs: number) => secondsOf(new Date(Date.now() - ageMs));
  const fresh = letter();
  const young = { ...fresh.message, timestamp: at(8 * dayMs - 60_000) };
  const contacts = [door.contact(fresh.person)];
  assert.equal((await door.post(door.change({ contacts, messages: [young] }))).status, 200);
  assert.deepEqual(
    textsOf(await desk.messagesOf(fresh.person.name)),
    [fresh.text],
    "a week and a bit is Meta's retry",
  );

  const before = await desk.counts();
  const replay = { ...fresh.message, timestamp: at(9 * dayMs) };
  assert.equal((await door.post(door.change({ contacts, messages: [replay] }))).status, 200);
  assert.deepEqual(await desk.counts(), before, "known: a replay is nothing");
  assert.deepEqual(textsOf(await desk.messagesOf(fresh.person.name)), [fresh.text]);

  const old = letter();
  const late = { ...old.message, timestamp: at(8 * dayMs + 60_000) };
  assert.equal(
    (await door.post(door.change({ contacts: [door.contact(old.person)], messages: [late] }))).status,
    200,
  );
  assert.deepEqual(await desk.counts(), { chats: before.chats, held: before.held + 1 });
  const [held] = await desk.held();
  assert.equal(held?.reason, "too_old");
  await owner.post(`/quarantine/${held?.id}/retry`);
  assert.deepEqual(textsOf(await desk.messagesOf(old.person.name)), [old.text], "a person may let it in");
});

test("statuses in the wrong order, twice, and before their message end in the same ticks", async () => {
  const { person, body } = letter();
  await door.post(body);
  const chat = await desk.getChat(person.name);
  const outId = newWamid();
  const status = (name: string, ageSeconds: number) => ({
    ...{ id: outId, status: name, timestamp: secondsOf(new Date(Date.now() - ageSeconds * 1000)) },
    recipient_id: person.waId,
  });
  // What the Business app sent comes as an echo, here after its own statuses.
  for (const each of [status("read", 1), status("delivered", 2), status("sent", 3), status("read", 1)])
    assert.equal((await door.post(door.change({ statuses: [each] }))).status, 200);
  const echo = {
    ...{ from: "15550783881", to: person.waId, id: outId, timestamp: secondsOf(new Date()), type: "text" },
    text: { body: "from the phone" },
  };
  const metadata = { display_phone_number: "15550783881", phone_number_id: door.phoneNumberId };
  const echoes = { messaging_product: "whatsapp", metadata, message_echoes: [echo] };
  assert.equal((await door.post(door.envelope(echoes, "smb_message_echoes"))).status, 200);
  const last = async () => (await desk.messages(chat.id)).at(-1);
  assert.deepEqual(textsOf([(await last())!]), ["from the phone"]);
  assert.equal((await last())?.delivery, "read");
  await door.post(door.change({ statuses: [status("sent", 0), status("delivered", 0)] }));
  assert.equal((await last())?.delivery, "read", "a late one takes no tick back");
});

test("while the database is away a POST is refused with 503, and taken in once it is back", async () => {
  const { body, person, text } = letter();
  const name = /\/(test_[0-9a-f]+)/.exec(running.database.superuserUrl.reveal())?.[1] ?? "";
  await query(`alter database ${name} connection limit 0`);
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and usename <> current_user`,
  );
  const away = await door.post(body);
  assert.equal(away.status, 503);
  assert.ok(Number(away.headers["retry-after"]) > 0);
  await query(`alter database ${name} connection limit -1`);
  await until(async () => (await door.post(body)).status === 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
});

test("a body that drips is cut within our limit, and others are served meanwhile", async () => {
  const { person, body, text } = letter();
  assert.equal((await door.post(body)).status, 200);
  assert.deepEqual(textsOf(await desk.messagesOf(person.name)), [text]);
  const { seconds, answer } = await dripping;
  assert.ok(seconds < 13, `it held its place for ${seconds.toFixed(1)} s`);
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test("of all that came in by this door the log holds no text, name, number, wamid or secret", () => {
  const log = captured.text();
  assert.ok(log.includes('"level"'), "there is a log to look at");
  const secrets = [door.appSecret, made.owner.totpSecret, ...owner.cookies.values()];
  const found = [...door.sent, ...secrets].filter(
    (word) => word.length > 5 && log.includes(JSON.stringify(word).slice(1, -1)),
  );
  assert.deepEqual(found, []);
});

/** As a superuser, past row-level security: what is really there. */
async function query(statement: string): Promise<object[]> {
  const client = new pg.Client(running.database.superuserUrl.reveal());
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Promises a long body and gives a byte of it now and then; resolves when the server has had enough. */
function dripSlowly(): Promise<{ seconds: number; answer: string }> {
  const begun = performance.now();
  const socket = connect({ port: wardroom.port, host: "localhost", ca: wardroom.authority?.certificate });
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.on("error", () => {});
  socket.write(
    [
      `POST /webhooks/whatsapp/${door.appId} HTTP/1.1`,
      `Host: localhost:${wardroom.port}`,
      "Content-Type: application/json",
      "Content-Length: 100000",
      `X-Hub-Signature-256: sha256=${"0".repeat(64)}`,
      "\r\n",
    ].join("\r\n"),
  );
  const timer = setInterval(() => socket.write(" "), 200);
  return new Promise((resolve) => {
    socket.on("close", () => {
      clearInterval(timer);
      resolve({ seconds: (performance.now() - begun) / 1000, answer });
    });
  });
}
