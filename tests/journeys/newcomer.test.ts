import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { openBrowser } from "../support/browser.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { totpCode } from "../support/test-session.ts";
import { startWardroomProcess } from "../support/wardroom-process.ts";

type Texts = { readonly [Key in keyof typeof english]: unknown };

const JOURNEYS = [
  {
    language: "en",
    texts: english as Texts,
    otherLanguage: undefined,
    customer: "Layla Haddad",
    question: "Hi, the oak table came today.",
    answer: "A new leg is on order.",
    phone: {
      newCustomer: "New customer",
      name: "Name",
      number: "Phone number",
      add: "Add",
      send: "Send",
      writeAs: /^Write as/,
    },
  },
  {
    language: "ar",
    texts: arabic as Texts,
    otherLanguage: "العربية",
    customer: "ليلى حداد",
    question: "ممكن التوصيل يكون بعد المغرب؟",
    answer: "أكيد، نوصّلها يوم الخميس.",
    phone: {
      newCustomer: "عميل جديد",
      name: "الاسم",
      number: "رقم الهاتف",
      add: "إضافة",
      send: "إرسال",
      writeAs: /^اكتب بصفتك/,
    },
  },
] as const;

before(() => buildConsoleIfStale());

for (const journey of JOURNEYS) {
  test(`a newcomer gets from a bare folder to read ticks (${journey.language})`, async () => {
    await using folder = await temporaryFolder();
    const ports = { port: await freePort(), simulatorPort: await freePort() };
    await using wardroom = await startWardroomProcess(folder.path, ports);
    await using browser = await openBrowser();
    const { page, faults } = await openPage(browser);
    const t = (key: keyof typeof english) => String(journey.texts[key]);

    await page.goto(wardroom.url);
    if (journey.otherLanguage !== undefined)
      await page.getByText(journey.otherLanguage, { exact: true }).click();
    assert.notEqual(wardroom.setupCode, null);
    const totpSecret = await setUpWorkspace(page, t, wardroom.setupCode ?? "");
    await page.getByRole("radio", { name: t("numbers.simulator") }).check({ force: true });
    const opening = page.context().waitForEvent("page");
    await page.getByRole("button", { name: t("setup.finish") }).click();
    const phone = await opening;

    await writeAsCustomer(phone, journey);
    await page.bringToFront();
    await page
      .getByRole("button", { name: t("inbox.take") })
      .first()
      .click();
    await page.getByText(journey.question).first().waitFor();
    const composer = page.getByRole("textbox").last();
    await composer.fill(journey.answer);
    await composer.press("Enter");

    await phone.bringToFront();
    await phone.getByText(journey.answer).waitFor();
    await page.bringToFront();
    await page.locator('[data-tick="read"]').first().waitFor({ timeout: 20_000 });
    assert.equal(await page.locator("html").getAttribute("dir"), journey.language === "ar" ? "rtl" : "ltr");

    await wardroom.stop();
    await using again = await startWardroomProcess(folder.path, ports);
    assert.equal(again.setupCode, null, "a second start asks for no set-up");
    await page.context().clearCookies();
    await page.goto(again.url);
    await signIn(page, t, totpSecret);
    await page.getByText(journey.customer).first().click();
    await page.getByText(journey.answer).first().waitFor();
    assert.deepEqual(faults, [], "the browser reported nothing that went wrong");
  });
}

/** A page that notes what the browser complains about: scripts that fail, policies that are broken. */
async function openPage(browser: Browser): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // Answers that say no, and a server that is stopped on purpose, are not faults of the page.
    const isNetwork = /^(Failed to load resource|WebSocket connection)/.test(message.text());
    if (message.type() === "error" && !isNetwork) faults.push(message.text());
  });
  return { page, faults };
}

async function setUpWorkspace(
  page: Page,
  t: (key: keyof typeof english) => string,
  code: string,
): Promise<string> {
  await page.getByLabel(t("setup.code")).fill(code);
  await page.getByRole("button", { name: t("setup.begin") }).click();
  await page.getByLabel(t("setup.workspaceName")).fill("Marsa Home");
  await page.getByRole("button", { name: t("common.continue") }).click();
  await page.getByLabel(t("setup.name")).fill("Huda Salem");
  await page.getByLabel(t("setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="new-password"]').fill("correct horse battery");
  await page.getByRole("button", { name: t("common.continue") }).click();
  await page.getByText(t("factor.codesTitle")).waitFor();
  await page.getByRole("radio", { name: t("factor.totp") }).click();
  const secret = await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).textContent();
  await page.getByLabel(t("factor.codesKept")).check();
  const totpSecret = (secret ?? "").replaceAll(" ", "");
  await page.getByLabel(t("factor.code")).fill(totpCode(totpSecret, new Date()));
  await page.getByRole("button", { name: t("setup.create") }).click();
  return totpSecret;
}

async function writeAsCustomer(phone: Page, journey: (typeof JOURNEYS)[number]): Promise<void> {
  await phone.getByRole("button", { name: journey.phone.newCustomer }).first().click();
  await phone.getByLabel(journey.phone.name, { exact: true }).fill(journey.customer);
  await phone.getByRole("textbox", { name: journey.phone.number }).fill("+971 50 000 0142");
  await phone.getByRole("button", { name: journey.phone.add, exact: true }).click();
  await phone.getByRole("textbox", { name: journey.phone.writeAs }).fill(journey.question);
  await phone.getByRole("button", { name: journey.phone.send, exact: true }).click();
}

/** A code works once, so the next step's is used: the authenticator would show it within half a minute. */
async function signIn(
  page: Page,
  t: (key: keyof typeof english) => string,
  totpSecret: string,
): Promise<void> {
  await page.getByLabel(t("setup.email")).fill("huda@marsahome.example");
  await page.locator('input[autocomplete="current-password"]').fill("correct horse battery");
  await page.getByRole("button", { name: t("common.continue") }).click();
  await page
    .locator('input[autocomplete="one-time-code"]')
    .fill(totpCode(totpSecret, new Date(Date.now() + 30_000)));
  await page.keyboard.press("Enter");
}
