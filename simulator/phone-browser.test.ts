import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openBrowser } from "../tests/support/browser.ts";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let rig: Rig;
let browser: Browser;
before(async () => {
  rig = await startRig();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await rig[Symbol.asyncDispose]();
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly problems: string[];
  readonly strangers: string[];
}

/** The phone page through a fresh link, with what it complains of and whom it asks beside the simulator. */
async function openPhone(language: "en" | "ar", options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  const problems: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => problems.push(message.text()));
  page.on("request", (request) => {
    if (!/^(blob:)?http:\/\/127\.0\.0\.1:/.test(request.url())) strangers.push(request.url());
  });
  await page.goto(rig.simulator.createPhoneLink({ phoneNumberId: rig.number.phoneNumberId, language }));
  return { page, problems, strangers, [Symbol.asyncDispose]: () => context.close() };
}

const answer = (to: string, message: object) =>
  callGraph(rig, "POST", `/v23.0/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to,
    ...message,
  });

test("a newcomer adds a customer, writes, is answered, taps a button, and sees the ticks", async () => {
  await using phone = await openPhone("en");
  const { page } = phone;
  await page.getByRole("button", { name: "Add a customer" }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Write as Layla" }).fill("Hello from the phone");
  await page.keyboard.press("Enter");
  await page.locator(".msg.out", { hasText: "Hello from the phone" }).locator(".t-delivered").waitFor();

  await answer("966500000142", {
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "When?" },
      action: { buttons: [{ type: "reply", reply: { id: "b", title: "Tomorrow" } }] },
    },
  });
  await page.getByRole("button", { name: "Tomorrow" }).click();
  await page.locator(".msg.out", { hasText: "Tomorrow" }).waitFor();
  await rig.simulator.idle();
  const messages = rig.received.flatMap((webhook) => webhook.body.entry[0].changes[0].value.messages ?? []);
  assert.deepEqual(
    messages.map((message) => message.text?.body ?? message.interactive.button_reply.id),
    ["Hello from the phone", "b"],
  );
  const { customerId } = (await openCustomers())[0]!;
  const received = rig.simulator.messagesOf(customerId).find((message) => message.from === "business");
  assert.equal(received?.tick, "read");

  await answer("966500000142", { status: "read", message_id: messages[1].id });
  await page.locator(".msg.out", { hasText: "Tomorrow" }).locator(".t-read").waitFor();
  assert.deepEqual([phone.problems, phone.strangers, await page.context().cookies()], [[], [], []]);
});

/** Customers as the page's own API lists them. */
async function openCustomers(): Promise<{ customerId: string }[]> {
  const link = rig.simulator
    .createPhoneLink({ phoneNumberId: rig.number.phoneNumberId, language: "en" })
    .split("#")[1];
  const session = await fetch(`${rig.simulator.url}/phone/session`, {
    method: "POST",
    body: JSON.stringify({ link }),
  });
  const { bearer } = (await session.json()) as { bearer: string };
  const overview = await fetch(`${rig.simulator.url}/phone/api/overview`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  return ((await overview.json()) as { customers: { customerId: string }[] }).customers;
}

test("whoever is writing keeps the field while messages come in", async () => {
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Writer",
    phone: "+966500000908",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "hello" });
  await using phone = await openPhone("en");
  await phone.page.locator(".lr", { hasText: "Writer" }).click();
  const field = phone.page.getByRole("textbox", { name: "Write as Writer" });
  await field.fill("half a sen");
  await answer("966500000908", { type: "text", text: { body: "meanwhile" } });
  await phone.page.locator(".msg.in", { hasText: "meanwhile" }).waitFor();
  await phone.page.keyboard.type("tence");
  assert.equal(await field.inputValue(), "half a sentence");
});

test("a choice that the page does not show can be made: a row of a list, in answer to what the business wrote last", async () => {
  const { phoneNumberId } = rig.number;
  const { customerId } = await rig.simulator.addCustomer({
    phoneNumberId,
    name: "Huda",
    phone: "+971500000177",
  });
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "When do you deliver?" });
  await answer("971500000177", { type: "text", text: { body: "On Thursday or Friday." } });
  await using phone = await openPhone("en");
  const { page } = phone;
  await page.getByText("Huda").first().click();
  await page.getByRole("button", { name: "Choice", exact: true }).click();
  await page.getByRole("radio", { name: "A row of a list" }).check();
  await page.getByLabel("What it says").fill("Friday");
  await page.getByLabel("The line below it").fill("Before noon");
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await page.locator(".msg.out", { hasText: "Friday" }).waitFor();
  await rig.simulator.idle();
  const answered = rig.received.at(-1)?.body.entry[0].changes[0].value.messages?.[0];
  assert.deepEqual(answered?.interactive, {
    type: "list_reply",
    list_reply: { id: "Friday", title: "Friday", description: "Before noon" },
  });
  assert.notEqual(answered?.context?.id, undefined);
});

test("a used link shows a calm sentence and nothing else; the tab that used it survives a reload", async () => {
  const link = rig.simulator.createPhoneLink({ phoneNumberId: rig.number.phoneNumberId, language: "en" });
  const own = await browser.newContext();
  const page = await own.newPage();
  await page.goto(link);
  await page.getByRole("heading", { name: "Marsa Home" }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.reload();
  await page.getByRole("heading", { name: "Marsa Home" }).waitFor();
  await own.close();
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await stranger.goto(link);
  await stranger.getByRole("heading", { name: "This link has been used or has expired." }).waitFor();
  assert.equal(await stranger.getByText("Simulator", { exact: true }).count(), 1);
  assert.equal(await stranger.getByText("Marsa Home").count(), 0);
  await context.close();
});

test("markup in names and messages is text", async () => {
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "<img src=x onerror=alert(1)>",
    phone: "+966500000909",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, {
    type: "text",
    body: "<script>alert(1)</script>",
  });
  await using phone = await openPhone("en");
  await phone.page.locator(".lr", { hasText: "<img" }).click();
  await phone.page.locator(".bub", { hasText: "<script>alert(1)</script>" }).waitFor();
  assert.deepEqual([await phone.page.locator("main img, main script").count(), phone.problems], [0, []]);
});

test("pictures, sounds and files show; a file is saved under its name", async () => {
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Media",
    phone: "+966500000910",
  });
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  await rig.simulator.sendAsCustomer(customer.customerId, {
    type: "image",
    bytes: png,
    mimeType: "image/png",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, {
    type: "document",
    bytes: Buffer.from("%PDF-1.7"),
    mimeType: "application/pdf",
    filename: "invoice.pdf",
  });
  await using phone = await openPhone("en");
  await phone.page.locator(".lr", { hasText: "Media" }).click();
  await phone.page.waitForFunction(
    () =>
      (globalThis as unknown as { document: { images: { naturalWidth: number }[] } }).document.images[0]
        ?.naturalWidth === 1,
  );
  const download = phone.page.waitForEvent("download");
  await phone.page.getByRole("button", { name: "Save: invoice.pdf" }).click();
  assert.equal((await download).suggestedFilename(), "invoice.pdf");
  assert.deepEqual(phone.problems, []);
});

test("Arabic is mirrored and fits a phone of 390 pixels, where panes are tabs and only the open chat is read", async () => {
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "نورة",
    phone: "+966500000911",
  });
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "مرحبا" });
  await using phone = await openPhone("ar", { viewport: { width: 390, height: 844 } });
  const { page } = phone;
  await page.getByRole("button", { name: "العملاء" }).click();
  await page.locator(".lr", { hasText: "نورة" }).waitFor();
  const tick = async () => {
    await answer("966500000911", { type: "text", text: { body: "أهلاً" } });
    await rig.simulator.idle();
    return rig.simulator.messagesOf(customer.customerId).at(-1)?.tick;
  };
  assert.equal(await tick(), "delivered");
  await page.locator(".lr", { hasText: "نورة" }).click();
  await page.locator(".msg", { hasText: "مرحبا" }).waitFor();
  await rig.simulator.idle();
  assert.equal(await tick(), "read");
  for (const tab of ["العملاء", "الهاتف", "Wardroom"]) {
    await page.getByRole("button", { name: tab }).click();
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  }
  assert.equal(await page.evaluate("document.documentElement.dir + document.documentElement.lang"), "rtlar");
  assert.deepEqual(phone.problems, []);
});
