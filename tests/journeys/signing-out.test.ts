import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { WORKSPACE_SECTIONS } from "../../console/src/shell/sections.ts";
import { english } from "../../console/src/texts/en.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { openBrowser } from "../support/browser.ts";
import { runWardroom } from "../support/running-wardroom.ts";

before(() => buildConsoleIfStale());
const running = await runWardroom({ consoleDist: CONSOLE_DIST });
after(() => running[Symbol.asyncDispose]());
const { url, owner } = running;

const DESK = { width: 1440, height: 900 };
const TELEPHONE = { width: 390, height: 844 };
const PAGES = ["/inbox/mine", "/profile", ...WORKSPACE_SECTIONS.map(({ to }) => to)];

/** A page with the Owner's session. */
async function openPage(context: BrowserContext): Promise<Page> {
  await context.addCookies(
    [...owner.cookies].map(([name, value]) => ({ name, value, url, secure: true, httpOnly: true })),
  );
  return context.newPage();
}

const says = (key: keyof typeof english) => String(english[key]);

async function openMenu(page: Page): Promise<void> {
  await page.getByRole("button", { name: says("shell.account") }).click();
}

test("from every page the way out is two clicks, on a desk and on a telephone", async () => {
  await using browser = await openBrowser();
  for (const viewport of [DESK, TELEPHONE]) {
    await using context = await browser.newContext({ ignoreHTTPSErrors: true, viewport });
    const page = await openPage(context);
    for (const path of PAGES) {
      await page.goto(url + path);
      if (viewport === DESK) await openMenu(page);
      else await page.getByRole("link", { name: says("shell.more"), exact: true }).click();
      await page
        .getByRole(viewport === DESK ? "menuitem" : "button", { name: says("shell.signOut") })
        .first()
        .waitFor();
    }
  }
});

test("who signed out is not brought back by the browser's back button", async () => {
  await using browser = await openBrowser();
  await using context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: DESK });
  const page = await openPage(context);
  const name = page.getByText("Huda Salem").first();
  for (const path of ["/profile", "/members"]) {
    await page.goto(url + path);
    await name.waitFor();
  }
  await openMenu(page);
  await page.getByRole("menuitem", { name: says("shell.signOut") }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goBack();
  await page.waitForURL(/\/sign-in/);
  assert.equal(await name.count(), 0);
  assert.equal((await owner.api("GET", "/members")).body.code, "session.none");
});
