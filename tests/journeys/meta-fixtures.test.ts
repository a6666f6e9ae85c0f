import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import type { Message } from "../../contract/conversations.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { openBrowser } from "../support/browser.ts";
import { Desk } from "../support/desk.ts";
import { MetaDoor, newPerson, newWamid, secondsOf } from "../support/meta-door.ts";
import { type RunningWardroom, runWardroom } from "../support/running-wardroom.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/meta/fixtures");
const FILES = ["spec-webhooks.json", "composed-webhooks.json"];
const missing = FILES.some((file) => !existsSync(join(FOLDER, file)));
const skip = missing && "Meta's examples are not on this machine, so they were not sent";

interface Fixture {
  readonly name: string;
  readonly value: object;
}

function readFixtures(): Fixture[] {
  const [spec, composed] = FILES.map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")));
  return [
    ...spec.operations.flatMap((operation: { request: Fixture[] }) => operation.request),
    ...composed.webhooks,
  ];
}

/** One of Meta's examples as if it were about a person of our own, today, at our number. */
class Retold {
  readonly person = newPerson();
  readonly #door: MetaDoor;
  readonly #ids = new Map<string, string>();
  /** Messages that the example refers to without bringing them: they must have been there before. */
  readonly referred = new Set<string>();
  readonly body: object;

  constructor(door: MetaDoor, value: object) {
    this.#door = door;
    this.body = this.#retell(value, []) as object;
  }

  #retell(value: unknown, path: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#retell(item, path));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, this.#retell(inner, [...path, key])]),
      );
    const key = path.at(-1) ?? "";
    if (key === "id" && path.length === 2) return this.#door.wabaId;
    if (key === "phone_number_id") return this.#door.phoneNumberId;
    if (key === "timestamp")
      return typeof value === "number" ? Number(secondsOf(new Date())) : secondsOf(new Date());
    if (typeof value !== "string") return value;
    if (value.startsWith("wamid.")) {
      const id = this.#idFor(value, newWamid);
      if (key === "message_id" || path.includes("context") || path.includes("statuses"))
        this.referred.add(id);
      return id;
    }
    return value
      .replaceAll("16505551234", this.person.waId)
      .replaceAll(
        "12195555358",
        this.#idFor("12195555358", () => newPerson().waId),
      )
      .replace(/^(US\.(?:ENT\.)?)\d+$/, (id, head) => this.#idFor(id, () => `${head}${newPerson().waId}`));
  }

  #idFor(old: string, make: () => string): string {
    const known = this.#ids.get(old) ?? make();
    this.#ids.set(old, known);
    return known;
  }
}

/** What an example comes to: the chat that is new, its lines, and notices that are kept. */
interface Outcome {
  readonly contact: object | null;
  readonly lines: object[];
  readonly notices: string[];
}

async function outcomeOf(running: RunningWardroom, door: MetaDoor, fixture: Fixture): Promise<Outcome> {
  const desk = new Desk(running.owner);
  const retold = new Retold(door, fixture.value);
  for (const id of retold.referred) await sendEcho(door, retold.person.waId, id);
  const noticesBefore = (await listNotices(running)).length;
  assert.equal((await door.post(retold.body)).status, 200);
  const [fresh, ...others] = await desk.unassigned();
  assert.deepEqual(others, [], "an example is about one person");
  const notices = (await listNotices(running)).slice(noticesBefore);
  if (fresh === undefined) return { contact: null, lines: [], notices };
  await running.owner.post(`/conversations/${fresh.id}/take`);
  const { contact } = await desk.open(fresh.id);
  const { username, identity } = contact;
  const lines = (await desk.messages(fresh.id)).map(lineOf);
  return { contact: { phone: phoneOf(contact.phone, retold), username, identity }, lines, notices };
}

function phoneOf(phone: string | null, { person, body }: Retold): string {
  const digits = phone?.replaceAll(/\D/g, "");
  if (digits === person.waId) return "theirs";
  return digits !== undefined && JSON.stringify(body).includes(digits) ? "the new one" : "another";
}

/** A message of the business that left by another hand, for examples that quote it, react to it or tell its fate. */
async function sendEcho(door: MetaDoor, to: string, id: string): Promise<void> {
  const echo = {
    from: "15550783881",
    to,
    id,
    timestamp: secondsOf(new Date()),
    type: "text",
    text: { body: "before" },
  };
  const metadata = { display_phone_number: "15550783881", phone_number_id: door.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, message_echoes: [echo] };
  assert.equal((await door.post(door.envelope(value, "smb_message_echoes"))).status, 200);
}

/** What a message says and what stands beside it, without ids and without what is empty. */
function lineOf({ direction, body, delivery, failure, replyTo, reactions, referral }: Message): object {
  const { media: _, ...said } = body as typeof body & { media?: unknown };
  // Meta's own sentence names the people of the example.
  const words = body.kind === "system" ? { kind: body.kind, event: body.event } : said;
  return {
    direction,
    ...words,
    ...(delivery === null ? {} : { delivery }),
    ...(failure === null ? {} : { failure: failure.reason }),
    ...(replyTo === null ? {} : { quotes: replyTo.messageId === null ? null : replyTo.preview }),
    ...(reactions.length === 0 ? {} : { reactions: reactions.map(({ from, emoji }) => `${from} ${emoji}`) }),
    ...(referral === null ? {} : { referral }),
  };
}

async function listNotices(running: RunningWardroom): Promise<string[]> {
  const client = new pg.Client(running.database.superuserUrl.reveal());
  await client.connect();
  try {
    const { rows } = await client.query("select field from whatsapp_notice order by received_at, id");
    return rows.map(({ field }) => field);
  } finally {
    await client.end();
  }
}

const KNOWN = { phone: "theirs", username: null, identity: "known" };
const MOVED = { phone: "the new one", username: null, identity: "uncertain" };
/** What the business had sent before, where an example is about such a message. */
const BEFORE = { direction: "echo", kind: "text", text: "before" };
const said = (...lines: object[]): Outcome => ({ contact: KNOWN, lines, notices: [] });
const kept = (...notices: string[]): Outcome => ({ contact: null, lines: [], notices });
const answered = (source: string, title: string, description: string | null, name: string, value: string) => {
  const reply = { direction: "in", kind: "reply", source, title, description, fields: [{ name, value }] };
  return said(BEFORE, { ...reply, quotes: "before" });
};
const ticked = (delivery: string) => said({ ...BEFORE, delivery });
const failed = (failure: string) => said({ ...BEFORE, delivery: "failed", failure });
const incoming = (text: string) => ({ direction: "in", kind: "text", text });

/** By the example's name. Read from the examples and Meta's pages, not from what the program does. */
const EXPECTED: Readonly<Record<string, Outcome>> = {
  "Text Message": said(incoming("Does it come in another color?")),
  "Text Message with Context (Product Inquiry)": said(BEFORE, {
    ...incoming("Is this still available?"),
    quotes: "before",
  }),
  "Text Message from Click to WhatsApp Ad": said({
    ...incoming("Hello! Can I get more info on this?"),
    referral: {
      headline: "Chat with us",
      text: "Summer Succulents are here!",
      source: "https://fb.me/3cr4Wqqkv",
    },
  }),
  "Reaction Message": said({ ...BEFORE, reactions: ["contact 👍"] }),
  "Image Message": said({ direction: "in", kind: "image", caption: "Taj Mahal" }),
  "Location Message": said({
    ...{ direction: "in", kind: "location", latitude: 37.44221496582, longitude: -122.16165924072 },
    ...{ name: "Philz Coffee", address: "101 Forest Ave, Palo Alto, CA 94301" },
  }),
  "Contact Sharing Message": said({
    ...{ direction: "in", kind: "contacts" },
    cards: [{ name: "Lucía Gómez", organisation: "Google", phones: ["+1 (983) 555-2319"], emails: [] }],
  }),
  "Unsupported Message": said({ direction: "in", kind: "unsupported", type: "unsupported", code: 131051 }),
  "Button Message": answered("template", "Unsubscribe", null, "payload", "Unsubscribe"),
  "Interactive List Reply Message": answered(
    "list",
    "Priority Mail Express",
    "Next Day to 2 Days",
    "id",
    "priority_express",
  ),
  "Interactive Button Reply Message": answered("button", "Cancel", null, "id", "cancel-button"),
  "Order Message": said({
    ...{ direction: "in", kind: "order", text: null },
    items: [
      { product: "di9ozbzfi4", quantity: 2, price: 30, currency: "USD" },
      { product: "nqryix03ez", quantity: 1, price: 25, currency: "USD" },
    ],
    totals: [{ amount: 85, currency: "USD" }],
  }),
  "System Message": { contact: MOVED, lines: [system("number_changed")], notices: [] },
  "Group Create Message": kept("group_lifecycle_update"),
  "Group Settings Update": kept("group_settings_update"),
  "Group Remove Participants": kept("group_participants_update"),
  "inbound-text-with-identity-hash": said(incoming("Hi")),
  "status-failed-137000-identity-mismatch": failed("identity_changed"),
  "legacy-system-customer_identity_changed": {
    ...{ contact: { ...KNOWN, identity: "uncertain" }, lines: [system("identity_changed")], notices: [] },
  },
  "system-user_changed_number-2026": { contact: MOVED, lines: [system("number_changed")], notices: [] },
  "inbound-bsuid-and-phone": {
    ...{ contact: { ...KNOWN, username: "pablomorales" }, notices: [] },
    lines: [incoming("Does it come in another color?")],
  },
  "status-sent": ticked("sent"),
  "status-delivered": ticked("delivered"),
  "status-read": ticked("read"),
  "status-deleted-legacy": said(BEFORE),
  "status-failed-131047": failed("window_closed"),
  "status-failed-131049": failed("meta_withheld"),
  "status-failed-130472": failed("meta_withheld"),
  "status-failed-131056": failed("recipient_rate_limited"),
  "status-failed-131048": failed("quality_limited"),
  "status-failed-132015": failed("template_unavailable"),
  "security-PIN_CHANGED": kept("security"),
  "security-PIN_REQUEST_SUCCESS": kept("security"),
  "user_preferences-stop": kept("user_preferences"),
  "account_update-DISABLED_UPDATE-disable": kept("account_update"),
  "phone_number_quality_update-2026": kept("phone_number_quality_update"),
  "flows-FLOW_STATUS_CHANGE": kept("flows"),
  "standby-message-echo": said({ ...BEFORE, text: "Hello! Your order #12345 has shipped." }),
  business_username_updates: kept("business_username_updates"),
};

function system(event: string): object {
  return { direction: "event", kind: "system", event };
}

if (!missing) await buildConsoleIfStale();
const running = missing ? undefined : await runWardroom({ consoleDist: CONSOLE_DIST });
after(() => running?.[Symbol.asyncDispose]());
const fixtures = missing ? [] : readFixtures();

test("there is an expectation for every example of Meta's, and an example for every expectation", {
  skip,
}, () => {
  assert.deepEqual(fixtures.map(({ name }) => name).sort(), Object.keys(EXPECTED).sort());
});

for (const fixture of fixtures) {
  test(`Meta's example comes out as it should: ${fixture.name}`, async () => {
    assert.ok(running !== undefined);
    assert.deepEqual(await outcomeOf(running, new MetaDoor(running), fixture), EXPECTED[fixture.name]);
  });
}

test("none of Meta's examples is left in quarantine", { skip }, async () => {
  assert.ok(running !== undefined);
  assert.deepEqual(await new Desk(running.owner).held(), []);
});

test("every message of Meta's examples stands in the console, and nothing on the page fails", {
  skip,
}, async () => {
  assert.ok(running !== undefined);
  const desk = new Desk(running.owner);
  await using browser = await openBrowser();
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  await context.addCookies(
    [...running.owner.cookies].map(([name, value]) => ({ name, value, url: running.url, secure: true })),
  );
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`${running.url}/inbox/mine`);
  for (const { id } of await desk.chats()) {
    const messages = (await desk.messages(id)).map((message) => message.id);
    // In the page, as people go from chat to chat: a minute of loading it anew each time is more than one person may ask.
    await page.evaluate(`history.pushState({}, "", "/inbox/mine/${id}")`);
    for (const message of messages) await page.locator(`[data-message="${message}"]`).waitFor();
  }
  assert.deepEqual(faults, []);
});
