import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { invited, readLog } from "../support/attack-rig.ts";
import { openBrowser } from "../support/browser.ts";
import { put } from "../support/company-accounts.ts";
import { freePort } from "../support/free-port.ts";
import { REAL_ACR, startRealProvider } from "../support/oidc-provider.ts";
import { runWardroom } from "../support/running-wardroom.ts";
import { type TestSession, totpCode } from "../support/test-session.ts";

before(() => buildConsoleIfStale());

for (const language of ["en", "ar"] as const) {
  test(`people sign in with their company's account, with our second factor and without (${language})`, async () => {
    const texts: Record<string, unknown> = language === "en" ? english : arabic;
    const t = (key: keyof typeof english) => String(texts[key]);
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    await using running = await runWardroom({ consoleDist: CONSOLE_DIST, loopbackProviders: [issuer] });
    const { owner, url } = running;
    await owner.api("PATCH", "/me", { language });
    const { oidc } = await owner.get("/sso");
    await using provider = await startRealProvider({ port, redirectUri: oidc.redirectUri });
    await using browser = await openBrowser();

    // An Owner sets it up, tests it, and switches it on.
    const page = await openAs(browser, url, language, owner);
    await page.goto(`${url}/single-sign-on`);
    await page
      .getByRole("button", { name: t("sso.setUp") })
      .first()
      .click();
    await page.getByLabel(t("sso.label")).fill("Marsa");
    await page.getByLabel(t("sso.issuer")).fill(issuer);
    await page.getByLabel(t("sso.clientId")).fill(provider.clientId);
    await page.locator('input[autocomplete="new-password"]').fill(provider.clientSecret);
    await page.getByRole("button", { name: t("sso.save"), exact: true }).click();
    await page
      .getByRole("button", { name: t("sso.test"), exact: true })
      .first()
      .click();
    await sayWho(page, "huda@idp");
    await page.getByText(t("sso.tested")).waitFor();
    await page.getByRole("button", { name: t("sso.switchOn") }).click();
    await page.getByText(t("sso.on"), { exact: true }).waitFor();

    // They connect their own account, and sign in with it: our second factor is still asked for.
    await page.goto(`${url}/profile`);
    await page.getByRole("button", { name: wordsWith(t("sso.connectOwn")) }).click();
    await page.getByText(t("sso.ownLinked")).waitFor();
    await page.context().clearCookies({ name: "__Host-wr-session" });
    await page.goto(`${url}/sign-in`);
    await page.getByRole("button", { name: wordsWith(t("sso.signInWith")) }).click();
    await page.getByText(t("signIn.factorTitle")).waitFor();
    const code = totpCode(running.made.owner.totpSecret, new Date(Date.now() + 30_000));
    const field = page.locator('input[autocomplete="one-time-code"]').first();
    await field.fill(code);
    await field.press("Enter");
    await page.waitForURL(`${url}/inbox/**`);

    // What the provider says of its own second factor counts for an agent once an Admin has attested it.
    const { clientId } = provider;
    const trust = { acrValues: [REAL_ACR], amrValues: [] };
    await put(owner, "/sso/oidc", {
      ...{ label: "Marsa", issuer, clientId, enabled: true, trust, directoryClaim: null },
    });
    const { session: agent, memberId } = await invited(running, "agent");
    await agent.api("PATCH", "/me", { language });
    const agents = await openAs(browser, url, language, agent);
    await agents.goto(`${url}/profile`);
    await agents.getByRole("button", { name: wordsWith(t("sso.connectOwn")) }).click();
    await sayWho(agents, "agent@idp");
    await agents.getByText(t("sso.ownLinked")).waitFor();
    await agents.context().clearCookies({ name: "__Host-wr-session" });
    await agents.goto(`${url}/sign-in`);
    await agents.getByRole("button", { name: wordsWith(t("sso.signInWith")) }).click();
    await agents.waitForURL(`${url}/inbox/**`);
    const log = await readLog(running);
    const last = log
      .filter(({ kind, actor }) => kind === "identity.signed_in" && actor === `member:${memberId}`)
      .at(-1);
    assert.equal(last?.detail["factor"], "oidc");

    // A stranger of the same company is told calmly, and is not in.
    const stranger = await openAs(browser, url, language, undefined);
    await stranger.goto(`${url}/sign-in`);
    await stranger.getByRole("button", { name: wordsWith(t("sso.signInWith")) }).click();
    await sayWho(stranger, "stranger@idp");
    await stranger.getByText(t("problem.sso.not_linked")).waitFor();
    await agent.close();
  });
}

/** The words with the company's name in them, which Arabic texts set apart by invisible signs. */
function wordsWith(text: string): RegExp {
  return new RegExp(text.replace("{label}", ".?Marsa.?"));
}

async function sayWho(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator("button").click();
}

async function openAs(
  browser: Browser,
  url: string,
  language: "en" | "ar",
  session: TestSession | undefined,
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: language === "ar" ? "ar-AE" : "en-GB",
  });
  const cookies = [...(session?.cookies ?? [])].map(([name, value]) => ({
    ...{ name, value, url, secure: true, httpOnly: true },
    sameSite: "Strict" as const,
  }));
  await context.addCookies(cookies);
  return context.newPage();
}
