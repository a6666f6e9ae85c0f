import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { openBrowser } from "../support/browser.ts";
import { MEMBER_PASSWORD } from "../support/invite-member.ts";
import { openPostOffice, type PostOffice, tokenIn } from "../support/post-office.ts";
import { type RunningWardroom, runWardroom } from "../support/running-wardroom.ts";
import { openSession, type TestSession, totpCode } from "../support/test-session.ts";
import { until } from "../support/until.ts";

type Texts = { readonly [Key in keyof typeof english]: unknown };
const LANGUAGES = [
  { language: "en", texts: english as Texts },
  { language: "ar", texts: arabic as Texts },
] as const;

const NEXT_PASSWORD = "a new and longer password";

let office: PostOffice;
let running: RunningWardroom;
let browser: Browser;
let aheadMs = 0;
/** A clock that a test moves on: each code of an authenticator counts once. */
const now = () => new Date(Date.now() + aheadMs);

before(async () => {
  await buildConsoleIfStale();
  office = await openPostOffice();
  running = await runWardroom({
    clock: now,
    consoleDist: CONSOLE_DIST,
    settings: { WARDROOM_SMTP_URL: office.url, WARDROOM_MAIL_FROM: "Wardroom <noreply@desk.example.com>" },
  });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await running[Symbol.asyncDispose]();
  await office[Symbol.asyncDispose]();
});

interface Somebody {
  readonly email: string;
  readonly secret: string;
  readonly session: TestSession;
  readonly name: string;
}

function code(secret: string): string {
  aheadMs += 30_000;
  return totpCode(secret, now());
}

/** Invited by mail, as people are where mail goes out. */
async function join(name: string, email: string, language: "en" | "ar"): Promise<Somebody> {
  const { link } = await running.owner.post("/invitations", { name, role: "agent", email });
  assert.equal(link, null, "the inviter is shown no link");
  const token = tokenIn(await office.next(email));
  const session = openSession(running.wardroom);
  const { enrolment, secret } = await session.post("/invitations/enrolment", { token, email });
  await session.post("/invitations/accept", {
    ...{ token, email, name, password: MEMBER_PASSWORD, language, enrolment },
    totp: totpCode(secret, now()),
  });
  await office.next(email); // of the device that they joined on
  return { email, secret, session, name };
}

async function contextOf(session: TestSession | undefined, language: "en" | "ar"): Promise<BrowserContext> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: language === "ar" ? "ar-AE" : "en-GB",
    viewport: { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(20_000);
  for (const [name, value] of session?.cookies ?? [])
    await context.addCookies([
      { name, value, domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Strict" },
    ]);
  return context;
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env["WARDROOM_JOURNEY_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

/** The link of a mail, on this machine: it leads to the public URL, which is this one. */
const linkOf = (token: string) => `${running.url}/recover#${token}`;

for (const { language, texts } of LANGUAGES) {
  const t = (key: keyof typeof english) => String(texts[key]);

  test(`a forgotten password comes back by mail and second factor (${language})`, async () => {
    const layla = await join("Layla", `layla.${language}@marsahome.example`, language);
    const context = await contextOf(undefined, language);
    const page = await context.newPage();
    await page.goto(`${running.url}/sign-in`);
    await page.getByRole("button", { name: t("recovery.forgot") }).click();
    await page.getByText(t("recovery.forgotWords")).waitFor();
    await page.getByLabel(t("setup.email")).fill(layla.email);
    await shoot(page, `forgot-${language}`);
    await page.getByRole("button", { name: t("recovery.send") }).click();
    await page.getByText(t("recovery.sentTitle")).waitFor();
    await shoot(page, `sent-${language}`);

    const mail = await office.next(layla.email);
    assert.match(mail.html, new RegExp(`dir="${language === "ar" ? "rtl" : "ltr"}"`));
    await page.goto(linkOf(tokenIn(mail)));
    await page.locator('input[autocomplete="new-password"]').fill(NEXT_PASSWORD);
    await page.getByLabel(t("factor.code")).first().fill(code(layla.secret));
    await shoot(page, `reset-${language}`);
    await page.getByRole("button", { name: t("recovery.setPassword") }).click();
    await page.getByText(t("recovery.doneTitle")).waitFor();
    await shoot(page, `done-${language}`);
    assert.equal((await layla.session.api("GET", "/session")).body.code, "session.none");
    const again = openSession(running.wardroom);
    await again.post("/session", { email: layla.email, password: NEXT_PASSWORD });
    await again.post("/session/factor", { totp: code(layla.secret) });
    await page.goto(linkOf(tokenIn(mail)));
    await page.reload();
    await page.getByText(t("recovery.linkTitle")).waitFor();
    await shoot(page, `ended-${language}`);
    for (const session of [again, layla.session]) await session.close();
    await context.close();
  });

  test(`an Admin says that factors are lost, the person says that they are not, and then chooses the new password that is asked for (${language})`, async () => {
    const omar = await join("Omar", `omar.${language}@marsahome.example`, language);
    await running.owner.api("PATCH", "/me", { language });
    await running.owner.post("/session/factor", { totp: code(running.made.owner.totpSecret) });
    const [admins, persons] = [
      await contextOf(running.owner, language),
      await contextOf(omar.session, language),
    ];
    const page = await admins.newPage();
    await page.goto(`${running.url}/members`);
    const row = page.getByRole("listitem").filter({ hasText: omar.email });
    await row.getByRole("button").first().click();
    await page.getByRole("menuitem", { name: t("recovery.resetFactors") }).click();
    await page.getByLabel(t("recovery.howVideoCall")).check();
    await page.getByLabel(t("recovery.note")).fill("Called him, saw his face");
    await shoot(page, `factor-dialog-${language}`);
    await page.getByRole("button", { name: t("recovery.startReset") }).click();
    await row.getByText(t("recovery.cancelReset"), { exact: true }).waitFor();
    await shoot(page, `factor-pending-${language}`);
    await office.next(omar.email);

    const own = await persons.newPage();
    await own.goto(`${running.url}/profile`);
    const keep = own.getByRole("button", { name: t("recovery.keep") });
    await keep.waitFor();
    await shoot(own, `factor-banner-${language}`);
    await keep.click();
    await keep.waitFor({ state: "detached" });
    assert.deepEqual((await running.owner.get("/factor-resets")).factorResets, []);
    await office.next(omar.email);

    await page.reload();
    await row.getByRole("button").first().click();
    await page.getByRole("menuitem", { name: t("members.askPassword") }).click();
    await page.getByRole("dialog").getByText(t("members.askPasswordWords")).waitFor();
    await shoot(page, `ask-password-${language}`);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("members.askPassword") })
      .click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.match((await office.next(omar.email)).html, /sign-in|الدخول/);
    await own.goto(`${running.url}/sign-in`);
    await own.getByLabel(t("setup.email")).fill(omar.email);
    await own.locator('input[autocomplete="current-password"]').fill(MEMBER_PASSWORD);
    await own.getByRole("button", { name: t("common.continue") }).click();
    await own.getByLabel(t("factor.code")).fill(code(omar.secret));
    await own.getByRole("button", { name: t("signIn.signIn"), exact: true }).click();
    await own.getByText(t("signIn.newPasswordWhy")).waitFor();
    await own.locator('input[autocomplete="current-password"]').fill(MEMBER_PASSWORD);
    await own.locator('input[autocomplete="new-password"]').fill(NEXT_PASSWORD);
    await shoot(own, `new-password-${language}`);
    await own.getByRole("button", { name: t("signIn.newPasswordGoOn") }).click();
    await own.waitForURL(/\/inbox\//);
    await omar.session.close();
    await admins.close();
    await persons.close();
  });

  test(`another address counts once it is confirmed, and the old one can take it back (${language})`, async () => {
    const [before, next] = [`rana.${language}@marsahome.example`, `rana.${language}@home.example`];
    const rana = await join("Rana", before, language);
    const context = await contextOf(rana.session, language);
    const page = await context.newPage();
    await page.goto(`${running.url}/profile`);
    await page.getByRole("button", { name: t("recovery.changeEmail") }).click();
    await page.getByLabel(t("recovery.newEmail")).fill(next);
    await page
      .getByRole("button", { name: t("recovery.changeEmail") })
      .last()
      .click();
    await page.getByText(t("recovery.emailAskedWords")).waitFor();
    await shoot(page, `email-asked-${language}`);
    await page.getByRole("button", { name: t("common.done") }).click();
    await page.getByRole("button", { name: t("recovery.withdraw") }).waitFor();
    await shoot(page, `email-waits-${language}`);

    await page.goto(linkOf(tokenIn(await office.next(next))));
    await page.reload();
    await shoot(page, `email-confirm-${language}`);
    await page.getByRole("button", { name: t("recovery.confirm") }).click();
    await page.getByText(t("recovery.confirmedTitle")).waitFor();
    assert.equal((await rana.session.get("/session")).email, next);
    await page.goto(linkOf(tokenIn(await office.next(before))));
    await page.reload();
    await page.getByRole("button", { name: t("recovery.stop") }).click();
    await page.getByText(t("recovery.stoppedTitle")).waitFor();
    await until(async () => (await rana.session.api("GET", "/session")).status === 401);
    const again = openSession(running.wardroom);
    await again.post("/session", { email: before, password: MEMBER_PASSWORD });
    for (const session of [again, rana.session]) await session.close();
    await context.close();
  });
}
