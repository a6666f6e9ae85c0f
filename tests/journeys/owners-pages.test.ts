import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { arabic } from "../../console/src/texts/ar.ts";
import { english } from "../../console/src/texts/en.ts";
import { CONSOLE_DIST } from "../../server/compose.ts";
import { buildConsoleIfStale } from "../../tools/build-console.ts";
import { strangerWrites } from "../support/attack-rig.ts";
import { openBrowser } from "../support/browser.ts";
import { type RunningWardroom, runWardroom } from "../support/running-wardroom.ts";
import { until } from "../support/until.ts";

before(() => buildConsoleIfStale());

for (const [language, texts] of [
  ["en", english],
  ["ar", arabic],
] as const) {
  const t = (key: keyof typeof english, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, value),
      String(texts[key]),
    );

  test(`an Owner sets networks, a watermark and a rate card, invites an address by a link, and ends a deletion (${language})`, async () => {
    await using running = await runWardroom({ consoleDist: CONSOLE_DIST });
    await running.owner.api("PATCH", "/me", { language });
    await using browser = await openBrowser();
    const { page, faults } = await openConsole(browser, running);
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    await page.goto(`${running.url}/networks`);
    const everybody = page.getByLabel(t("networks.everybody"), { exact: true });
    await everybody.fill("10.1.2.3/8");
    await button(t("networks.save")).click();
    await page.getByText(t("problem.access.network_rule_locks_out")).waitFor();
    await everybody.fill("127.0.0.0/8\n::1");
    await button(t("networks.save")).click();
    await until(async () => (await everybody.inputValue()).includes("::1/128"));
    assert.deepEqual((await running.owner.get("/network-rules")).rules.everybody, ["127.0.0.0/8", "::1/128"]);

    await page.goto(`${running.url}/security`);
    const watermark = page.getByRole("switch", { name: t("security.watermark") });
    await watermark.click({ force: true });
    await until(() => watermark.isChecked());
    await until(async () => (await running.owner.get("/policies")).screenProtection.watermark);
    const { conversationId } = await strangerWrites(running, "Is it there yet?");
    await running.owner.post(`/conversations/${conversationId}/take`);
    await page.goto(`${running.url}/inbox/mine/${conversationId}`);
    await page.getByText("Is it there yet?").first().waitFor();
    const mark = page.locator("svg pattern text").first();
    assert.equal(await mark.textContent(), "Huda Salem");

    await page.goto(`${running.url}/billing`);
    await page.getByText(t("billing.emptyTitle")).waitFor();
    await button(t("billing.upload")).click();
    await page.locator('input[type="file"]').setInputFiles({
      ...{ name: "rates.csv", mimeType: "text/csv" },
      buffer: Buffer.from("country,category,price\nAE,marketing,0.0384\nAtlantis,utility,0.1\n"),
    });
    await button(t("billing.check")).click();
    await page.getByText("Atlantis").waitFor();
    await button(t("billing.store")).click();
    await page.locator("li").filter({ hasText: "USD" }).waitFor();

    await page.goto(`${running.url}/members`);
    await button(t("members.invite")).click();
    await page.getByLabel(t("members.name")).fill("Layla");
    await page.getByLabel(t("recovery.inviteEmail")).fill("layla@marsahome.example");
    await button(t("members.makeLink")).click();
    await page.getByText("layla@marsahome.example", { exact: true }).waitFor();
    await button(t("common.done")).click();
    await page.getByText("layla@marsahome.example · ").waitFor();
    assert.equal(await button(t("recovery.resend")).count(), 0, "no mail goes out");

    await page.goto(`${running.url}/workspace`);
    await button(t("workspace.delete")).click();
    await page.getByRole("dialog").getByRole("textbox").fill("Marsa Home");
    await button(t("workspace.confirm")).click();
    await page.getByRole("alert").getByText("Huda Salem").waitFor();
    await button(t("workspace.keep")).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("workspace.keep") })
      .click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    assert.equal((await running.owner.get("/workspace/deletion")).deletion, null);
    assert.deepEqual(faults, []);
  });
}

/** The Owner's browser, already signed in. Faults of pages are collected. */
async function openConsole(
  browser: Browser,
  { owner, url }: RunningWardroom,
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.addCookies(
    [...owner.cookies].map(([name, value]) => ({
      ...{ name, value, url, secure: true, httpOnly: true },
    })),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  return { page, faults };
}
