import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setUp } from "../../cli/set-up.ts";
import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config/config.ts";
import { openLog } from "../../server/platform/log.ts";
import { Desk } from "../support/desk.ts";
import { findInFiles, formsOf } from "../support/find-in-files.ts";
import { freePort } from "../support/free-port.ts";
import { inviteMember, MEMBER_PASSWORD } from "../support/invite-member.ts";
import { MetaDoor, newPerson } from "../support/meta-door.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openSession, type TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

/** A word that stands nowhere else. */
const rare = (word: string) => `${word} ${randomBytes(6).toString("hex")}`;

test("after a conversation and a stop, no file of the data folder holds a word, name, number, id or secret of it", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  const { secrets, clear } = await converse(dataDir, join(folder.path, "key", "root.key"));

  const { findings, files } = findInFiles(dataDir, [...secrets]);
  assert.deepEqual(
    findings.map(({ file, ...what }) => ({ ...what, file: file.slice(dataDir.length) })),
    [],
  );
  assert.ok(files > 500 && secrets.size > 40, `${secrets.size} words in ${files} files`);
  // Meta's id of the number routes webhooks and is clear on purpose: the search does reach tables and WAL.
  const places = findInFiles(dataDir, [clear]).findings.map(({ file }) => file);
  for (const part of ["/base/", "/pg_wal/"])
    assert.ok(
      places.some((file) => file.includes(part)),
      part,
    );
});

test("the search finds a word in each of its forms, wherever it stands in a file", async () => {
  await using folder = await temporaryFolder();
  const word = "Layla حدّاد 971500000142";
  const file = join(folder.path, "deep", "er");
  mkdirSync(join(folder.path, "deep"));
  for (const { form, bytes } of formsOf(word)) {
    writeFileSync(file, Buffer.concat([randomBytes(70_001), bytes, randomBytes(50_000)]));
    assert.deepEqual(
      findInFiles(folder.path, [word]).findings.map((finding) => finding.form),
      [form],
    );
    rmSync(file);
  }
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([randomBytes(300 + shift), Buffer.from(word), randomBytes(301)]);
    writeFileSync(file, text.toString("base64"));
    assert.deepEqual(
      findInFiles(folder.path, [word]).findings.map((finding) => finding.form),
      [`base64 at ${shift}`],
    );
  }
  const { findings } = findInFiles(folder.path, [rare("somebody else")]);
  assert.deepEqual(findings, []);
});

/** Runs a Wardroom on the built-in PostgreSQL through all that it stores, stops it, and tells what was secret. */
async function converse(
  dataDir: string,
  keyFile: string,
): Promise<{ secrets: Set<string | Buffer>; clear: string }> {
  mkdirSync(dataDir, { mode: 0o711 });
  const config = readConfig({
    ...{ WARDROOM_DATA_DIR: dataDir, WARDROOM_ROOT_KEY_FILE: keyFile },
    ...{ WARDROOM_PORT: String(await freePort()), WARDROOM_SIMULATOR_PORT: String(await freePort()) },
  });
  const log = openLog("debug", { write: (line) => appendFileSync(join(dataDir, "our.log"), line) });
  await using wardroom = await compose({ config, log });
  const said = new Set<string | Buffer>();
  const say = (text: string) => {
    said.add(text);
    return text;
  };

  const person = {
    name: say(rare("Huda Salem")),
    email: say(`huda.${randomBytes(6).toString("hex")}@marsa.example`),
  };
  const password = say(rare("correct horse battery"));
  const made = await setUp(wardroom, config, {
    workspace: { name: "Marsa Home", timeZone: "Asia/Dubai" },
    owner: { ...person, password, language: "en" },
    number: { host: "simulator" },
  });
  say(made.owner.totpSecret);
  for (const code of made.owner.recoveryCodes) say(code);
  say(made.simulator?.appSecret ?? "");
  say(new URL(made.simulator?.phoneLink ?? "").hash.slice(1));
  const owner = openSession(wardroom);
  const agent = say(rare("Browser of Huda"));
  const browser = { "user-agent": agent };
  await owner.call("POST", "/api/v1/session", { email: person.email, password }, browser);
  keepCookies(owner, say);
  await owner.call(
    "POST",
    "/api/v1/session/factor",
    { totp: totpCode(made.owner.totpSecret, new Date()) },
    browser,
  );
  keepCookies(owner, say);
  say((await owner.get(`/numbers/${made.number?.id}/callback`)).verifyToken);

  const colleague = {
    name: say(rare("نورة")),
    email: say(`noura.${randomBytes(6).toString("hex")}@marsa.example`),
  };
  const noura = await inviteMember(wardroom, owner, { ...colleague, role: "agent" });
  say(MEMBER_PASSWORD);
  say(noura.totpSecret);
  keepCookies(noura.session, say);

  const simulator = wardroom.simulator;
  if (simulator === undefined || made.number === null) throw new Error("there is no simulator");
  for (const { accessToken } of simulator.listNumbers()) say(accessToken);
  const customer = {
    name: say(rare("Layla Haddad")),
    username: say(`layla${randomBytes(6).toString("hex")}`),
  };
  const { waId } = newPerson();
  say(waId);
  const { phoneNumberId } = made.number;
  const layla = await simulator.addCustomer({ phoneNumberId, ...customer, phone: `+${waId}` });
  say(layla.userId);
  const shy = await simulator.addCustomer({
    phoneNumberId,
    name: say(rare("Shy")),
    businessScopedOnly: true,
  });
  say(shy.userId);
  const write = (message: Parameters<typeof simulator.sendAsCustomer>[1]) =>
    simulator.sendAsCustomer(layla.customerId, message);
  const first = await write({ type: "text", body: say(rare("the oak table came today")) });
  await write({ type: "text", body: say(rare("وصلت الطاولة اليوم مكسورة")) });
  const file = say(rare("bytes of a letter"));
  await write({
    ...{ type: "document", bytes: Buffer.from(`${file}\n`.repeat(50)), mimeType: "text/plain" },
    ...{ filename: say(rare("contract")), caption: say(rare("my contract")) },
  });
  await write({
    ...{ type: "location", latitude: 25.2048493, longitude: 55.2707828 },
    ...{ name: say(rare("Villa")), address: say(rare("Street")) },
  });
  say("25.2048493");
  await write({ type: "reaction", messageId: first.wamid, emoji: "👍" });
  await simulator.sendAsCustomer(shy.customerId, { type: "text", body: say(rare("who am I")) });
  await simulator.idle();

  const door = new MetaDoor({ wardroom, made });
  const stranger = newPerson();
  const lost = door.change(
    { messages: [door.text(stranger, rare("for nobody"))] },
    { phoneNumberId: "1234567" },
  );
  await door.post(lost);
  await door.post(door.envelope({ event: "PIN_CHANGED", requester: say("61555822107539") }, "security"));
  // The database refuses the NUL in this one: what it says about it must hold none of the message.
  const refused = { ...door.text(stranger, ""), type: "status", recipient_id: stranger.waId, status: "sent" };
  await door.post(door.change({ statuses: [{ ...refused, pricing: { category: "x\u0000y" } }] }));
  await door.postBytes(Buffer.from(say(rare("not even JSON"))));
  for (const word of door.sent) if (word !== "") say(word);

  const desk = new Desk(owner);
  await until(async () => (await desk.unassigned()).length === 2);
  const chat = await desk.getChat(customer.name);
  const thread = await desk.messages(chat.id);
  const media = thread.flatMap(({ body }) => (body.kind === "document" ? [body.media] : []));
  assert.equal(media.length, 1);
  await until(async () => (await owner.api("GET", `/media/${media[0]?.id}`)).status === 200);
  await owner.post(`/conversations/${chat.id}/messages`, {
    ...{
      kind: "text",
      clientId: randomUUID(),
      text: say(rare("a new leg is on order")),
      replyToId: thread[0]?.id,
    },
  });
  const mine = Buffer.from(`${say(rare("bytes of our answer"))}\n`.repeat(5_000));
  const upload = await owner.call("POST", `/api/v1/uploads?conversation=${chat.id}`, mine, {
    "content-type": "text/plain",
  });
  await owner.post(`/conversations/${chat.id}/messages`, {
    ...{ kind: "media", clientId: randomUUID(), uploadId: upload.body.uploadId },
    ...{ fileName: say(rare("invoice")), caption: say(rare("your invoice")) },
  });
  const opened = await desk.open(chat.id);
  await owner.call("PATCH", `/api/v1/contacts/${opened.contact.id}`, { name: say(rare("Our Layla")) });
  await until(async () =>
    (await desk.messages(chat.id)).slice(-2).every(({ delivery }) => delivery === "delivered"),
  );
  simulator.openChat(layla.customerId);
  await simulator.idle();
  for (const message of simulator.messagesOf(layla.customerId)) say(message.wamid);
  said.add(readFileSync(keyFile));

  await owner.close();
  await noura.session.close();
  return { secrets: said, clear: made.number.phoneNumberId };
}

function keepCookies(session: TestSession, say: (word: string) => string): void {
  for (const value of session.cookies.values()) say(value);
}
